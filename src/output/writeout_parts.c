/* -w: header fields, the time, parts of URLs. */
#include "output/writeout_parts.h"

#include "base/escape.h"
#include "base/json.h"
#include "base/mem.h"
#include "url/url.h"

#include <time.h>

static void append_from_peer(struct buf *to, const struct fetch_result *result, struct slice text)
{
    if (result->for_terminal)
        escape_append(to, text);
    else
        buf_append(to, text);
}

static bool is_in_last_response(const struct fetch_result *result, size_t i)
{
    return result->fields[i].response == result->fields[result->n_fields - 1].response;
}

/* A backslash in front of a closing brace let it into the separator; here it goes. */
static void append_separator(struct buf *to, struct slice separator)
{
    for (size_t i = 0; i < separator.len; i++) {
        bool is_escape = separator.ptr[i] == '\\' && i + 1 < separator.len && separator.ptr[i + 1] == '}';
        i += is_escape;
        buf_append_byte(to, separator.ptr[i]);
    }
}

void writeout_header(struct buf *to, const struct fetch_result *result, struct slice what)
{
    struct slice name = slice_first(what, slice_find(what, ':'));
    struct slice rest = slice_from(what, name.len);
    bool wants_all = slice_starts_with(rest, SLICE(":all:"));
    bool is_first = true;
    for (size_t i = 0; i < result->n_fields; i++) {
        if (!slice_equal_nocase(name, slice_of(result->fields[i].name)))
            continue;
        if (!wants_all && !is_in_last_response(result, i))
            continue;
        if (!is_first)
            append_separator(to, slice_from(rest, strlen(":all:")));
        is_first = false;
        append_from_peer(to, result, slice_of(result->fields[i].value));
        if (!wants_all)
            return;
    }
}

static bool is_told_before(const struct fetch_result *result, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (is_in_last_response(result, j) && strcasecmp(result->fields[j].name, result->fields[i].name) == 0)
            return true;
    return false;
}

static void append_values(struct buf *to, const struct fetch_result *result, size_t first)
{
    const char *before = "";
    for (size_t i = first; i < result->n_fields; i++) {
        if (strcasecmp(result->fields[i].name, result->fields[first].name) != 0)
            continue;
        buf_append_text(to, before);
        json_string(to, slice_of(result->fields[i].value));
        before = ",";
    }
}

void writeout_header_json(struct buf *to, const struct fetch_result *result)
{
    const char *before = "";
    buf_append_byte(to, '{');
    for (size_t i = 0; i < result->n_fields; i++) {
        if (!is_in_last_response(result, i) || is_told_before(result, i))
            continue;
        char *name = mem_strdup(result->fields[i].name);
        for (char *at = name; *at; at++)
            *at = *at >= 'A' && *at <= 'Z' ? (char)(*at | 0x20) : *at;
        buf_append_text(to, before);
        json_string(to, slice_of(name));
        buf_append_text(to, ":[");
        append_values(to, result, i);
        buf_append_byte(to, ']');
        before = ",\n";
        mem_free(name);
    }
    buf_append_text(to, "\n}");
}

void writeout_time(struct buf *to, const struct fetch_result *result, struct slice format)
{
    time_t seconds = (time_t)(result->over_at_us / 1000000);
    struct tm tm = {0};
    struct buf expanded = {0};
    gmtime_r(&seconds, &tm);
    for (size_t i = 0; i < format.len; i++) {
        char next = i + 1 < format.len && format.ptr[i] == '%' ? format.ptr[i + 1] : '\0';
        if (!next) {
            buf_append_byte(&expanded, format.ptr[i]);
            continue;
        }
        if (next == 'f')
            buf_printf(&expanded, "%06u", (unsigned)(result->over_at_us % 1000000));
        else if (next == 'Z')
            buf_append_text(&expanded, "UTC");
        else if (next == 'z')
            buf_append_text(&expanded, "+0000");
        else
            buf_append(&expanded, slice_make(format.ptr + i, 2));
        i++;
    }
    char text[1024];
    /* It is the user's own format, and nothing but strftime reads it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    size_t len = strftime(text, sizeof text, buf_text(&expanded), &tm);
#pragma GCC diagnostic pop
    buf_append(to, slice_make(text, len));
    buf_done(&expanded);
}

bool writeout_url_part(struct buf *to, const struct fetch_result *result, struct slice name)
{
    static const struct {
        struct slice name;
        size_t field;
    } parts[] = {
        {SLICE_INIT("scheme"), offsetof(struct url, scheme)},
        {SLICE_INIT("user"), offsetof(struct url, user)},
        {SLICE_INIT("password"), offsetof(struct url, password)},
        {SLICE_INIT("host"), offsetof(struct url, host)},
        {SLICE_INIT("zoneid"), offsetof(struct url, zone)},
        {SLICE_INIT("path"), offsetof(struct url, path)},
        {SLICE_INIT("query"), offsetof(struct url, query)},
        {SLICE_INIT("fragment"), offsetof(struct url, fragment)},
    };
    bool is_effective = slice_starts_with(name, SLICE("urle."));
    if (!is_effective && !slice_starts_with(name, SLICE("url.")))
        return false;
    struct slice part = slice_from(name, is_effective ? 5 : 4);
    struct url url = {0};
    struct error ignored = {0};
    struct slice text = slice_of(is_effective ? result->url_effective : result->url_typed);
    bool is_parsed = url_parse(&url, text, NULL, 0, &ignored);
    bool is_known = slice_equal(part, SLICE("port")) || slice_equal(part, SLICE("options"));
    if (is_parsed && slice_equal(part, SLICE("port")))
        buf_printf(to, "%u", url.port);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !is_known; i++) {
        if (!slice_equal(part, parts[i].name))
            continue;
        is_known = true;
        if (is_parsed)
            append_from_peer(to, result, slice_of(*(char *const *)((const char *)&url + parts[i].field)));
    }
    if (is_parsed)
        url_done(&url);
    return is_known;
}
