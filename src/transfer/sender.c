/* Head and body on their way to the server. */
#include "transfer/sender.h"

#include "base/mem.h"
#include "transfer/remember.h"

enum {
    BODY_STEP = 64 * 1024,
};

enum sender_state {
    SENDER_HEAD, /* until the head is out, where the server is asked first */
    SENDER_ASKS, /* the server has been asked */
    SENDER_BODY,
    SENDER_LAST, /* the body is read, its last bytes are in out */
    SENDER_WHOLE,
    SENDER_STOPPED,
};

struct sender {
    struct run *run;
    const struct http_request *request;
    struct connection *connection;
    connection_wake_fn wake;
    void *owner;
    enum sender_state state;
    bool is_chunked;
    bool waits_for_source;
    bool is_held_back; /* by the limit */
    struct buf out;
    size_t head_left;  /* of the bytes in out */
    ev_timer patience; /* --expect100-timeout */
    ev_io source_io;
    struct sender_facts facts;
};

static void on_patience(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct sender *s = timer->data;
    run_now_us(s->run);
    sender_heard_continue(s); /* an old server knows no 100: curl sends after a second as well */
    s->wake(s->owner);
}

static void on_source_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    struct sender *s = io->data;
    ev_io_stop(loop, io);
    run_now_us(s->run);
    s->waits_for_source = false;
    s->wake(s->owner);
}

static void tell_bytes(const struct sender *s, enum trace_bytes_what what, struct slice bytes)
{
    struct trace_bytes told = {.what = what, .bytes = bytes};
    if (bytes.len > 0)
        trace_tell(s->run->trace, TRACE_BYTES, &told);
}

static void print_head(struct sender *s)
{
    struct http_request request = *s->request;
    struct buf cookies = {0};
    remember_cookies(s->run, &request, &cookies);
    http_request_print(&s->out, &request);
    buf_wipe(&cookies);
}

struct sender *sender_new(struct run *run, const struct http_request *request, struct connection *connection,
                          connection_wake_fn wake, void *owner)
{
    struct sender *s = mem_alloc(sizeof *s);
    s->run = run;
    s->request = request;
    s->connection = connection;
    s->wake = wake;
    s->owner = owner;
    s->is_chunked = http_request_is_chunked(request);
    s->facts.expected_continue = http_request_expects_continue(request);
    ev_init(&s->patience, on_patience);
    ev_init(&s->source_io, on_source_io);
    s->patience.data = s->source_io.data = s;
    print_head(s);
    trace_tell_lines(run->trace, TRACE_REQUEST_LINE, buf_slice(&s->out));
    tell_bytes(s, TRACE_SENT_HEAD, buf_slice(&s->out));
    s->head_left = s->out.len;
    if (!request->has_body || request->is_probe)
        s->state = SENDER_LAST;
    else if (!s->facts.expected_continue)
        s->state = SENDER_BODY;
    return s;
}

void sender_free(struct sender *s)
{
    if (!s)
        return;
    ev_timer_stop(s->run->loop, &s->patience);
    ev_io_stop(s->run->loop, &s->source_io);
    buf_wipe(&s->out);
    mem_free(s);
}

static void ask_server(struct sender *s)
{
    uint64_t ms = s->run->settings->http.expect100_timeout_ms;
    s->state = SENDER_ASKS;
    ev_now_update(s->run->loop);
    ev_timer_set(&s->patience, (double)ms / 1e3, 0.0);
    ev_timer_start(s->run->loop, &s->patience);
}

static void watch_source(struct sender *s)
{
    s->waits_for_source = true;
    ev_io_set(&s->source_io, body_wait_fd(s->request->body), EV_READ);
    ev_io_start(s->run->loop, &s->source_io);
}

/* The next step of the body behind what is in out. */
static bool fill(struct sender *s, struct error *err)
{
    struct span room = {s->run->read_space.ptr, BODY_STEP};
    size_t n = 0;
    switch (body_read(s->request->body, room, &n, err)) {
    case BODY_FAILED:
        s->state = SENDER_STOPPED;
        return false;
    case BODY_WAIT:
        watch_source(s);
        return true;
    case BODY_END:
        if (s->is_chunked)
            buf_append_text(&s->out, "0\r\n\r\n");
        s->state = SENDER_LAST;
        return true;
    case BODY_BYTES:
        break;
    }
    if (s->is_chunked)
        buf_printf(&s->out, "%zx\r\n", n);
    buf_append(&s->out, slice_make(room.ptr, n));
    if (s->is_chunked)
        buf_append_text(&s->out, "\r\n");
    return true;
}

static void count(struct sender *s, size_t n)
{
    size_t of_head = n < s->head_left ? n : s->head_left;
    tell_bytes(s, TRACE_SENT_BODY, slice_from(slice_first(buf_slice(&s->out), n), of_head));
    s->head_left -= of_head;
    s->facts.sent_bytes += n;
    s->facts.body_bytes += n - of_head;
}

/* False when the connection takes no more now. */
static bool put_out(struct sender *s, size_t *limit)
{
    size_t n = 0;
    if (*limit == 0)
        return false;
    enum connection_status status = connection_write(s->connection, slice_first(buf_slice(&s->out), *limit), &n);
    if (status == CONNECTION_WAIT)
        return false;
    if (status != CONNECTION_OK) {
        s->state = SENDER_STOPPED;
        return false;
    }
    count(s, n);
    buf_consume(&s->out, n);
    *limit -= n;
    return true;
}

bool sender_send(struct sender *s, size_t limit, struct error *err)
{
    s->is_held_back = limit == 0; /* used up on the way, the next turn learns when there is more */
    while (!sender_is_over(s)) {
        /* A small body goes out in one write with the head. */
        bool may_fill = s->state == SENDER_BODY && !s->waits_for_source && s->out.len <= s->head_left;
        if (may_fill) {
            if (!fill(s, err))
                return false;
            continue;
        }
        if (s->out.len > 0) {
            if (!put_out(s, &limit))
                return true;
            continue;
        }
        if (s->state == SENDER_LAST) {
            s->state = SENDER_WHOLE;
            s->facts.done_us = run_now_us(s->run);
        } else if (s->state == SENDER_HEAD) {
            ask_server(s);
        } else {
            return true; /* the server or the source has the word */
        }
    }
    return true;
}

bool sender_wants_connection(const struct sender *s)
{
    bool has_more = s->out.len > 0 || s->state == SENDER_LAST || (s->state == SENDER_BODY && !s->waits_for_source);
    return !sender_is_over(s) && has_more && !s->is_held_back;
}

bool sender_is_over(const struct sender *s)
{
    return s->state == SENDER_WHOLE || s->state == SENDER_STOPPED;
}

bool sender_is_whole(const struct sender *s)
{
    return s->state == SENDER_WHOLE;
}

void sender_heard_continue(struct sender *s)
{
    ev_timer_stop(s->run->loop, &s->patience);
    if (s->state == SENDER_HEAD || s->state == SENDER_ASKS)
        s->state = SENDER_BODY;
}

void sender_heard_final(struct sender *s, int status)
{
    if (status < 300) {
        sender_heard_continue(s);
    } else if (!sender_is_over(s)) {
        ev_timer_stop(s->run->loop, &s->patience);
        ev_io_stop(s->run->loop, &s->source_io);
        s->state = SENDER_STOPPED;
    }
}

const struct sender_facts *sender_facts(const struct sender *s)
{
    return &s->facts;
}
