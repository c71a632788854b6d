/* The rules in front of http-parser. */
#include "http/h1_guard.h"

#include "base/escape.h"
#include "http/codec.h"
#include "http/headers.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    SHOWN_BYTES = 40,
    CHUNK_DIGITS_MAX = 16,
    CHUNK_EXTENSIONS_MAX = 16 * 1024
};

/* The first bytes of something, fit for a message. */
struct shown {
    char text[200];
};

static const char *show(struct shown *s, struct slice bytes)
{
    size_t len = bytes.len < SHOWN_BYTES ? bytes.len : SHOWN_BYTES;
    escape_into(s->text, sizeof s->text - 3, slice_first(bytes, len));
    if (bytes.len > len)
        strcat(s->text, "...");
    return s->text;
}

void h1_guard_begin(struct h1_guard *g)
{
    *g = (struct h1_guard){.ignores_length = g->ignores_length,
                           .takes_codings = g->takes_codings,
                           .is_head_method = g->is_head_method,
                           .codings = {.are_asked_for = g->takes_codings}};
}

const char *h1_leniency_text(enum h1_leniency leniency)
{
    static const char *const texts[H1_LENIENCIES] = {
        [H1_BARE_LF] = "a line ends in LF without CR",
        [H1_FOLDED_LINE] = "a header field is folded over several lines",
        [H1_REPEATED_LENGTH] = "Content-Length is given more than once",
        [H1_LENGTH_AND_CHUNKED] = "both Content-Length and Transfer-Encoding: chunked; the length is ignored",
        [H1_CODING_IN_1_0] = "Transfer-Encoding in an HTTP/1.0 response",
        [H1_IDENTITY_CODING] = "Transfer-Encoding: identity, which no RFC has any more",
        [H1_LENGTH_WITHOUT_BODY] = "a body is announced where none may follow",
        [H1_CHUNK_BLANKS] = "blanks behind a chunk size",
    };
    return texts[leniency];
}

static void used(struct h1_guard *g, enum h1_leniency leniency)
{
    g->leniencies |= 1u << leniency;
}

/* An alert or a ServerHello (RFC 8446 section 5.1). */
static bool is_tls(struct slice bytes)
{
    return slice_starts_with(bytes, SLICE("\x15")) || slice_starts_with(bytes, SLICE("\x16\x03"));
}

static const char *guess_protocol(struct slice bytes)
{
    static const struct {
        struct slice start;
        const char *guess;
    } rows[] = {
        {SLICE_INIT("SSH-"), "; this looks like an SSH server"},
        {SLICE_INIT("220 "), "; this looks like an FTP or SMTP server"},
        {SLICE_INIT("220-"), "; this looks like an FTP or SMTP server"},
        {SLICE_INIT("+OK"), "; this looks like a POP3 server"},
        {SLICE_INIT("* OK"), "; this looks like an IMAP server"},
        {SLICE_INIT("RTSP/"), "; this looks like an RTSP server"},
        {SLICE_INIT("ICY "), "; this looks like an old Icecast or SHOUTcast server"},
        {SLICE_INIT("\0\0"), "; this may be HTTP/2 without being asked for"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_starts_with(bytes, rows[i].start))
            return rows[i].guess;
    return is_tls(bytes) ? "; this looks like TLS: try https://" : "";
}

bool h1_guard_check_start(struct slice bytes, struct error *err)
{
    if (slice_starts_with(SLICE("HTTP/"), slice_first(bytes, 5)))
        return true;
    struct shown first;
    error_set(err, PEEL_UNSUPPORTED_PROTOCOL,
              "the answer is not HTTP/1 (HTTP/0.9 is not allowed), it begins with \"%s\"%s", show(&first, bytes),
              guess_protocol(bytes));
    err->cause = is_tls(bytes) ? CAUSE_TLS_ON_HTTP : CAUSE_NONE;
    return false;
}

/* Takes the line end off. A CR anywhere else splits lines for some readers and not for others; a NUL ends them. */
static bool strip_line_end(struct h1_guard *g, struct slice *line, struct error *err)
{
    line->len--;
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    else
        used(g, H1_BARE_LF);
    bool has_nul = slice_find(*line, '\0') < line->len;
    if (!has_nul && slice_find(*line, '\r') == line->len)
        return true;
    struct shown shown;
    return error_set(err, PEEL_WEIRD_SERVER_REPLY, "the response head has a %s in the line \"%s\"",
                     has_nul ? "NUL" : "CR without LF", show(&shown, *line));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool h1_guard_status_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err)
{
    if (!strip_line_end(g, &line, err))
        return false;
    struct shown shown;
    show(&shown, line);
    struct slice rest = slice_from(line, strlen("HTTP/"));
    if (rest.len > 0 && (rest.ptr[0] == '2' || rest.ptr[0] == '3') && (rest.len == 1 || !is_digit(rest.ptr[1])))
        return error_set(err, PEEL_WEIRD_SERVER_REPLY,
                         "the version in \"%s\" does not fit a connection that speaks HTTP/1", shown.text);
    if (!slice_starts_with(rest, SLICE("1.0 ")) && !slice_starts_with(rest, SLICE("1.1 ")))
        return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "unsupported HTTP version in the status line \"%s\"",
                         shown.text);
    g->version_minor = rest.ptr[2] - '0';
    rest = slice_from(rest, 4);
    bool is_number = rest.len >= 3 && rest.ptr[0] >= '1' && rest.ptr[0] <= '9' && is_digit(rest.ptr[1]) &&
                     is_digit(rest.ptr[2]) && (rest.len == 3 || rest.ptr[3] == ' ');
    if (!is_number)
        return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "no three-digit status in the status line \"%s\"", shown.text);
    g->status = (rest.ptr[0] - '0') * 100 + (rest.ptr[1] - '0') * 10 + (rest.ptr[2] - '0');
    *pass = line;
    return true;
}

bool h1_guard_check_partial(struct slice line, struct error *err)
{
    if (line.len < 2 || line.ptr[0] != '\r')
        return true;
    return error_set(err, PEEL_WEIRD_SERVER_REPLY, "the response head has a CR without LF where it should end");
}

bool h1_guard_is_empty_line(struct h1_guard *g, struct slice line)
{
    if (slice_equal(line, SLICE("\n")))
        used(g, H1_BARE_LF);
    return slice_equal(line, SLICE("\r\n")) || slice_equal(line, SLICE("\n"));
}

void h1_guard_begin_trailers(struct h1_guard *g)
{
    g->in_trailers = true;
    g->fold = H1_FOLD_NOTHING;
}

/* One decimal number up to 2^63-1. */
static bool read_length(struct slice digits, uint64_t *length, struct error *err)
{
    struct shown shown;
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_digit(digits.ptr[i]))
            return error_set(err, PEEL_WEIRD_SERVER_REPLY, "Content-Length \"%s\" is not a number",
                             show(&shown, digits));
        if (__builtin_mul_overflow(n, 10u, &n) || __builtin_add_overflow(n, (uint64_t)(digits.ptr[i] - '0'), &n) ||
            n > INT64_MAX)
            return error_set(err, PEEL_WEIRD_SERVER_REPLY, "Content-Length %s is too large", show(&shown, digits));
    }
    *length = n;
    return digits.len > 0 || error_set(err, PEEL_WEIRD_SERVER_REPLY, "Content-Length \"\" is not a number");
}

/* RFC 9112 section 6.3: the same number several times may be read as one, anything else not. */
static bool guard_length(struct h1_guard *g, struct slice value, struct slice *pass, struct error *err)
{
    const char *name = pass->ptr; /* as written */
    *pass = SLICE("");
    for (;;) {
        size_t comma = slice_find(value, ',');
        uint64_t length = 0;
        if (!read_length(slice_trim(slice_first(value, comma)), &length, err))
            return false;
        if (g->has_length && g->length != length)
            return error_set(err, PEEL_WEIRD_SERVER_REPLY,
                             "two different Content-Length values, %" PRIu64 " and %" PRIu64, g->length, length);
        if (g->has_length) {
            used(g, H1_REPEATED_LENGTH);
        } else {
            int len = snprintf(g->rewritten, sizeof g->rewritten, "%.14s: %" PRIu64, name, length);
            *pass = slice_make(g->rewritten, (size_t)len);
        }
        g->has_length = true;
        g->length = length;
        if (comma == value.len)
            return true;
        value = slice_from(value, comma + 1);
    }
}

/* Of a message without a body it says nothing that matters. */
static bool guard_codings(struct h1_guard *g, struct slice value, struct error *err)
{
    struct error ignored = {0};
    bool has_body = !g->is_head_method && g->status >= 200 && g->status != 204 && g->status != 304;
    return h1_codings_read(&g->codings, value, has_body ? err : &ignored) || !has_body;
}

static bool guard_fold(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err)
{
    struct shown shown;
    if (g->fold != H1_FOLD_ALLOWED)
        return error_set(
            err, PEEL_WEIRD_SERVER_REPLY, "the header line \"%s\" begins with a blank, but %s", show(&shown, line),
            g->fold == H1_FOLD_NOTHING ? "there is no field before it" : "the field before it may not be folded");
    used(g, H1_FOLDED_LINE);
    g->is_continued = true;
    *pass = slice_trim(line);
    return true;
}

static bool check_value(struct slice name, struct slice value, struct error *err)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c >= 0x20 && c != 0x7f) || c == '\t')
            continue;
        struct shown shown;
        return error_set(err, PEEL_WEIRD_SERVER_REPLY,
                         "the header field \"%s\" has the control byte \\x%02x in its value", show(&shown, name), c);
    }
    return true;
}

/* A folded value of these could be read in two ways, with consequences. */
static bool is_never_folded(struct slice name)
{
    static const struct slice names[] = {SLICE_INIT("Content-Length"), SLICE_INIT("Transfer-Encoding"),
                                         SLICE_INIT("Set-Cookie"), SLICE_INIT("Location")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal_nocase(name, names[i]))
            return true;
    return false;
}

static bool count_field(struct h1_guard *g, struct error *err)
{
    if (++g->n_fields <= HTTP_FIELDS_MAX)
        return true;
    return error_set(err, PEEL_RECV_ERROR, "too many headers: more than %d lines", HTTP_FIELDS_MAX);
}

bool h1_guard_field_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err)
{
    if (!count_field(g, err) || !strip_line_end(g, &line, err))
        return false;
    g->is_continued = false;
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
        return guard_fold(g, line, pass, err) && check_value(line, *pass, err);
    struct shown shown;
    size_t colon = slice_find(line, ':');
    struct slice name = slice_first(line, colon);
    if (colon == line.len)
        return error_set(err, PEEL_WEIRD_SERVER_REPLY, "the header line \"%s\" has no colon", show(&shown, line));
    if (!http_is_token(name))
        return error_set(err, PEEL_WEIRD_SERVER_REPLY, "\"%s\" is not the name of a header field", show(&shown, name));
    struct slice value = slice_trim(slice_from(line, colon + 1));
    if (!check_value(name, value, err))
        return false;
    bool is_length = slice_equal_nocase(name, SLICE("Content-Length"));
    bool is_coding = slice_equal_nocase(name, SLICE("Transfer-Encoding"));
    g->fold = is_never_folded(name) ? H1_FOLD_REFUSED : H1_FOLD_ALLOWED;
    *pass = slice_make(line.ptr, (size_t)(value.ptr - line.ptr) + value.len);
    if (g->in_trailers) { /* what frames a message has no say behind it */
        if (is_length || is_coding)
            *pass = SLICE("");
        return true;
    }
    if (is_length && g->ignores_length) {
        *pass = SLICE("");
        return true;
    }
    if (is_length)
        return guard_length(g, value, pass, err);
    return !is_coding || guard_codings(g, value, err);
}

bool h1_guard_head_end(struct h1_guard *g, bool has_body, struct error *err)
{
    const struct h1_codings *codings = &g->codings;
    bool has_coding = codings->shown[0] != '\0';
    if (!has_body) {
        bool may_tell_length = g->status >= 200 && g->status != 204;
        if (!may_tell_length && ((g->has_length && g->length > 0) || has_coding))
            used(g, H1_LENGTH_WITHOUT_BODY);
        return true;
    }
    if (!h1_codings_check(codings, g->has_length, err))
        return false;
    if (codings->is_chunked && g->has_length)
        used(g, H1_LENGTH_AND_CHUNKED);
    if (codings->has_identity)
        used(g, H1_IDENTITY_CODING);
    if (has_coding && g->version_minor == 0)
        used(g, H1_CODING_IN_1_0);
    return true;
}

size_t h1_guard_chunk_line_max(const struct h1_guard *g)
{
    return CHUNK_DIGITS_MAX + (CHUNK_EXTENSIONS_MAX - g->extension_bytes) + strlen("\r\n");
}

static bool is_hex_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What stands behind the digits: nothing, blanks, or an extension, which nobody ever uses and which is dropped. */
static bool guard_extension(struct h1_guard *g, struct slice rest, bool has_cr, struct error *err)
{
    struct shown shown;
    g->extension_bytes += rest.len;
    if (g->extension_bytes > CHUNK_EXTENSIONS_MAX)
        return error_set(err, PEEL_RECV_ERROR, "more than %d bytes of chunk extensions", CHUNK_EXTENSIONS_MAX);
    struct slice extension = slice_trim(rest);
    if (extension.len == 0) {
        if (rest.len > 0)
            used(g, H1_CHUNK_BLANKS);
        return true;
    }
    bool has_control = !has_cr;
    for (size_t i = 0; i < extension.len && !has_control; i++) {
        unsigned char c = (unsigned char)extension.ptr[i];
        has_control = (c < 0x20 && c != '\t') || c == 0x7f;
    }
    if (extension.ptr[0] == ';' && !has_control)
        return true;
    return error_set(err, PEEL_RECV_ERROR, "garbage behind a chunk size: \"%s\"", show(&shown, rest));
}

bool h1_guard_chunk_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err)
{
    struct shown shown;
    line.len--;
    bool has_cr = line.len > 0 && line.ptr[line.len - 1] == '\r';
    line.len -= has_cr;
    size_t n = 0;
    while (n < line.len && is_hex_digit(line.ptr[n]))
        n++;
    if (n == 0)
        return error_set(err, PEEL_RECV_ERROR, "the chunk size \"%s\" is not a hexadecimal number", show(&shown, line));
    *pass = slice_first(line, n);
    if (n > CHUNK_DIGITS_MAX || (n == CHUNK_DIGITS_MAX && !strchr("01234567", line.ptr[0])))
        return error_set(err, PEEL_RECV_ERROR, "the chunk size %s is too large", show(&shown, *pass));
    if (!has_cr)
        used(g, H1_BARE_LF);
    return guard_extension(g, slice_from(line, n), has_cr, err);
}
