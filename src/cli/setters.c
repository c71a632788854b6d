/* What most options do: read the value, put it into struct settings. */
#include "cli/setters.h"

#include "base/mem.h"
#include "output/writeout.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

static void *field_of(struct parse *parse, const struct option *option)
{
    if (option->field & OPTION_IS_COMMON)
        return (char *)parse->command + (option->field & ~(size_t)OPTION_IS_COMMON);
    return (char *)parse->settings + option->field;
}

static void replace_text(char **field, char *text)
{
    mem_free_secret(*field);
    *field = text;
}

bool set_nothing(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)parse, (void)option, (void)value, (void)on;
    return true;
}

bool set_flag(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value;
    *(bool *)field_of(parse, option) = on;
    return true;
}

bool set_flag_off(struct parse *parse, const struct option *option, const char *value, bool on)
{
    return set_flag(parse, option, value, !on);
}

bool set_any_text(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    replace_text(field_of(parse, option), mem_strdup(value));
    return true;
}

bool set_text(struct parse *parse, const struct option *option, const char *value, bool on)
{
    if (!*value)
        return parse_fail(parse, PEEL_FAILED_INIT, "blank argument where content is expected");
    return set_any_text(parse, option, value, on);
}

bool set_line(struct parse *parse, const struct option *option, const char *value, bool on)
{
    return parse_check_line(parse, value) && set_any_text(parse, option, value, on);
}

/* Digits, and nothing but digits, up to max; *end is what follows them. */
static bool read_digits(const char *text, uint64_t max, uint64_t *number, const char **end, bool *is_too_large)
{
    *number = 0;
    *end = text;
    *is_too_large = false;
    for (; **end >= '0' && **end <= '9'; ++*end) {
        uint64_t digit = (uint64_t)(**end - '0');
        *is_too_large = *is_too_large || *number > (max - digit) / 10;
        *number = *is_too_large ? max : *number * 10 + digit;
    }
    return *end != text;
}

bool set_seconds(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    static const uint64_t most = (uint64_t)LONG_MAX / 1000 - 1;
    uint64_t seconds = 0;
    const char *at = value;
    bool is_too_large = false;
    bool has_digits = read_digits(value, most, &seconds, &at, &is_too_large);
    uint64_t thousandths = 0;
    if (*at == '.') {
        uint64_t unit = 100;
        bool has_rest = false;
        for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10) {
            thousandths += unit * (uint64_t)(*at - '0');
            has_rest = has_rest || (unit == 0 && *at != '0');
            has_digits = true;
        }
        /* A time too short to count is still a limit, and 0 would be none. */
        if (has_rest && seconds == 0 && thousandths == 0)
            thousandths = 1;
    }
    if (!has_digits || *at || is_too_large)
        return parse_fail_number(parse, value);
    *(uint64_t *)field_of(parse, option) = seconds * 1000 + thousandths;
    return true;
}

bool set_size(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    static const char units[] = "bkmgt";
    uint64_t number = 0;
    const char *at = value;
    bool is_too_large = false;
    if (!read_digits(value, INT64_MAX, &number, &at, &is_too_large))
        return parse_fail_number(parse, value);
    unsigned shift = 0;
    if (*at) {
        const char *unit = strchr(units, *at | 0x20);
        if (!unit || at[1])
            return parse_fail(parse, PEEL_FAILED_INIT, "unknown unit '%s': K, M, G, T or B", at);
        shift = 10 * (unsigned)(unit - units);
    }
    if (is_too_large || number > (uint64_t)INT64_MAX >> shift)
        return parse_fail_too_large(parse);
    *(uint64_t *)field_of(parse, option) = number << shift;
    return true;
}

bool set_max_redirs(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    uint64_t number = 0;
    const char *at = value;
    bool is_too_large = false;
    if (strcmp(value, "-1") == 0) {
        parse->settings->http.max_redirs = -1;
        return true;
    }
    if (!read_digits(value, LONG_MAX, &number, &at, &is_too_large) || *at)
        return parse_fail_number(parse, value);
    if (is_too_large)
        return parse_fail_too_large(parse);
    parse->settings->http.max_redirs = (long)number;
    return true;
}

/* curl's rule: the first colon that no backslash precedes parts file and pass phrase; "\:" and "\\" stand for the
 * second byte, any other backslash for itself. A PKCS#11 URI has colons of its own and no pass phrase. */
bool set_cert(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    bool is_for_proxy = option->letter != 'E';
    struct tls_settings *tls = is_for_proxy ? &parse->settings->proxy_tls : &parse->settings->tls;
    if (strncasecmp(value, "pkcs11:", 7) == 0)
        return set_text(parse, option, value, true);
    struct buf file = {0};
    const char *at = value;
    for (; *at && *at != ':'; at++) {
        if (at[0] == '\\' && (at[1] == ':' || at[1] == '\\'))
            at++;
        buf_append_byte(&file, *at);
    }
    if (*at == ':' && at[1])
        replace_text(&tls->pass, mem_strdup(at + 1));
    char *name = buf_take(&file);
    bool ok = set_text(parse, option, name, true);
    mem_free(name);
    return ok;
}

bool set_fail(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value;
    enum http_fail *fail = &parse->settings->http.fail;
    enum http_fail wanted = option->letter == 'f' ? HTTP_FAIL_EARLY : HTTP_FAIL_WITH_BODY;
    if (on && *fail != HTTP_FAIL_NEVER && *fail != wanted)
        parse_warn(parse, "--%s deselects --%s here", option->name,
                   *fail == HTTP_FAIL_EARLY ? "fail" : "fail-with-body");
    *fail = on ? wanted : HTTP_FAIL_NEVER;
    return true;
}

bool set_family(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value, (void)on;
    parse->settings->net.family = option->letter == '4' ? NET_IPV4 : NET_IPV6;
    return true;
}

bool set_head(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    parse->settings->http.head_only = on;
    parse->settings->output.include_headers = on;
    return true;
}

/* The lines of -H are for the server, those of --proxy-header for the proxy: two lists from the start. */
static bool add_header(struct parse *parse, const struct option *option, const char *line)
{
    struct http_settings *http = &parse->settings->http;
    bool is_for_proxy = option->letter != 'H';
    char ***lines = is_for_proxy ? &http->proxy_headers : &http->headers;
    size_t *n = is_for_proxy ? &http->n_proxy_headers : &http->n_headers;
    if (!parse_check_line(parse, line))
        return false;
    if (!strpbrk(line, ":;"))
        parse_warn(parse, "The provided HTTP header '%s' does not look like a header?", line);
    *lines = parse_grow(*lines, *n, sizeof **lines);
    (*lines)[(*n)++] = mem_strdup(line);
    return true;
}

bool set_header(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    if (value[0] != '@')
        return add_header(parse, option, value);
    struct buf text = {0};
    bool ok = parse_read_file(parse, value + 1, &text);
    struct slice rest = buf_slice(&text);
    while (ok && rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        rest = slice_from(rest, line.len < rest.len ? line.len + 1 : line.len);
        while (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        char *copy = mem_dup_slice(line);
        ok = !*copy || add_header(parse, option, copy);
        mem_free_secret(copy);
    }
    buf_wipe(&text);
    return ok;
}

bool set_http_version(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value, (void)on;
    enum http_version_choice *version = &parse->settings->http.version;
    enum http_version_choice wanted = option->letter == '0' ? HTTP_VERSION_1_0 : HTTP_VERSION_1_1;
    if (parse->has_http_version && *version != wanted)
        parse_warn(parse, "Overrides previous HTTP version option");
    parse->has_http_version = true;
    *version = wanted;
    return true;
}

bool set_method(struct parse *parse, const struct option *option, const char *value, bool on)
{
    return parse_check_line(parse, value) && set_text(parse, option, value, on);
}

/* Outputs and URLs pair up in the order in which they come. */
struct fetch *parse_next_output(struct parse *parse)
{
    struct settings *settings = parse->settings;
    if (parse->n_outputs == settings->n_fetches) {
        settings->fetches = parse_grow(settings->fetches, settings->n_fetches, sizeof *settings->fetches);
        settings->n_fetches++;
    }
    return &settings->fetches[parse->n_outputs++];
}

bool set_output(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    if (!*value)
        return parse_fail(parse, PEEL_FAILED_INIT, "blank argument where content is expected");
    parse_next_output(parse)->output = mem_strdup(value);
    return true;
}

bool set_remote_name(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    if (!on && !parse->settings->output.remote_name_all)
        return true;
    struct fetch *fetch = parse_next_output(parse);
    fetch->remote_name = on;
    fetch->to_stdout = !on;
    return true;
}

bool set_url(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    struct settings *settings = parse->settings;
    if (parse->n_urls == settings->n_fetches) {
        settings->fetches = parse_grow(settings->fetches, settings->n_fetches, sizeof *settings->fetches);
        settings->n_fetches++;
    }
    /* A list comes by --url only: a bare word, which has no option, may start with "@". */
    bool is_list = option && value[0] == '@';
    if (is_list && strcmp(value, "@-") != 0 && access(value + 1, R_OK) != 0)
        return parse_fail(parse, PEEL_READ_ERROR, "cannot read '%s': %s", value + 1, strerror(errno));
    struct fetch *fetch = &settings->fetches[parse->n_urls++];
    fetch->is_list = is_list;
    fetch->url = mem_strdup(is_list ? value + 1 : value);
    return true;
}

/* How long a unit of --rate is; 0: there is none of this name. */
static uint64_t rate_unit_us(const char *name)
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (name[0] == units[i].letter && !name[1])
            return units[i].seconds * 1000000;
    return 0;
}

bool set_rate(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    static const uint64_t most = 1000000;
    static const uint64_t shortest_us = 1000;
    uint64_t number = 0;
    uint64_t n_units = 1;
    uint64_t unit_us = rate_unit_us("h");
    const char *at = value;
    bool is_too_large = false;
    if (!read_digits(value, most, &number, &at, &is_too_large) || (*at && *at != '/') || number == 0)
        return parse_fail(parse, PEEL_FAILED_INIT, "expected a rate such as 10/m, not '%s'", value);
    bool has_too_many = false;
    if (*at == '/') {
        bool has_count = read_digits(at + 1, most, &n_units, &at, &has_too_many);
        if (!has_count)
            n_units = 1;
        unit_us = rate_unit_us(at);
    }
    if (unit_us == 0 || n_units == 0)
        return parse_fail(parse, PEEL_FAILED_INIT, "unknown unit in '%s': s, m, h or d", value);
    if (is_too_large || has_too_many)
        return parse_fail_too_large(parse);
    parse->command->interval_us = n_units * unit_us / number;
    if (parse->command->interval_us < shortest_us) /* as curl: faster than that is no limit at all */
        parse->command->interval_us = 0;
    return true;
}

bool set_referer(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct http_settings *http = &parse->settings->http;
    const char *automatic = strstr(value, ";auto");
    http->auto_referer = automatic;
    char *url = mem_dup_slice(slice_make(value, automatic ? (size_t)(automatic - value) : strlen(value)));
    bool ok = set_line(parse, option, url, on);
    mem_free(url);
    if (ok && !*http->referer)
        replace_text(&http->referer, NULL);
    return ok;
}

static bool set_format(struct parse *parse, const struct option *option, const char *format, bool on)
{
    /* Also for a section's, which is for one host alone: who gathers reports has to begin before the first URL. */
    if (writeout_asks_report(format))
        parse->command->evidence.tls_json = true;
    return set_any_text(parse, option, format, on);
}

bool set_write_out(struct parse *parse, const struct option *option, const char *value, bool on)
{
    if (value[0] != '@')
        return set_format(parse, option, value, on);
    struct buf text = {0};
    bool ok = parse_read_file(parse, value + 1, &text);
    /* A file's line ends are not part of the format; \n is how to ask for one. */
    struct buf format = {0};
    for (size_t i = 0; ok && i < text.len; i++) {
        char c = buf_slice(&text).ptr[i];
        if (c != '\r' && c != '\n' && c != '\0')
            buf_append_byte(&format, c);
    }
    ok = ok && set_format(parse, option, buf_text(&format), on);
    buf_done(&text);
    buf_done(&format);
    return ok;
}
