/* http-parser and its callbacks. */
#include "http/h1_message.h"

#include "http/decode.h"

static const http_parser_settings h1_callbacks;

void h1_message_begin(struct h1_message *m)
{
    http_parser_init(&m->parser, HTTP_RESPONSE);
    m->parser.data = m;
    m->parser.allow_chunked_length = 1; /* the guard tells of it; chunked wins, as with curl */
    m->is_head_over = false;
    m->is_done = false;
    m->may_keep_alive = false;
    m->body_seen = 0;
    m->chunk_size = 0;
    m->is_in_value = false;
    buf_clear(&m->name);
    buf_clear(&m->value);
    buf_clear(&m->reason);
    http_headers_done(&m->fields);
    http_decoder_free(m->codings);
    m->codings = NULL;
}

void h1_message_free_parts(struct h1_message *m)
{
    buf_done(&m->name);
    buf_done(&m->value);
    buf_done(&m->reason);
    http_headers_done(&m->fields);
    http_decoder_free(m->codings);
}

bool h1_message_is_interim(const struct h1_message *m)
{
    int status = m->guard->status;
    return status < 200 && !(status == 101 && m->kind == HTTP_REQUEST_CONNECT);
}

bool h1_message_has_body(const struct h1_message *m)
{
    int status = m->guard->status;
    if (m->kind == HTTP_REQUEST_CONNECT && (status / 100 == 2 || status == 101))
        return false;
    return m->kind != HTTP_REQUEST_HEAD && !h1_message_is_interim(m) && status != 204 && status != 304;
}

/* Our callbacks have left their error in m->error before they made it stop. */
bool h1_message_parse(struct h1_message *m, struct slice bytes)
{
    if (bytes.len == 0)
        return true;
    size_t n = http_parser_execute(&m->parser, &h1_callbacks, bytes.ptr, bytes.len);
    enum http_errno cause = HTTP_PARSER_ERRNO(&m->parser);
    if (n == bytes.len && (cause == HPE_OK || (cause == HPE_PAUSED && m->is_done)))
        return true;
    bool is_callback = cause >= HPE_CB_message_begin && cause <= HPE_CB_chunk_complete;
    if (is_callback)
        return false;
    return error_set(m->error, m->is_head_over ? PEEL_RECV_ERROR : PEEL_WEIRD_SERVER_REPLY,
                     "the response is not well-formed HTTP/1: %s", http_errno_description(cause));
}

bool h1_message_close(struct h1_message *m)
{
    http_parser_execute(&m->parser, &h1_callbacks, NULL, 0);
    return m->is_done;
}

static int h1_on_status(http_parser *parser, const char *at, size_t len)
{
    struct h1_message *m = parser->data;
    buf_append(&m->reason, slice_make(at, len));
    return 0;
}

static void h1_flush_field(struct h1_message *m)
{
    if (buf_slice(&m->name).len > 0)
        http_headers_add(&m->fields, buf_slice(&m->name), slice_trim(buf_slice(&m->value)));
    buf_clear(&m->name);
    buf_clear(&m->value);
    m->is_in_value = false;
}

static int h1_on_header_field(http_parser *parser, const char *at, size_t len)
{
    struct h1_message *m = parser->data;
    if (m->is_in_value)
        h1_flush_field(m);
    buf_append(&m->name, slice_make(at, len));
    return 0;
}

static int h1_on_header_value(http_parser *parser, const char *at, size_t len)
{
    struct h1_message *m = parser->data;
    m->is_in_value = true;
    buf_append(&m->value, slice_make(at, len));
    return 0;
}

/* RFC 9112 section 9.3. The parser has its own opinion of Connection; both must agree. */
static bool h1_keeps_alive(const struct h1_message *m)
{
    bool says_keep = false;
    for (size_t i = 0; i < m->fields.n; i++) {
        struct slice value = slice_of(m->fields.list[i].value);
        if (strcasecmp(m->fields.list[i].name, "Connection") != 0)
            continue;
        if (http_list_has(value, SLICE("close")))
            return false;
        says_keep = says_keep || http_list_has(value, SLICE("keep-alive"));
    }
    return m->guard->version_minor > 0 || says_keep;
}

enum {
    H1_PARSER_READS_BODY = 0,
    H1_PARSER_SKIPS_BODY = 1,
    H1_PARSER_STOPS = -1
};

static int h1_on_headers_complete(http_parser *parser)
{
    struct h1_message *m = parser->data;
    h1_flush_field(m);
    bool has_body = h1_message_has_body(m);
    struct http_response_head head = {
        .status = m->guard->status,
        .version_major = 1,
        .version_minor = m->guard->version_minor,
        .reason = buf_slice(&m->reason),
        .headers = &m->fields,
        .has_length = m->guard->has_length && !m->guard->codings.is_chunked,
        .length = m->guard->codings.is_chunked ? 0 : m->guard->length,
        .is_chunked = m->guard->codings.is_chunked,
        .is_coded = has_body && !m->is_raw && m->guard->codings.n > 0,
        .has_body = has_body,
    };
    if (head.status == 101 && m->kind != HTTP_REQUEST_CONNECT) {
        error_set(m->error, PEEL_WEIRD_SERVER_REPLY, "the server switches protocols (101), which nobody asked for");
        return H1_PARSER_STOPS;
    }
    m->is_head_over = true;
    m->may_keep_alive = h1_keeps_alive(m);
    bool (*hear)(void *, const struct http_response_head *) =
        h1_message_is_interim(m) ? m->handler->on_interim : m->handler->on_head;
    if (hear && !hear(m->handler->ctx, &head))
        return H1_PARSER_STOPS;
    http_headers_done(&m->fields);
    if (head.is_coded && !(m->codings = http_decoder_new(slice_of(m->guard->codings.names), m->error)))
        return H1_PARSER_STOPS;
    return has_body ? H1_PARSER_READS_BODY : H1_PARSER_SKIPS_BODY;
}

static int h1_on_chunk_header(http_parser *parser)
{
    struct h1_message *m = parser->data;
    m->chunk_size = parser->content_length;
    return 0;
}

static bool h1_give_body(void *ctx, struct slice body)
{
    const struct h1_message *m = ctx;
    return !m->handler->on_body || m->handler->on_body(m->handler->ctx, body);
}

static int h1_on_body(http_parser *parser, const char *at, size_t len)
{
    struct h1_message *m = parser->data;
    if (len == 0)
        return 0;
    m->body_seen += len;
    if (m->is_raw && m->guard->codings.is_chunked)
        return 0;
    struct slice body = slice_make(at, len);
    bool is_ok = m->codings ? http_decoder_feed(m->codings, body, h1_give_body, m, m->error) : h1_give_body(m, body);
    return is_ok ? 0 : H1_PARSER_STOPS;
}

/* Paused, because what follows is no next response, whatever it looks like. */
static int h1_on_message_complete(http_parser *parser)
{
    struct h1_message *m = parser->data;
    h1_flush_field(m);
    if (m->codings && !http_decoder_end(m->codings, h1_give_body, m, m->error))
        return H1_PARSER_STOPS;
    if (m->fields.n > 0 && m->handler->on_trailers && !m->handler->on_trailers(m->handler->ctx, &m->fields))
        return H1_PARSER_STOPS;
    m->is_done = true;
    m->may_keep_alive = m->may_keep_alive && http_should_keep_alive(parser);
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings h1_callbacks = {
    .on_status = h1_on_status,
    .on_header_field = h1_on_header_field,
    .on_header_value = h1_on_header_value,
    .on_headers_complete = h1_on_headers_complete,
    .on_chunk_header = h1_on_chunk_header,
    .on_body = h1_on_body,
    .on_message_complete = h1_on_message_complete,
};
