/* CONNECT. */
#include "http/tunnel.h"

#include "base/mem.h"
#include "http/codec.h"
#include "http/line.h"

enum {
    /* The body of a 407 is nobody's, but it stands before the next answer; a longer one costs more than to dial anew.
     */
    TUNNEL_BODY_MAX = 256 * 1024,
};

struct http_tunnel {
    struct http_tunnel_plan plan;
    const struct trace *trace;
    struct http_codec *codec;
    uint64_t head_budget; /* for all answers */
    struct buf out;       /* unsent */
    struct buf heads;
    int answer;
    bool has_verdict;   /* a final head came */
    bool is_again;      /* it asks for a login that we have */
    bool is_open_ended; /* only the close ends its body */
    uint64_t body_bytes;
    struct error error;
};

static bool on_line(void *ctx, struct slice line)
{
    struct http_tunnel *t = ctx;
    struct trace_bytes told = {.what = TRACE_RECEIVED_HEAD, .bytes = line};
    trace_tell(t->trace, TRACE_BYTES, &told);
    buf_append(&t->heads, line);
    return true;
}

static bool on_head(void *ctx, const struct http_response_head *head)
{
    struct http_tunnel *t = ctx;
    struct buf challenges = {0};
    http_headers_join(head->headers, "Proxy-Authenticate", '\n', &challenges);
    t->answer = head->status;
    t->has_verdict = true;
    t->is_open_ended = head->has_body && !head->has_length && !head->is_chunked;
    t->is_again = http_auth_hear(t->plan.auth, head->status, buf_slice(&challenges), t->trace);
    buf_done(&challenges);
    return true;
}

static bool on_body(void *ctx, struct slice body)
{
    struct http_tunnel *t = ctx;
    t->body_bytes += body.len;
    return true;
}

struct http_tunnel *http_tunnel_new(const struct http_tunnel_plan *plan, const struct trace *trace)
{
    struct http_tunnel *t = mem_alloc(sizeof *t);
    t->plan = *plan;
    t->trace = trace;
    t->head_budget = HTTP_HEAD_BUDGET;
    return t;
}

void http_tunnel_free(struct http_tunnel *t)
{
    if (!t)
        return;
    http_codec_free(t->codec);
    buf_wipe(&t->out);
    buf_done(&t->heads);
    mem_free(t);
}

/* The request. */

static const char *proxy_line(const struct http_tunnel *t, const char *name)
{
    return line_find(t->plan.settings->proxy_headers, t->plan.settings->n_proxy_headers, name);
}

static void print_field(struct http_tunnel *t, const char *name, const char *value)
{
    if (*value && !proxy_line(t, name))
        buf_printf(&t->out, "%s: %s\r\n", name, value);
}

static void print_login(struct http_tunnel *t)
{
    struct buf login = {0};
    if (!proxy_line(t, "Proxy-Authorization"))
        http_auth_print(&login, t->plan.auth, "CONNECT", slice_of(t->plan.target), false);
    print_field(t, "Proxy-Authorization", buf_text(&login));
    buf_wipe(&login);
}

/* curl's fields in curl's order. */
static void print_request(struct http_tunnel *t)
{
    const struct http_settings *s = t->plan.settings;
    const char *agent = s->user_agent ? s->user_agent : "peel/" PEEL_VERSION;
    buf_wipe(&t->out);
    buf_printf(&t->out, "CONNECT %s HTTP/1.%d\r\n", t->plan.target, t->plan.is_old ? 0 : 1);
    print_field(t, "Host", t->plan.target);
    print_login(t);
    print_field(t, "User-Agent", agent);
    print_field(t, "Proxy-Connection", "Keep-Alive");
    for (size_t i = 0; i < s->n_proxy_headers; i++)
        line_print(&t->out, slice_of(s->proxy_headers[i]));
    buf_append_text(&t->out, "\r\n");
    trace_tell_lines(t->trace, TRACE_REQUEST_LINE, buf_slice(&t->out));
    struct trace_bytes told = {.what = TRACE_SENT_HEAD, .bytes = buf_slice(&t->out)};
    trace_tell(t->trace, TRACE_BYTES, &told);
}

static void ask(struct http_tunnel *t)
{
    t->has_verdict = t->is_again = t->is_open_ended = false;
    t->body_bytes = 0;
    print_request(t);
    http_codec_start(t->codec, HTTP_REQUEST_CONNECT, &t->head_budget);
}

void http_tunnel_begin(struct http_tunnel *t)
{
    struct http_response_handler handler = {.ctx = t, .on_line = on_line, .on_head = on_head, .on_body = on_body};
    struct trace_note note = {.id = NOTE_TUNNEL, .text = slice_of(t->plan.target)};
    trace_tell(t->trace, TRACE_NOTE, &note);
    http_codec_free(t->codec);
    t->codec = http1_codec_new(&handler, t->trace);
    ask(t);
}

struct slice http_tunnel_unsent(const struct http_tunnel *t)
{
    return buf_slice(&t->out);
}

void http_tunnel_sent(struct http_tunnel *t, size_t n)
{
    buf_consume(&t->out, n);
}

/* The answer. */

static enum http_tunnel_status refused(struct http_tunnel *t)
{
    error_set(&t->error, PEEL_RECV_ERROR, "CONNECT tunnel failed, response %d, from proxy %.300s", t->answer,
              t->plan.proxy);
    return HTTP_TUNNEL_FAILED;
}

/* What does not even begin as an answer is a failure to receive one, as with curl. */
static enum http_tunnel_status is_no_answer(struct http_tunnel *t, const struct error *found)
{
    bool is_foreign = found->code == PEEL_UNSUPPORTED_PROTOCOL;
    error_set(&t->error, is_foreign ? PEEL_RECV_ERROR : found->code, "The answer to CONNECT: %.600s, from proxy %.300s",
              found->text, t->plan.proxy);
    return HTTP_TUNNEL_FAILED;
}

static enum http_tunnel_status judge(struct http_tunnel *t)
{
    if (!t->has_verdict)
        return HTTP_TUNNEL_GOES_ON;
    if (t->answer / 100 == 2) {
        struct trace_note note = {.id = NOTE_TUNNEL_OPEN, .number = (uint64_t)t->answer};
        trace_tell(t->trace, TRACE_NOTE, &note);
        return HTTP_TUNNEL_OPEN;
    }
    if (!t->is_again)
        return refused(t);
    if (t->is_open_ended || t->body_bytes > TUNNEL_BODY_MAX)
        return HTTP_TUNNEL_REDIAL;
    if (!http_codec_is_complete(t->codec))
        return HTTP_TUNNEL_GOES_ON;
    if (!http_codec_may_reuse(t->codec))
        return HTTP_TUNNEL_REDIAL;
    ask(t);
    return HTTP_TUNNEL_GOES_ON;
}

/* Line by line, so that not one byte of what follows the answer goes to the codec. */
enum http_tunnel_status http_tunnel_received(struct http_tunnel *t, struct slice bytes, size_t *n_used)
{
    enum http_tunnel_status status = HTTP_TUNNEL_GOES_ON;
    *n_used = 0;
    while (status == HTTP_TUNNEL_GOES_ON && *n_used < bytes.len) {
        struct slice rest = slice_from(bytes, *n_used);
        size_t end = slice_find(rest, '\n');
        struct slice line = slice_first(rest, end < rest.len ? end + 1 : end);
        struct error found = {0};
        *n_used += line.len;
        if (!http_codec_feed(t->codec, line, &found))
            return is_no_answer(t, &found);
        status = judge(t);
    }
    return status;
}

enum http_tunnel_status http_tunnel_ended(struct http_tunnel *t)
{
    /* Cut in the body of a 407 that is to be followed by another request. */
    if (t->is_again)
        return HTTP_TUNNEL_REDIAL;
    error_set(&t->error, PEEL_RECV_ERROR, "Proxy CONNECT aborted: the connection was closed %s, from proxy %.300s",
              http_codec_has_begun(t->codec) ? "in the answer" : "before an answer", t->plan.proxy);
    return HTTP_TUNNEL_FAILED;
}

const struct error *http_tunnel_error(const struct http_tunnel *t)
{
    return &t->error;
}

int http_tunnel_answer(const struct http_tunnel *t)
{
    return t->answer;
}

void http_tunnel_take_heads(struct http_tunnel *t, struct buf *out)
{
    buf_append(out, buf_slice(&t->heads));
    buf_clear(&t->heads);
}
