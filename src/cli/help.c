/* What peel tells about itself: --help, --version, --manual. */
#include "cli/setters.h"

#include "base/escape.h"
#include "base/release.h"
#include "cli/markup.h"
#include "http/version.h"
#include "insight/explain.h"
#include "tls/context.h"
#include "transfer/version.h"
#include "url/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
    WIDTH_DEFAULT = 79,
    WIDTH_LEAST = 40,
    WIDTH_MOST = 160,
    LEFT_MOST = 34
};

static const char manual_text[] = {
#include "cli/manual_text.inc"
};

/* How wide text may be: COLUMNS, else the terminal's width. */
static size_t text_width(void)
{
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    struct winsize size;
    if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        return WIDTH_DEFAULT;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : (size_t)width;
}

/* " -o, --output <file>"; returns its length. */
static size_t append_names(struct buf *out, const struct option *option)
{
    size_t before = out->len;
    if (option->letter)
        buf_printf(out, " -%c, ", option->letter);
    else
        buf_append_text(out, "     ");
    buf_printf(out, "--%s%s", option->kind == IS_OFF_SWITCH ? "no-" : "", option->name);
    if (option->argument)
        buf_printf(out, " <%s>", option->argument);
    return out->len - before;
}

static size_t names_len(const struct option *option)
{
    struct buf names = {0};
    size_t len = append_names(&names, option);
    buf_done(&names);
    return len;
}

/* The options of these categories, help beside them in one column. */
static void append_list(struct buf *out, unsigned categories)
{
    size_t column = 0;
    size_t width = text_width();
    size_t most = width / 2 < LEFT_MOST ? width / 2 : LEFT_MOST;
    for (size_t i = 0; i < option_table_len; i++) {
        size_t len = option_table[i].categories & categories ? names_len(&option_table[i]) : 0;
        column = len > column && len <= most ? len : column;
    }
    column += 2;
    for (size_t i = 0; i < option_table_len; i++) {
        if (!(option_table[i].categories & categories))
            continue;
        size_t len = append_names(out, &option_table[i]);
        if (len + 2 > column) {
            buf_append_byte(out, '\n');
            len = 0;
        }
        markup_wrap(out, slice_of(option_table[i].help), len, column, width);
    }
}

static void append_categories(struct buf *out)
{
    for (size_t i = 0; i < option_categories_len; i++)
        buf_printf(out, " %-12s%s\n", option_categories[i].name, option_categories[i].help);
    buf_printf(out, " %-12s%s\n", "all", "Every option");
}

static void append_short_help(struct buf *out)
{
    buf_append_text(out, "Usage: peel [options...] <url>...\n");
    append_list(out, IN_IMPORTANT);
    buf_append_byte(out, '\n');
    markup_wrap(out,
                SLICE("There is more: --help all shows every option, --help category the categories, --help -w one "
                      "option in full, --manual the manual."),
                0, 0, text_width());
}

static void append_option(struct buf *out, const struct option *option)
{
    append_names(out, option);
    for (size_t i = 0; i < option_aliases_len; i++) {
        if (strcmp(option_aliases[i].text, option->name) == 0)
            buf_printf(out, ", --%s", option_aliases[i].name);
    }
    buf_append_byte(out, '\n');
    markup_print(out, slice_of(option->manual), 8, text_width());
}

/* -w, --write-out, write-out or --no-buffer. */
static const struct option *find_option(struct slice word)
{
    if (word.len == 2 && word.ptr[0] == '-')
        return option_by_letter(word.ptr[1]);
    if (slice_starts_with(word, SLICE("--")))
        word = slice_from(word, 2);
    const struct option *option = option_by_name(word);
    if (!option && slice_starts_with(word, SLICE("no-")))
        option = option_by_name(slice_from(word, 3));
    return option;
}

/* True when word is a category, whose options are then shown. */
static bool append_category(struct buf *out, struct slice word)
{
    unsigned bits = 0;
    if (slice_equal_nocase(word, SLICE("all")))
        bits = ~0u;
    for (size_t i = 0; i < option_categories_len; i++) {
        if (slice_equal_nocase(word, slice_of(option_categories[i].name))) {
            bits = option_categories[i].bit;
            buf_printf(out, "%s: %s\n", option_categories[i].name, option_categories[i].help);
        }
    }
    if (bits)
        append_list(out, bits);
    return bits != 0;
}

/* A line that says why there is no help for this. */
static void append_excuse(struct buf *out, struct slice word)
{
    char shown[80];
    bool has_dash = word.len > 0 && word.ptr[0] == '-';
    struct slice name = slice_from(word, slice_starts_with(word, SLICE("--")) ? 2 : 0);
    const struct option_other *absent =
        has_dash && word.len == 2 ? option_absent_by_letter(word.ptr[1]) : option_absent_by_name(name);
    escape_into(shown, sizeof shown, word);
    if (absent) {
        buf_printf(out, "%s: %s\n", shown, absent->text ? absent->text : "curl has it, peel does not yet");
        return;
    }
    buf_printf(out, "There is no category or option '%s'", shown);
    if (has_dash)
        suggest_option(out, name);
    buf_append_byte(out, '\n');
}

bool show_help(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value, (void)on;
    struct buf *out = parse->out;
    struct slice word = slice_of(*parse->rest);
    parse->action = CLI_SHOW;
    if (!*parse->rest) {
        append_short_help(out);
        return true;
    }
    const struct option *asked = find_option(word);
    if (append_category(out, word))
        return true;
    if (asked) {
        append_option(out, asked);
        return true;
    }
    if (!slice_equal(word, SLICE("category")))
        append_excuse(out, word);
    buf_append_text(out, "The categories:\n");
    append_categories(out);
    return true;
}

bool show_manual(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value, (void)on;
    parse->action = CLI_MANUAL;
    buf_append(parse->out, slice_make(manual_text, sizeof manual_text));
    return true;
}

bool show_explanation(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    char shown[80];
    parse->action = CLI_SHOW;
    if (explain_append(parse->out, slice_of(value), text_width()))
        return true;
    struct buf near = {0};
    explain_suggest(&near, slice_of(value));
    bool is_good =
        parse_fail(parse, PEEL_FAILED_INIT, "no page on '%s'%s%s 'peel --explain list' shows all",
                   escape_into(shown, sizeof shown, slice_of(value)), buf_text(&near), near.len > 0 ? "" : ";");
    buf_done(&near);
    return is_good;
}

bool show_version(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value, (void)on;
    struct utsname machine;
    parse->action = CLI_SHOW;
    buf_printf(parse->out, "peel %s (%s-linux-gnu) %s %s %s %s\n", PEEL_VERSION,
               uname(&machine) == 0 ? machine.machine : "unknown", tls_library_version(), http_library_versions(),
               url_library_versions(), transfer_library_versions());
    buf_append_text(parse->out,
                    "Release-Date: " PEEL_RELEASE_DATE "\n"
                    "Protocols: http https\n"
                    "Features: AsynchDNS brotli HSTS HTTPS-proxy IDN IPv6 Largefile libz PSL SSL threadsafe "
                    "UnixSockets zstd\n");
    return true;
}
