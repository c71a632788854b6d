/* Heads of messages, for HAR. */
#include "insight/har_head.h"

#include "http/date.h"
#include "insight/redact.h"
#include "url/url.h"

#include <time.h>

#define HIDDEN SLICE("****")

static struct slice next_line(struct slice *rest)
{
    size_t end = slice_find(*rest, '\n');
    struct slice line = slice_first(*rest, end);
    *rest = slice_from(*rest, end < rest->len ? end + 1 : end);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Up to the separator, which is dropped, as what stands behind it stays in rest. */
static struct slice next_piece(struct slice *rest, char separator)
{
    struct slice piece = slice_first(*rest, slice_find(*rest, separator));
    *rest = slice_from(*rest, piece.len < rest->len ? piece.len + 1 : piece.len);
    return piece;
}

struct slice har_first_line(struct slice head)
{
    return next_line(&head);
}

struct field {
    struct slice name, value;
};

/* The next line that is a field; the first line of the head is none. */
static bool next_field(struct slice *rest, struct field *field)
{
    while (rest->len > 0) {
        struct slice line = next_line(rest);
        size_t colon = slice_find(line, ':');
        bool is_field = colon > 0 && colon < line.len && line.ptr[0] != ' ' && line.ptr[0] != '\t';
        field->name = slice_trim(slice_first(line, colon));
        field->value = is_field ? slice_trim(slice_from(line, colon + 1)) : SLICE("");
        if (is_field)
            return true;
    }
    return false;
}

static struct slice fields_of(struct slice head)
{
    next_line(&head);
    return head;
}

struct slice har_field(struct slice head, struct slice name)
{
    struct field field;
    for (struct slice rest = fields_of(head); next_field(&rest, &field);)
        if (slice_equal_nocase(field.name, name))
            return field.value;
    return SLICE("");
}

static void append_pair(struct json *json, struct slice name, struct slice value)
{
    json_open(json, NULL, '{');
    json_text(json, "name", name);
    json_text(json, "value", value);
    json_close(json, '}');
}

void har_append_headers(struct json *json, struct slice head, bool with_secrets)
{
    struct field field;
    json_open(json, "headers", '[');
    for (struct slice rest = fields_of(head); next_field(&rest, &field);) {
        struct buf shown = {0};
        if (!with_secrets)
            redact_value(&shown, field.name, field.value);
        append_pair(json, field.name, with_secrets ? field.value : buf_slice(&shown));
        buf_done(&shown);
    }
    json_close(json, ']');
}

/* "a=1"; without a name it is all value (RFC 6265bis section 5.6). */
static struct field split_cookie(struct slice pair)
{
    size_t equals = slice_find(pair, '=');
    if (equals == pair.len)
        return (struct field){SLICE(""), slice_trim(pair)};
    return (struct field){slice_trim(slice_first(pair, equals)), slice_trim(slice_from(pair, equals + 1))};
}

void har_append_request_cookies(struct json *json, struct slice head, bool with_secrets)
{
    struct field field;
    json_open(json, "cookies", '[');
    for (struct slice rest = fields_of(head); next_field(&rest, &field);) {
        while (slice_equal_nocase(field.name, SLICE("Cookie")) && field.value.len > 0) {
            struct field cookie = split_cookie(next_piece(&field.value, ';'));
            append_pair(json, cookie.name, with_secrets ? cookie.value : HIDDEN);
        }
    }
    json_close(json, ']');
}

static void append_attribute(struct json *json, struct field attribute)
{
    static const struct {
        struct slice name;
        const char *key;
        bool is_flag;
    } rows[] = {
        {SLICE_INIT("Path"), "path", false},         {SLICE_INIT("Domain"), "domain", false},
        {SLICE_INIT("SameSite"), "sameSite", false}, {SLICE_INIT("HttpOnly"), "httpOnly", true},
        {SLICE_INIT("Secure"), "secure", true},
    };
    int64_t expires_s = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!slice_equal_nocase(attribute.name, rows[i].name))
            continue;
        if (rows[i].is_flag)
            json_bool(json, rows[i].key, true);
        else
            json_text(json, rows[i].key, attribute.value);
    }
    if (slice_equal_nocase(attribute.name, SLICE("Expires")) && http_date_parse(attribute.value, &expires_s) &&
        expires_s >= 0)
        har_append_time(json, "expires", (uint64_t)expires_s * 1000000);
}

static void append_set_cookie(struct json *json, struct slice value, bool with_secrets)
{
    unsigned known = 0; /* an attribute may be said twice, a member may not: the last counts (RFC 6265 section 5.2) */
    static const char *const names[] = {"Path", "Domain", "SameSite", "HttpOnly", "Secure", "Expires"};
    struct field attributes[sizeof names / sizeof *names];
    struct field cookie = split_cookie(next_piece(&value, ';'));
    json_open(json, NULL, '{');
    json_text(json, "name", cookie.name);
    json_text(json, "value", with_secrets ? cookie.value : HIDDEN);
    while (value.len > 0) {
        struct slice piece = slice_trim(next_piece(&value, ';'));
        struct field attribute = split_cookie(piece);
        if (slice_find(piece, '=') == piece.len)
            attribute = (struct field){piece, SLICE("")};
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
            if (!slice_equal_nocase(attribute.name, slice_of(names[i])))
                continue;
            attributes[i] = attribute;
            known |= 1u << i;
        }
    }
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (known & 1u << i)
            append_attribute(json, attributes[i]);
    json_close(json, '}');
}

void har_append_response_cookies(struct json *json, struct slice head, bool with_secrets)
{
    struct field field;
    json_open(json, "cookies", '[');
    for (struct slice rest = fields_of(head); next_field(&rest, &field);)
        if (slice_equal_nocase(field.name, SLICE("Set-Cookie")))
            append_set_cookie(json, field.value, with_secrets);
    json_close(json, ']');
}

/* In a query "+" is a space. */
static void decode(struct buf *out, struct slice text)
{
    struct buf spaced = {0};
    for (size_t i = 0; i < text.len; i++)
        buf_append_byte(&spaced, text.ptr[i] == '+' ? ' ' : text.ptr[i]);
    url_percent_decode(out, buf_slice(&spaced));
    buf_done(&spaced);
}

void har_append_query(struct json *json, struct slice url)
{
    size_t mark = slice_find(url, '?');
    struct slice rest = slice_from(url, mark < url.len ? mark + 1 : mark);
    json_open(json, "queryString", '[');
    while (rest.len > 0) {
        struct slice pair = next_piece(&rest, '&');
        size_t equals = slice_find(pair, '=');
        struct buf name = {0}, value = {0};
        decode(&name, slice_first(pair, equals));
        decode(&value, slice_from(pair, equals < pair.len ? equals + 1 : equals));
        if (pair.len > 0)
            append_pair(json, buf_slice(&name), buf_slice(&value));
        buf_done(&name);
        buf_done(&value);
    }
    json_close(json, ']');
}

void har_append_time(struct json *json, const char *key, uint64_t us)
{
    time_t seconds = (time_t)(us / 1000000);
    struct tm tm = {0};
    char day[64];
    gmtime_r(&seconds, &tm);
    size_t len = strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    json_key(json, key);
    buf_printf(json->out, "\"%.*s.%03uZ\"", (int)len, day, (unsigned)(us % 1000000 / 1000));
}
