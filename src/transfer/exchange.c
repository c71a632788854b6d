/* One request and its response. */
#include "transfer/exchange.h"

#include "base/mem.h"
#include "http/codec.h"
#include "http/decode.h"
#include "transfer/remember.h"
#include "transfer/sender.h"

#include <stdio.h>

enum {
    DECODE_STEP = 16 * 1024, /* a decoder makes much of little: fed in small steps, so that the sink can say stop */
    GATHER_MAX = 16 * 1024,  /* smaller pieces (lines, small chunks) wait for each other, so that they make one write */
};

struct exchange {
    struct run *run;
    struct exchange_plan plan;
    struct exchange_facts facts;
    struct http_codec *codec;
    struct http_decoder *decoder;
    struct sender *sender;
    struct buf held;     /* received, not yet fed: while the sink is slow */
    struct buf gathered; /* for the sink; empty between two steps */
    bool is_coded;       /* the codec undoes transfer codings */
    bool wants_body;
    bool is_head_over; /* of the response */
    struct error error;
};

static bool flush_gathered(struct exchange *x)
{
    if (x->gathered.len == 0)
        return true;
    bool is_ok = sink_write(x->plan.sink, buf_slice(&x->gathered), false, &x->error);
    buf_clear(&x->gathered);
    return is_ok;
}

static bool to_sink(void *ctx, struct slice bytes)
{
    struct exchange *x = ctx;
    if (x->gathered.len + bytes.len <= GATHER_MAX) {
        buf_append(&x->gathered, bytes);
        return true;
    }
    return flush_gathered(x) && sink_write(x->plan.sink, bytes, false, &x->error);
}

static void tell_bytes(const struct exchange *x, enum trace_bytes_what what, struct slice bytes)
{
    struct trace_bytes told = {.what = what, .bytes = bytes};
    trace_tell(x->run->trace, TRACE_BYTES, &told);
}

/* A piece of the body as the user is to have it. */
static bool body_to_sink(void *ctx, struct slice bytes)
{
    struct exchange *x = ctx;
    x->facts.content_bytes += bytes.len;
    bool is_ok = saving_body(x->plan.saving, &bytes, x->decoder || x->is_coded, &x->error);
    return to_sink(x, bytes) && is_ok;
}

static bool on_line(void *ctx, struct slice line)
{
    struct exchange *x = ctx;
    x->facts.head_bytes += line.len;
    tell_bytes(x, TRACE_RECEIVED_HEAD, line);
    /* Trailers come behind the body, where curl shows no empty line. */
    bool is_end_of_trailers = x->is_head_over && (line.ptr[0] == '\r' || line.ptr[0] == '\n');
    if (is_end_of_trailers)
        return true;
    struct buf shown = {0};
    bool is_ok = saving_line(x->plan.saving, line, &shown, &x->error) && to_sink(x, buf_slice(&shown));
    buf_done(&shown);
    return is_ok;
}

/* A fault in the answer: the codec and the decoders know what it is, here it is known whose. */
static bool answer_is_bad(struct exchange *x, const struct error *found)
{
    const struct url *url = x->plan.request->url;
    if (found->code != PEEL_OK)
        error_set(&x->error, found->code, "%s, from %.300s port %u", found->text, url->host, url->port);
    x->error.cause = found->cause;
    return false;
}

static bool start_decoder(struct exchange *x, const struct http_headers *headers)
{
    struct buf codings = {0};
    struct error found = {0};
    http_headers_join(headers, "Content-Encoding", ',', &codings);
    x->decoder = http_decoder_new(buf_slice(&codings), &found);
    x->facts.is_decoded = x->decoder != NULL;
    buf_done(&codings);
    return found.code == PEEL_OK || answer_is_bad(x, &found);
}

static char *challenges_of(const struct http_headers *headers, const char *name)
{
    struct buf all = {0};
    http_headers_join(headers, name, '\n', &all);
    return buf_take(&all);
}

static bool on_interim(void *ctx, const struct http_response_head *head)
{
    struct exchange *x = ctx;
    if (head->status == 100)
        sender_heard_continue(x->sender);
    return true;
}

static bool on_head(void *ctx, const struct http_response_head *head)
{
    struct exchange *x = ctx;
    sender_heard_final(x->sender, head->status);
    x->facts.status = head->status;
    x->facts.http_version = head->version_major * 10 + head->version_minor;
    x->facts.location = mem_strdup(http_headers_get(head->headers, "Location"));
    x->facts.content_type = mem_strdup(http_headers_get(head->headers, "Content-Type"));
    x->facts.challenges = challenges_of(head->headers, "WWW-Authenticate");
    x->facts.proxy_challenges = challenges_of(head->headers, "Proxy-Authenticate");
    x->facts.retry_after = mem_strdup(http_headers_get(head->headers, "Retry-After"));
    x->facts.n_headers += (unsigned)head->headers->n;
    x->facts.length = head->has_length ? head->length : 0;
    remember_answer(x->run, x->plan.request, head->headers);
    fields_add(x->plan.fields, head->headers);
    x->is_head_over = true;
    x->is_coded = head->is_coded;
    x->wants_body = x->plan.wants_body(x->plan.ctx, &x->facts);
    if (!saving_head(x->plan.saving, x->plan.request, head, x->wants_body, &x->error))
        return false;
    x->wants_body = x->wants_body && saving_wants_body(x->plan.saving);
    x->facts.is_open_ended = head->has_body && !head->has_length && !head->is_chunked;
    struct buf held = {0};
    saving_take_held(x->plan.saving, &held);
    bool is_shown = held.len == 0 || to_sink(x, buf_slice(&held));
    buf_done(&held);
    if (!is_shown)
        return false;
    if (x->wants_body && head->has_body && x->run->settings->http.compressed && !x->run->settings->http.raw)
        return start_decoder(x, head->headers);
    return true;
}

static bool on_body(void *ctx, struct slice body)
{
    struct exchange *x = ctx;
    x->facts.body_bytes += body.len;
    tell_bytes(x, TRACE_RECEIVED_BODY, body);
    if (!x->wants_body)
        return true;
    if (!x->decoder)
        return body_to_sink(x, body);
    struct error found = {0};
    return http_decoder_feed(x->decoder, body, body_to_sink, x, &found) || answer_is_bad(x, &found);
}

static bool on_trailers(void *ctx, const struct http_headers *trailers)
{
    struct exchange *x = ctx;
    x->facts.n_headers += (unsigned)trailers->n;
    return true;
}

static bool is_head(const struct exchange *x)
{
    return strcmp(x->plan.request->method, "HEAD") == 0;
}

struct exchange *exchange_new(struct run *run, const struct exchange_plan *plan)
{
    struct exchange *x = mem_alloc(sizeof *x);
    x->run = run;
    x->plan = *plan;
    struct http_response_handler handler = {.ctx = x,
                                            .on_line = on_line,
                                            .on_interim = on_interim,
                                            .on_head = on_head,
                                            .on_body = on_body,
                                            .on_trailers = on_trailers};
    x->codec = http1_codec_new(&handler, run->trace);
    const struct http_settings *http = &run->settings->http;
    struct http_codec_options options = {.ignores_length = http->ignore_length,
                                         .takes_codings = http->transfer_codings,
                                         .is_raw = http->raw,
                                         .takes_09 = http->allow_09};
    http_codec_set_options(x->codec, &options);
    http_codec_start(x->codec, is_head(x) || http->head_only ? HTTP_REQUEST_HEAD : HTTP_REQUEST_NORMAL,
                     plan->head_budget);
    x->sender = sender_new(run, plan->request, plan->connection, plan->wake, plan->ctx);
    x->facts.expected_continue = sender_facts(x->sender)->expected_continue;
    return x;
}

void exchange_free(struct exchange *x)
{
    if (!x)
        return;
    http_codec_free(x->codec);
    http_decoder_free(x->decoder);
    sender_free(x->sender);
    buf_done(&x->held);
    buf_done(&x->gathered);
    mem_free(x->facts.location);
    mem_free(x->facts.content_type);
    mem_free(x->facts.challenges);
    mem_free(x->facts.proxy_challenges);
    mem_free(x->facts.retry_after);
    mem_free(x);
}

const struct exchange_facts *exchange_facts(const struct exchange *x)
{
    return &x->facts;
}

const struct error *exchange_error(const struct exchange *x)
{
    return &x->error;
}

/* After "-I -X GET" a body comes that nobody reads, as with curl. */
bool exchange_may_reuse(const struct exchange *x)
{
    if (x->run->settings->http.head_only && !is_head(x))
        return false;
    return sender_is_whole(x->sender) && connection_write_error(x->plan.connection)->code == PEEL_OK &&
           http_codec_may_reuse(x->codec);
}

bool exchange_is_held_up(const struct exchange *x)
{
    return sink_pending(x->plan.sink) > 0;
}

static bool send_request(struct exchange *x, size_t limit)
{
    bool is_ok = sender_send(x->sender, limit, &x->error);
    const struct sender_facts *facts = sender_facts(x->sender);
    x->facts.request_bytes = facts->sent_bytes;
    x->facts.upload_bytes = facts->body_bytes;
    x->facts.request_sent_us = facts->done_us;
    return is_ok;
}

/* What was good before a fault is handed out all the same. */
static bool feed_codec(struct exchange *x, struct slice bytes)
{
    struct error found = {0};
    bool is_fed = http_codec_feed(x->codec, bytes, &found);
    bool is_out = flush_gathered(x);
    return (is_fed || answer_is_bad(x, &found)) && is_out;
}

/* As much of the bytes as the sink takes; the rest is held back. */
static bool feed(struct exchange *x, struct slice bytes)
{
    while (bytes.len > 0) {
        bool is_small = x->decoder || x->is_coded || x->facts.status == 0;
        struct slice step = is_small ? slice_first(bytes, DECODE_STEP) : bytes;
        if (!feed_codec(x, step))
            return false;
        bytes = slice_from(bytes, step.len);
        if (bytes.len > 0 && exchange_is_held_up(x)) {
            buf_append(&x->held, bytes);
            return true;
        }
    }
    return true;
}

static bool feed_held(struct exchange *x)
{
    if (x->held.len == 0)
        return true;
    struct buf held = x->held;
    x->held = (struct buf){0};
    bool is_ok = feed(x, buf_slice(&held));
    buf_done(&held);
    return is_ok;
}

/* Reads while there is something, up to limit bytes, so that many records make one write. What ended it is in *status.
 */
static struct slice gather(struct exchange *x, size_t limit, enum connection_status *status)
{
    struct span room = x->run->read_space;
    size_t have = 0;
    if (room.len > limit)
        room.len = limit;
    *status = CONNECTION_OK;
    while (have < room.len) {
        size_t n = 0;
        *status = connection_read(x->plan.connection, (struct span){room.ptr + have, room.len - have}, &n);
        if (*status != CONNECTION_OK)
            break;
        have += n;
    }
    if (have > 0 && x->facts.first_byte_us == 0)
        x->facts.first_byte_us = run_now_us(x->run);
    return slice_make(room.ptr, have);
}

/* The connection failed: its own words, and how far the body had come. */
static enum exchange_status broken_off(struct exchange *x)
{
    const struct error *why = connection_error(x->plan.connection);
    unsigned long long got = x->facts.body_bytes, all = x->facts.length;
    if (all > 0)
        error_set(&x->error, why->code, "%.900s, %llu of %llu bytes received", why->text, got, all);
    else
        x->error = *why;
    x->error.cause = why->cause;
    return EXCHANGE_FAILED;
}

/* The connection said its last: is the response whole? */
static enum exchange_status end_of_stream(struct exchange *x, enum connection_status status)
{
    bool has_begun = http_codec_has_begun(x->codec);
    if (!has_begun && x->plan.is_reused)
        return EXCHANGE_DEAD;
    if (status == CONNECTION_FAILED)
        return broken_off(x);
    if (!has_begun && connection_write_error(x->plan.connection)->code != PEEL_OK) {
        x->error = *connection_write_error(x->plan.connection);
        return EXCHANGE_FAILED;
    }
    struct error found = {0};
    if (http_codec_end(x->codec, status == CONNECTION_CLOSED, &found))
        return EXCHANGE_DONE;
    answer_is_bad(x, &found);
    return EXCHANGE_FAILED;
}

static enum exchange_status finish(struct exchange *x)
{
    struct error found = {0};
    bool is_decoded = !x->decoder || http_decoder_end(x->decoder, body_to_sink, x, &found) || answer_is_bad(x, &found);
    return flush_gathered(x) && is_decoded ? EXCHANGE_DONE : EXCHANGE_FAILED;
}

/* Much more to come, and fast: over 50 MB/s since the first byte. */
static void choose_batching(struct exchange *x)
{
    enum {
        MUCH = 4 * 1024 * 1024,
        FAST_BYTES_PER_US = 50
    };
    const struct exchange_facts *facts = &x->facts;
    if (facts->length < MUCH || facts->body_bytes < MUCH)
        return;
    uint64_t took_us = run_now_us(x->run) - facts->first_byte_us;
    bool is_fast = took_us < facts->body_bytes / FAST_BYTES_PER_US;
    connection_batch(x->plan.connection, is_fast && facts->length - facts->body_bytes > MUCH);
}

static enum exchange_status receive_response(struct exchange *x, size_t read_limit)
{
    for (;;) {
        if (sink_pending(x->plan.sink) > 0 && !sink_flush(x->plan.sink, &x->error))
            return EXCHANGE_FAILED;
        if (exchange_is_held_up(x))
            return EXCHANGE_WAIT;
        if (!feed_held(x))
            return EXCHANGE_FAILED;
        if (http_codec_is_complete(x->codec))
            return sender_is_over(x->sender) ? finish(x) : EXCHANGE_WAIT;
        if (x->held.len > 0 || read_limit == 0)
            return EXCHANGE_WAIT;
        enum connection_status status = CONNECTION_OK;
        struct slice got = gather(x, read_limit, &status);
        read_limit -= got.len;
        if (!feed(x, got))
            return EXCHANGE_FAILED;
        choose_batching(x);
        if (http_codec_is_complete(x->codec) && x->held.len == 0)
            continue;
        /* Nobody reads it, and the connection is of no more use: its end is not waited for. */
        if (x->facts.is_open_ended && !x->wants_body)
            return finish(x);
        if (status == CONNECTION_WAIT)
            return EXCHANGE_WAIT;
        if (status != CONNECTION_OK && x->held.len == 0) {
            enum exchange_status ended = end_of_stream(x, status);
            return ended == EXCHANGE_DONE ? finish(x) : ended;
        }
    }
}

enum exchange_status exchange_step(struct exchange *x, size_t read_limit, size_t write_limit)
{
    if (!send_request(x, write_limit))
        return EXCHANGE_FAILED;
    enum exchange_status status = receive_response(x, read_limit);
    bool wants_more = !exchange_is_held_up(x) && read_limit > 0 && !http_codec_is_complete(x->codec);
    if (status == EXCHANGE_WAIT)
        connection_arm(x->plan.connection, wants_more, sender_wants_connection(x->sender));
    return status;
}
