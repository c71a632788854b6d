/* The head of a request, in the bytes and the order that curl sends. */
#include "http/request.h"

#include "http/date.h"
#include "http/decode.h"
#include "http/headers.h"
#include "http/line.h"
#include "http/multipart.h"
#include "http/sigv4.h"

enum {
    EXPECT_ABOVE = 1024 * 1024 /* curl's: a smaller body is sent sooner than an answer can come */
};

static bool is_one_of(struct slice name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (slice_equal_nocase(name, slice_of(names[i])))
            return true;
    return false;
}

/* Fields of the user's that this hop must not carry. */
static bool is_withheld(const struct http_request *r, struct slice name)
{
    static const char *const credentials[] = {"Authorization", "Cookie", "Proxy-Authorization"};
    static const char *const framing[] = {"Content-Length", "Transfer-Encoding"};
    name = slice_trim(name); /* "Authorization : secret" is as secret */
    if (!r->may_send_credentials && is_one_of(name, credentials, 3))
        return true;
    if (r->is_expect_refused && slice_equal_nocase(name, SLICE("Expect")))
        return true;
    if (r->boundary && slice_equal_nocase(name, SLICE("Content-Type")))
        return true; /* stands with its boundary elsewhere */
    return (r->has_lost_body || r->is_probe) && is_one_of(name, framing, 2);
}

/* The first -H line in force that bears the name; NULL when there is none. */
static const char *find_line(const struct http_request *r, const char *wanted)
{
    const char *line = line_find(r->settings->headers, r->settings->n_headers, wanted);
    return line && is_withheld(r, slice_of(wanted)) ? NULL : line;
}

static bool is_http_1_0(const struct http_request *r)
{
    return r->settings->version == HTTP_VERSION_1_0 || r->is_old_server;
}

static void print_field(struct buf *out, const char *name, const char *value)
{
    buf_append_text(out, name);
    buf_append_text(out, ": ");
    buf_append_text(out, value);
    buf_append_text(out, "\r\n");
}

/* A field that is sent by itself unless a -H line says otherwise. */
static void print_default(struct buf *out, const struct http_request *r, const char *name, const char *value)
{
    if (!find_line(r, name))
        print_field(out, name, value);
}

/* A name made up for the first host tells another one too much, and is wrong there. */
static bool is_custom_host_in_force(const struct http_request *r)
{
    return r->may_send_credentials || (r->first && strcmp(r->first->host, r->url->host) == 0);
}

static void print_host(struct buf *out, const struct http_request *r)
{
    const char *line = is_custom_host_in_force(r) ? find_line(r, "Host") : NULL;
    if (!line) {
        buf_append_text(out, "Host: ");
        url_print_authority(out, r->url);
        buf_append_text(out, "\r\n");
        return;
    }
    struct slice name;
    enum line_kind kind = line_read(slice_of(line), &name);
    if (kind == LINE_REMOVES)
        return;
    buf_append_text(out, "Host:");
    if (kind == LINE_FIELD)
        buf_append_text(out, line + name.len + 1);
    buf_append_text(out, "\r\n");
}

static void print_authorization(struct buf *out, const struct http_request *r)
{
    if (r->authorization && *r->authorization)
        print_default(out, r, "Authorization", r->authorization);
    buf_append(out, r->signature);
}

static bool has_proxy_line(const struct http_request *r, const char *name)
{
    return line_find(r->settings->proxy_headers, r->settings->n_proxy_headers, name) || find_line(r, name);
}

static void print_for_proxy(struct buf *out, const struct http_request *r, const char *name, const char *value)
{
    if (r->is_to_proxy && value && *value && !has_proxy_line(r, name))
        print_field(out, name, value);
}

struct slice http_request_custom_host(const struct http_request *r)
{
    const char *line = is_custom_host_in_force(r) ? find_line(r, "Host") : NULL;
    return line ? slice_trim(slice_from(slice_of(line), strcspn(line, ":;") + 1)) : SLICE("");
}

static void print_cookies(struct buf *out, const struct http_request *r)
{
    const char *given = r->may_send_credentials && !find_line(r, "Cookie") ? r->settings->cookies : NULL;
    bool has_given = given && *given;
    if (r->cookies.len == 0 && !has_given)
        return;
    buf_append_text(out, "Cookie: ");
    buf_append(out, r->cookies);
    if (has_given) {
        buf_append_text(out, r->cookies.len > 0 ? "; " : "");
        buf_append_text(out, given);
    }
    buf_append_text(out, "\r\n");
}

/* A part of the response; or with a body, as curl has it, which part of the whole is sent. */
static void print_range(struct buf *out, const struct http_request *r)
{
    unsigned long long offset = r->body_offset, end = offset + r->body_length;
    if (r->is_part && r->body_length != BODY_LENGTH_UNKNOWN && r->body_length > 0 && !find_line(r, "Content-Range"))
        buf_printf(out, "Content-Range: bytes %llu-%llu/%llu\r\n", offset, end - 1, end);
    if (r->range && !r->has_body && !find_line(r, "Range"))
        buf_printf(out, "Range: bytes=%s\r\n", r->range);
    if (r->range && r->if_range && !r->has_body)
        print_default(out, r, "If-Range", r->if_range);
    if (r->range && r->has_body && r->body_length != BODY_LENGTH_UNKNOWN && !find_line(r, "Content-Range"))
        buf_printf(out, "Content-Range: bytes %s/%llu\r\n", r->range, (unsigned long long)r->body_length);
}

/* TE is about this connection only, so Connection has to name it (RFC 9110 section 10.1.4). */
static bool asks_for_codings(const struct http_request *r)
{
    return r->settings->transfer_codings && !find_line(r, "TE");
}

/* One field, at the end, made of all -H lines and of what we have to say. */
static void print_connection(struct buf *out, const struct http_request *r)
{
    struct buf value = {0};
    bool is_empty_one = false;
    for (size_t i = 0; i < r->settings->n_headers; i++) {
        struct slice name, line = slice_of(r->settings->headers[i]);
        enum line_kind kind = line_read(line, &name);
        if (!slice_equal_nocase(name, SLICE("Connection")))
            continue;
        is_empty_one = is_empty_one || kind == LINE_EMPTY;
        if (kind != LINE_FIELD)
            continue;
        buf_append_text(&value, value.len > 0 ? ", " : "");
        buf_append(&value, slice_trim(slice_from(line, name.len + 1)));
    }
    if (asks_for_codings(r))
        buf_append_text(&value, value.len > 0 ? ", TE" : "TE");
    if (value.len > 0)
        print_field(out, "Connection", buf_text(&value));
    else if (is_empty_one)
        buf_append_text(out, "Connection:\r\n");
    buf_done(&value);
}

static void print_custom(struct buf *out, const struct http_request *r)
{
    static const char *const elsewhere[] = {"Host", "Connection"};
    struct slice name;
    for (size_t i = 0; i < r->settings->n_headers; i++) {
        struct slice line = slice_of(r->settings->headers[i]);
        line_read(line, &name);
        if (!is_one_of(name, elsewhere, 2) && !is_withheld(r, name))
            line_print(out, line);
    }
    for (size_t i = 0; r->is_to_proxy && i < r->settings->n_proxy_headers; i++) {
        struct slice line = slice_of(r->settings->proxy_headers[i]);
        line_read(line, &name);
        if (!slice_equal_nocase(name, SLICE("Host")))
            line_print(out, line);
    }
}

void http_request_own_fields(const struct http_request *r, struct http_headers *into)
{
    struct slice name;
    for (size_t i = 0; i < r->settings->n_headers; i++) {
        struct slice line = slice_of(r->settings->headers[i]);
        enum line_kind kind = line_read(line, &name);
        if ((kind != LINE_FIELD && kind != LINE_EMPTY) || slice_equal_nocase(name, SLICE("Host")) ||
            is_withheld(r, name))
            continue;
        http_headers_add(into, name, kind == LINE_FIELD ? slice_trim(slice_from(line, name.len + 1)) : SLICE(""));
    }
}

static const char *form_type(const struct http_settings *s)
{
    struct slice name;
    for (size_t i = 0; i < s->n_headers; i++) {
        const char *line = s->headers[i];
        if (line_read(slice_of(line), &name) != LINE_FIELD || !slice_equal_nocase(name, SLICE("Content-Type")))
            continue;
        line += name.len + 1;
        return line + strspn(line, " \t");
    }
    return "multipart/form-data";
}

static void print_body_fields(struct buf *out, const struct http_request *r)
{
    bool has_length = r->is_probe || r->body_length != BODY_LENGTH_UNKNOWN;
    if (has_length && !http_request_is_chunked(r) && !find_line(r, "Content-Length"))
        buf_printf(out, "Content-Length: %llu\r\n", (unsigned long long)(r->is_probe ? 0 : r->body_length));
    if (r->boundary)
        buf_printf(out, "Content-Type: %s; boundary=%s\r\n", form_type(r->settings), r->boundary);
    else if (!r->settings->is_json && !r->is_upload)
        print_default(out, r, "Content-Type", "application/x-www-form-urlencoded");
    if (http_request_expects_continue(r))
        print_default(out, r, "Expect", "100-continue");
}

static void print_time_condition(struct buf *out, const struct http_request *r)
{
    const struct http_settings *s = r->settings;
    if (s->time_condition == HTTP_TIME_ANY)
        return;
    struct buf date = {0};
    http_date_print(&date, s->condition_unix_s);
    bool is_since = s->time_condition == HTTP_TIME_MODIFIED_SINCE;
    print_default(out, r, is_since ? "If-Modified-Since" : "If-Unmodified-Since", buf_text(&date));
    buf_done(&date);
}

/* To a proxy in absolute form, without userinfo and zone, which are nobody's business. */
static void print_target(struct buf *out, const struct http_request *r)
{
    if (r->is_to_proxy && !r->settings->target) {
        buf_printf(out, "%s://", r->url->scheme);
        url_print_authority(out, r->url);
    }
    http_request_print_target(out, r->settings, r->url);
}

void http_request_print(struct buf *out, const struct http_request *r)
{
    const struct http_settings *s = r->settings;
    buf_append_text(out, r->method);
    buf_append_byte(out, ' ');
    print_target(out, r);
    buf_append_text(out, is_http_1_0(r) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    print_host(out, r);
    print_for_proxy(out, r, "Proxy-Authorization", r->proxy_authorization);
    print_authorization(out, r);
    print_range(out, r);
    const char *agent = s->user_agent ? s->user_agent : "peel/" PEEL_VERSION;
    if (*agent)
        print_default(out, r, "User-Agent", agent);
    if (!s->is_json)
        print_default(out, r, "Accept", "*/*");
    if (asks_for_codings(r))
        print_field(out, "TE", "gzip");
    if (s->compressed)
        print_default(out, r, "Accept-Encoding", http_accept_encoding);
    if (r->referer && *r->referer)
        print_default(out, r, "Referer", r->referer);
    print_for_proxy(out, r, "Proxy-Connection", "Keep-Alive");
    print_cookies(out, r);
    if (http_request_is_chunked(r))
        print_default(out, r, "Transfer-Encoding", "chunked");
    print_time_condition(out, r);
    print_custom(out, r);
    if (r->if_none_match)
        print_default(out, r, "If-None-Match", r->if_none_match);
    if (s->is_json) {
        print_default(out, r, "Content-Type", "application/json");
        print_default(out, r, "Accept", "application/json");
    }
    if (r->has_body)
        print_body_fields(out, r);
    print_connection(out, r);
    buf_append_text(out, "\r\n");
}

bool http_request_has_line(const struct http_request *r, const char *name)
{
    return find_line(r, name) != NULL;
}

bool http_request_has_proxy_line(const struct http_request *r, const char *name)
{
    return has_proxy_line(r, name);
}

void http_request_print_target(struct buf *out, const struct http_settings *settings, const struct url *url)
{
    if (settings->target)
        buf_append_text(out, settings->target);
    else
        url_print_target(out, url);
}

/* Does the value of the field's -H line have the word in its list? */
static bool line_has(const char *line, struct slice word)
{
    struct slice value = slice_of(line);
    size_t colon = slice_find(value, ':');
    return colon < value.len && http_list_has(slice_from(value, colon + 1), word);
}

bool http_request_is_chunked(const struct http_request *r)
{
    if (!r->has_body || r->is_probe)
        return false;
    const char *line = find_line(r, "Transfer-Encoding");
    return line ? line_has(line, SLICE("chunked")) : r->body_length == BODY_LENGTH_UNKNOWN;
}

bool http_request_expects_continue(const struct http_request *r)
{
    if (!r->has_body || r->is_probe || r->is_expect_refused)
        return false;
    const char *line = find_line(r, "Expect");
    if (line)
        return line_has(line, SLICE("100-continue"));
    return !is_http_1_0(r) && r->body_length > EXPECT_ABOVE;
}

bool http_request_check(const struct http_request *r, struct error *err)
{
    if (!is_http_1_0(r) || !r->has_body || r->body_length != BODY_LENGTH_UNKNOWN || find_line(r, "Transfer-Encoding"))
        return true;
    return error_set(err, PEEL_UPLOAD_FAILED,
                     "The length of what is to be sent is not known beforehand, and HTTP/1.0 has no chunks");
}

const char *http_request_method(const struct http_settings *s, bool is_upload)
{
    if (s->method)
        return s->method;
    if (s->head_only)
        return "HEAD";
    if (is_upload)
        return "PUT";
    return s->has_body ? "POST" : "GET";
}

static bool add_upload(struct body *body, const char *upload, struct error *err)
{
    if (strcmp(upload, "-") != 0 && strcmp(upload, ".") != 0)
        return body_add_file(body, upload, ENCODING_NONE, err);
    body_add_stdin_stream(body);
    return true;
}

struct body *http_request_body(const struct http_settings *s, const char *upload, char *boundary, struct error *err)
{
    struct body *body = body_new();
    bool is_ok = true;
    *boundary = '\0';
    if (upload) {
        is_ok = add_upload(body, upload, err);
    } else if (s->form.root.n_parts > 0) {
        multipart_make_boundary(boundary);
        is_ok = multipart_add(body, &s->form, form_type(s), boundary, err);
    } else {
        body_add_borrowed(body, buf_slice(&s->body));
    }
    if (is_ok)
        return body;
    body_free(body);
    return NULL;
}

/* Names the option and the place; the value may be a secret. */
static bool check_line(const char *option, const char *text, struct error *err)
{
    size_t at = text ? strcspn(text, "\r\n") : 0;
    if (!text || text[at] == '\0')
        return true;
    return error_set(err, PEEL_BAD_FUNCTION_ARGUMENT,
                     "%s has a %s (byte %zu), which would start a new line of the request", option,
                     text[at] == '\r' ? "carriage return" : "line feed", at + 1);
}

static bool check_method(const char *method, struct error *err)
{
    if (!method)
        return true;
    if (*method == '\0')
        return error_set(err, PEEL_BAD_FUNCTION_ARGUMENT, "the method given with -X is empty");
    for (size_t i = 0; method[i]; i++)
        if ((unsigned char)method[i] <= 0x20 || method[i] == 0x7f)
            return error_set(err, PEEL_BAD_FUNCTION_ARGUMENT,
                             "the method given with -X has a %s (byte %zu), which no method has",
                             method[i] == ' ' ? "space" : "control byte", i + 1);
    return true;
}

bool http_settings_check(const struct http_settings *s, struct error *err)
{
    struct sigv4_scope scope;
    if (s->sigv4 && !sigv4_read_scope(&scope, s->sigv4, err))
        return false;
    for (size_t i = 0; i < s->n_headers; i++)
        if (!check_line("a header given with -H", s->headers[i], err))
            return false;
    for (size_t i = 0; i < s->n_proxy_headers; i++)
        if (!check_line("a header given with --proxy-header", s->proxy_headers[i], err))
            return false;
    return check_method(s->method, err) && check_line("the user agent given with -A", s->user_agent, err) &&
           check_line("the referer given with -e", s->referer, err) &&
           check_line("the cookies given with -b", s->cookies, err) &&
           check_line("the user given with -u", s->user, err) &&
           check_line("the user given with -U", s->proxy_user, err) &&
           check_line("the token given with --oauth2-bearer", s->bearer, err) &&
           check_line("the target given with --request-target", s->target, err) &&
           check_line("the range given with -r", s->range, err);
}
