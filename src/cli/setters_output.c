/* Setters of options about files and about what is told of the exchange, where they have a grammar of their own. */
#include "cli/setters.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>

static void keep_text(char **field, const char *text)
{
    mem_free(*field);
    *field = text ? mem_strdup(text) : NULL;
}

bool set_clobber(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    parse->settings->output.clobber = on ? CLOBBER_ALWAYS : CLOBBER_NEVER;
    return true;
}

/* Digits and nothing else, up to INT64_MAX. */
static bool read_offset(const char *text, uint64_t *number)
{
    *number = 0;
    for (const char *at = text; *at; at++) {
        if (!isdigit((unsigned char)*at) || *number > (INT64_MAX - 9) / 10)
            return false;
        *number = *number * 10 + (uint64_t)(*at - '0');
    }
    return *text != '\0';
}

bool set_continue_at(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct output_settings *output = &parse->settings->output;
    output->resumes = true;
    output->resume_from = 0;
    output->resume_from_file = strcmp(value, "-") == 0;
    if (output->resume_from_file || read_offset(value, &output->resume_from))
        return true;
    return parse_fail(parse, PEEL_FAILED_INIT, "expected a number of bytes or '-', not '%s'", value);
}

bool set_create_file_mode(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    unsigned mode = 0;
    const char *at = value;
    for (; *at >= '0' && *at <= '7' && mode <= 0777; at++)
        mode = mode * 8 + (unsigned)(*at - '0');
    if (at == value || *at || mode > 0777)
        return parse_fail(parse, PEEL_FAILED_INIT, "expected an octal number up to 0777, not '%s'", value);
    parse->settings->output.file_mode = mode;
    return true;
}

/* curl's help for a number that stands alone, and its warning for what is no range. */
bool set_range(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    char **range = &parse->settings->http.range;
    uint64_t number = 0;
    if (!parse_check_line(parse, value))
        return false;
    if (read_offset(value, &number)) {
        parse_warn(parse, "A specified range MUST include at least one dash '-'. Appending one for you");
        mem_free(*range);
        *range = mem_printf("%s-", value);
        return true;
    }
    if (value[strspn(value, "0123456789-, ")] != '\0')
        parse_warn(parse, "Invalid character is found in given range. A specified range MUST have only digits in "
                          "'start'-'stop'. The server's response to this request is uncertain.");
    keep_text(range, value);
    return true;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool set_sha256(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct output_settings *output = &parse->settings->output;
    bool is_good = strlen(value) == 2 * sizeof output->sha256;
    for (size_t i = 0; is_good && i < sizeof output->sha256; i++) {
        int high = hex_value(value[2 * i]), low = hex_value(value[2 * i + 1]);
        is_good = high >= 0 && low >= 0;
        output->sha256[i] = (unsigned char)(16 * high + low);
    }
    output->has_sha256 = true;
    return is_good || parse_fail(parse, PEEL_FAILED_INIT, "expected 64 hexadecimal digits, not '%s'", value);
}

bool set_out_null(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value, (void)on;
    parse_next_output(parse)->to_null = true;
    return true;
}

bool set_trace(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct trace_settings *trace = &parse->command->trace;
    enum trace_form form = strcmp(option->name, "trace") == 0 ? TRACE_FORM_HEX : TRACE_FORM_TEXT;
    if (!*value)
        return parse_fail(parse, PEEL_FAILED_INIT, "blank argument where content is expected");
    (void)on;
    if (trace->form != TRACE_FORM_NONE && trace->form != form)
        parse_warn(parse, "--%s overrides an earlier trace/verbose option", option->name);
    trace->form = form;
    keep_text(&trace->file, value);
    return true;
}

bool set_verbose(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    struct trace_settings *trace = &parse->command->trace;
    parse->command->verbosity = on ? parse->command->verbosity + 1 : 0;
    if (on && trace->form > TRACE_FORM_PLAIN)
        parse_warn(parse, "-v, --verbose overrides an earlier trace/verbose option");
    trace->form = on ? TRACE_FORM_PLAIN : TRACE_FORM_NONE;
    return true;
}

bool set_trace_config(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct trace_settings *trace = &parse->command->trace;
    struct slice rest = slice_of(value);
    while (rest.len > 0) {
        struct slice word = slice_trim(slice_first(rest, slice_find(rest, ',')));
        rest = slice_from(rest, slice_find(rest, ',') < rest.len ? slice_find(rest, ',') + 1 : rest.len);
        bool is_off = word.len > 0 && word.ptr[0] == '-';
        if (is_off || (word.len > 0 && word.ptr[0] == '+'))
            word = slice_from(word, 1);
        bool is_all = slice_equal_nocase(word, SLICE("all"));
        if (is_all || slice_equal_nocase(word, SLICE("time")))
            trace->has_time = !is_off;
        if (is_all || slice_equal_nocase(word, SLICE("ids")))
            trace->has_ids = !is_off;
    }
    return true;
}

bool set_tls_report(struct parse *parse, const struct option *option, const char *value, bool on)
{
    static const char *const forms[] = {[REPORT_TEXT] = "text", [REPORT_JSON] = "json", [REPORT_HTML] = "html"};
    (void)option, (void)on;
    for (enum report_form form = REPORT_TEXT; form <= REPORT_HTML; form++)
        if (strcmp(value, forms[form]) == 0) {
            parse->command->evidence.tls_report = form;
            return true;
        }
    return parse_fail(parse, PEEL_FAILED_INIT, "'%s' is none of text, json, html", value);
}

/* A file alone is a wish for a report too. */
bool set_tls_out(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct evidence_settings *evidence = &parse->command->evidence;
    keep_text(&evidence->tls_out, strcmp(value, "-") == 0 ? NULL : value);
    if (evidence->tls_report == REPORT_NONE)
        evidence->tls_report = REPORT_TEXT;
    return true;
}

bool set_tls_warn_days(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct evidence_settings *evidence = &parse->command->evidence;
    char *end = NULL;
    long days = value[0] >= '0' && value[0] <= '9' ? strtol(value, &end, 10) : -1;
    if (days < 0 || *end)
        return parse_fail_number(parse, value);
    if (days > 100000)
        return parse_fail_too_large(parse);
    evidence->has_tls_warn_days = true;
    evidence->tls_warn_days = (int)days;
    return true;
}

bool set_evidence(struct parse *parse, const struct option *option, const char *value, bool on)
{
    if (strcmp(value, "-") == 0)
        return parse_fail(parse, PEEL_FAILED_INIT, "it may hold secrets, and wants a file of its own, not stdout");
    return set_text(parse, option, value, on);
}
