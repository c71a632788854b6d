/* The HTTP/1 codec: http-parser behind the guard of h1_guard.h.
 *
 * Whatever frames a message (head lines, chunk lines, trailers) is gathered into whole lines, shown to the guard, and
 * handed to the parser line by line, always with CR LF; so the parser never sees a line in pieces, and where the bytes
 * were cut cannot matter. Body bytes go to the parser as they came, up to where the framing says that they end. */
#include "http/codec.h"
#include "http/h1_guard.h"
#include "http/h1_message.h"

#include "base/mem.h"

#include <inttypes.h>

enum h1_state {
    H1_IDLE, /* no request is waiting for an answer */
    H1_STATUS_LINE,
    H1_FIELDS,
    H1_BODY_BY_LENGTH,
    H1_BODY_UNTIL_CLOSE,
    H1_CHUNK_LINE,
    H1_CHUNK_DATA,
    H1_CHUNK_END,
    H1_TRAILERS,
    H1_BODY_09, /* no head at all */
    H1_COMPLETE,
    H1_FAILED
};

struct http_codec {
    struct http_response_handler handler;
    const struct trace *trace;
    struct http_codec_options options;
    enum h1_state state;
    struct error error; /* of H1_FAILED; clear when a callback said no */

    /* This message. */
    uint64_t *head_budget;
    struct h1_guard guard;
    struct h1_message message;
    unsigned told_leniencies;
    bool has_begun;
    bool is_after_interim;
    bool is_line_open; /* the parser has a header line whose CR LF is held back: a folded line may follow */
    uint64_t chunk_left;
    size_t chunk_end_seen;
    struct buf line; /* the part of a line that has come so far */

    /* This connection. */
    bool is_tainted; /* a leniency was used or a byte came that nobody asked for */
};

struct http_codec *http1_codec_new(const struct http_response_handler *handler, const struct trace *trace)
{
    struct http_codec *c = mem_alloc(sizeof *c);
    c->handler = *handler;
    c->trace = trace;
    c->message.handler = &c->handler;
    c->message.guard = &c->guard;
    c->message.error = &c->error;
    /* Beyond our own limits, which are exact; the parser counts in a way of its own. */
    http_parser_set_max_header_size(HTTP_HEAD_BUDGET + 4 * HTTP_FIELDS_MAX);
    return c;
}

void http_codec_free(struct http_codec *c)
{
    if (!c)
        return;
    buf_done(&c->line);
    h1_message_free_parts(&c->message);
    mem_free(c);
}

void http_codec_set_options(struct http_codec *c, const struct http_codec_options *options)
{
    c->options = *options;
    c->guard.ignores_length = options->ignores_length;
    c->guard.takes_codings = options->takes_codings;
    c->message.is_raw = options->is_raw;
}

/* A head starts: that of the answer, or the one behind an interim response. */
static void h1_begin_message(struct http_codec *c)
{
    h1_guard_begin(&c->guard);
    h1_message_begin(&c->message);
    c->told_leniencies = 0;
    c->is_line_open = false;
    buf_clear(&c->line);
    c->state = H1_STATUS_LINE;
}

void http_codec_start(struct http_codec *c, enum http_request_kind kind, uint64_t *head_budget)
{
    if (c->state == H1_FAILED)
        return;
    c->message.kind = kind;
    c->guard.is_head_method = kind == HTTP_REQUEST_HEAD;
    c->head_budget = head_budget;
    c->has_begun = false;
    c->is_after_interim = false;
    h1_begin_message(c);
}

bool http_codec_is_complete(const struct http_codec *c)
{
    return c->state == H1_COMPLETE;
}

bool http_codec_has_begun(const struct http_codec *c)
{
    return c->has_begun;
}

bool http_codec_may_reuse(const struct http_codec *c)
{
    return c->state == H1_COMPLETE && c->message.may_keep_alive && !c->is_tainted;
}

static void h1_tell_leniencies(struct http_codec *c)
{
    unsigned news = c->guard.leniencies & ~c->told_leniencies;
    if (!news)
        return;
    c->is_tainted = true;
    c->told_leniencies |= news;
    for (unsigned i = 0; i < H1_LENIENCIES; i++)
        if (news & 1u << i)
            trace_tell(c->trace, TRACE_NOTE,
                       &(struct trace_note){.id = NOTE_LENIENT, .text = slice_of(h1_leniency_text(i))});
}

/* Lines. */

/* The largest line that may come now, with its line end. */
static size_t h1_line_max(const struct http_codec *c)
{
    if (c->state == H1_CHUNK_LINE)
        return h1_guard_chunk_line_max(&c->guard);
    return *c->head_budget < HTTP_LINE_MAX ? (size_t)*c->head_budget : HTTP_LINE_MAX;
}

static bool h1_refuse_long_line(struct http_codec *c)
{
    if (c->state == H1_CHUNK_LINE)
        return error_set(&c->error, PEEL_RECV_ERROR, "a chunk size line with too many bytes of chunk extensions");
    if (*c->head_budget < HTTP_LINE_MAX)
        return error_set(&c->error, PEEL_RECV_ERROR, "the headers are larger than %d KiB in all",
                         HTTP_HEAD_BUDGET / 1024);
    return error_set(&c->error, PEEL_RECV_ERROR, "a header line is longer than %d KiB", HTTP_LINE_MAX / 1024);
}

/* Takes bytes up to the next LF. False: the line is too long. With line->len == 0 it has not all come yet. A line
 * that lies whole in the bytes is not copied. */
static bool h1_take_line(struct http_codec *c, struct slice *bytes, struct slice *line)
{
    size_t lf = slice_find(*bytes, '\n');
    bool is_whole = lf < bytes->len;
    struct slice piece = slice_first(*bytes, is_whole ? lf + 1 : lf);
    size_t gathered = buf_slice(&c->line).len;
    *line = SLICE("");
    if (gathered + piece.len > h1_line_max(c))
        return h1_refuse_long_line(c);
    *bytes = slice_from(*bytes, piece.len);
    if (is_whole && gathered == 0) {
        *line = piece;
        return true;
    }
    buf_append(&c->line, piece);
    if (is_whole)
        *line = buf_slice(&c->line);
    return true;
}

/* A line of a head or trailer has passed the guard. */
static bool h1_tell_line(struct http_codec *c, struct slice line)
{
    *c->head_budget -= line.len;
    h1_tell_leniencies(c);
    struct slice text = line;
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    trace_tell(c->trace, TRACE_RESPONSE_LINE, &(struct trace_line){text});
    bool is_body = c->options.is_raw && c->state == H1_TRAILERS;
    return is_body || !c->handler.on_line || c->handler.on_line(c->handler.ctx, line);
}

static bool h1_close_line(struct http_codec *c)
{
    bool was_open = c->is_line_open;
    c->is_line_open = false;
    return !was_open || h1_message_parse(&c->message, SLICE("\r\n"));
}

static bool h1_give_body(struct http_codec *c, struct slice body)
{
    return body.len == 0 || !c->handler.on_body || c->handler.on_body(c->handler.ctx, body);
}

/* HTTP/0.9: all that comes is the body. There is no status, and nothing can follow. */
static bool h1_begin_09(struct http_codec *c)
{
    static const struct http_headers none;
    struct http_response_head head = {.version_minor = 9, .reason = SLICE(""), .headers = &none, .has_body = true};
    c->state = H1_BODY_09;
    c->is_tainted = true;
    bool is_ok = !c->handler.on_head || c->handler.on_head(c->handler.ctx, &head);
    is_ok = is_ok && h1_give_body(c, buf_slice(&c->line));
    buf_clear(&c->line);
    return is_ok;
}

/* No status line comes. Behind an interim response it is a server of HTTP that went astray, as curl has it. */
static bool h1_refuse_start(struct http_codec *c, bool may_be_09)
{
    if (may_be_09)
        return h1_begin_09(c);
    if (c->is_after_interim)
        c->error.code = PEEL_WEIRD_SERVER_REPLY;
    return false;
}

static bool h1_read_status_line(struct http_codec *c, struct slice *bytes)
{
    struct slice line, pass;
    struct error fault = {0};
    bool may_be_09 = c->options.takes_09 && !c->is_after_interim;
    struct error *err = may_be_09 ? &fault : &c->error;
    bool is_first = buf_slice(&c->line).len == 0;
    if (is_first && !h1_guard_check_start(*bytes, err))
        return h1_refuse_start(c, may_be_09);
    if (!h1_take_line(c, bytes, &line))
        return false;
    if (!is_first && !h1_guard_check_start(buf_slice(&c->line), err))
        return h1_refuse_start(c, may_be_09);
    if (line.len == 0)
        return true;
    if (!h1_guard_status_line(&c->guard, line, &pass, &c->error) || !h1_tell_line(c, line))
        return false;
    c->state = H1_FIELDS;
    c->is_line_open = true;
    bool ok = h1_message_parse(&c->message, pass);
    buf_clear(&c->line);
    return ok;
}

/* The head is over; the parser has said so, and has told the handler. */
static void h1_enter_body(struct http_codec *c)
{
    if (c->message.is_done && h1_message_is_interim(&c->message)) {
        c->is_after_interim = true;
        h1_begin_message(c);
        return;
    }
    if (c->message.is_done)
        c->state = H1_COMPLETE;
    else if (c->guard.codings.is_chunked)
        c->state = H1_CHUNK_LINE;
    else
        c->state = c->guard.has_length ? H1_BODY_BY_LENGTH : H1_BODY_UNTIL_CLOSE;
}

/* The empty line behind a head or the trailers. */
static bool h1_end_fields(struct http_codec *c, struct slice line)
{
    if (!h1_close_line(c))
        return false;
    if (c->state == H1_FIELDS && !h1_guard_head_end(&c->guard, h1_message_has_body(&c->message), &c->error))
        return false;
    if (!h1_tell_line(c, line) || !h1_message_parse(&c->message, SLICE("\r\n")))
        return false;
    buf_clear(&c->line);
    h1_enter_body(c);
    return true;
}

/* The CR LF of a line goes to the parser only when the next line does not continue it: it never sees a folded line. */
static bool h1_add_field(struct http_codec *c, struct slice line)
{
    struct slice pass;
    if (!h1_guard_field_line(&c->guard, line, &pass, &c->error) || !h1_tell_line(c, line))
        return false;
    bool is_continued = c->guard.is_continued;
    if (!is_continued && !h1_close_line(c))
        return false;
    if (pass.len > 0) {
        if (is_continued && !h1_message_parse(&c->message, SLICE(" ")))
            return false;
        if (!h1_message_parse(&c->message, pass))
            return false;
        c->is_line_open = true;
    }
    buf_clear(&c->line);
    return true;
}

static bool h1_read_field_line(struct http_codec *c, struct slice *bytes)
{
    struct slice line;
    if (!h1_take_line(c, bytes, &line))
        return false;
    if (line.len == 0)
        return h1_guard_check_partial(buf_slice(&c->line), &c->error);
    return h1_guard_is_empty_line(&c->guard, line) ? h1_end_fields(c, line) : h1_add_field(c, line);
}

/* Bodies. */

static bool h1_read_body(struct http_codec *c, struct slice *bytes)
{
    struct slice piece = *bytes;
    if (c->state == H1_BODY_BY_LENGTH && piece.len > c->guard.length - c->message.body_seen)
        piece.len = (size_t)(c->guard.length - c->message.body_seen);
    *bytes = slice_from(*bytes, piece.len);
    if (!h1_message_parse(&c->message, piece))
        return false;
    if (c->message.is_done)
        c->state = H1_COMPLETE;
    return true;
}

static bool h1_read_chunk_line(struct http_codec *c, struct slice *bytes)
{
    struct slice line, pass;
    if (!h1_take_line(c, bytes, &line))
        return false;
    if (line.len == 0)
        return true;
    bool ok = h1_guard_chunk_line(&c->guard, line, &pass, &c->error) && h1_message_parse(&c->message, pass) &&
              h1_message_parse(&c->message, SLICE("\r\n"));
    h1_tell_leniencies(c);
    buf_clear(&c->line);
    c->chunk_left = c->message.chunk_size;
    c->state = c->chunk_left > 0 ? H1_CHUNK_DATA : H1_TRAILERS;
    if (c->state == H1_TRAILERS)
        h1_guard_begin_trailers(&c->guard);
    return ok;
}

static bool h1_read_chunk_data(struct http_codec *c, struct slice *bytes)
{
    struct slice piece = *bytes;
    if (piece.len > c->chunk_left)
        piece.len = (size_t)c->chunk_left;
    *bytes = slice_from(*bytes, piece.len);
    c->chunk_left -= piece.len;
    if (c->chunk_left == 0) {
        c->state = H1_CHUNK_END;
        c->chunk_end_seen = 0;
    }
    return h1_message_parse(&c->message, piece);
}

/* The parser, as Debian builds it, takes any two bytes for the end of a chunk. */
static bool h1_read_chunk_end(struct http_codec *c, struct slice *bytes)
{
    if (bytes->ptr[0] != "\r\n"[c->chunk_end_seen])
        return error_set(&c->error, PEEL_RECV_ERROR,
                         "no CR LF at the end of a chunk but the byte 0x%02x: chunk data and chunk size do not agree",
                         (unsigned char)bytes->ptr[0]);
    *bytes = slice_from(*bytes, 1);
    if (++c->chunk_end_seen < 2)
        return true;
    c->state = H1_CHUNK_LINE;
    return h1_message_parse(&c->message, SLICE("\r\n"));
}

static bool h1_count_excess(struct http_codec *c, struct slice *bytes)
{
    c->is_tainted = true;
    trace_tell(c->trace, TRACE_NOTE, &(struct trace_note){.id = NOTE_EXCESS_BYTES, .number = bytes->len});
    *bytes = slice_from(*bytes, bytes->len);
    return true;
}

static bool h1_read_09(struct http_codec *c, struct slice *bytes)
{
    struct slice body = *bytes;
    *bytes = slice_from(*bytes, bytes->len);
    return h1_give_body(c, body);
}

/* Takes at least one byte, changes the state, or fails. */
static bool h1_step(struct http_codec *c, struct slice *bytes)
{
    switch (c->state) {
    case H1_STATUS_LINE:
        return h1_read_status_line(c, bytes);
    case H1_FIELDS:
    case H1_TRAILERS:
        return h1_read_field_line(c, bytes);
    case H1_BODY_BY_LENGTH:
    case H1_BODY_UNTIL_CLOSE:
        return h1_read_body(c, bytes);
    case H1_CHUNK_LINE:
        return h1_read_chunk_line(c, bytes);
    case H1_CHUNK_DATA:
        return h1_read_chunk_data(c, bytes);
    case H1_CHUNK_END:
        return h1_read_chunk_end(c, bytes);
    case H1_BODY_09:
        return h1_read_09(c, bytes);
    case H1_IDLE:
    case H1_COMPLETE:
        return h1_count_excess(c, bytes);
    case H1_FAILED:
        break;
    }
    return false;
}

/* --raw: whatever a body in chunks is made of is handed out as it came. */
static bool h1_step_raw(struct http_codec *c, struct slice *bytes)
{
    struct slice before = *bytes;
    bool is_in_chunks = c->state >= H1_CHUNK_LINE && c->state <= H1_TRAILERS;
    bool is_ok = h1_step(c, bytes);
    return is_ok &&
           (!c->options.is_raw || !is_in_chunks || h1_give_body(c, slice_first(before, before.len - bytes->len)));
}

static bool h1_outcome(const struct http_codec *c, struct error *err)
{
    if (c->state != H1_FAILED)
        return true;
    if (c->error.code != PEEL_OK && err->code == PEEL_OK)
        *err = c->error;
    return false;
}

bool http_codec_feed(struct http_codec *c, struct slice bytes, struct error *err)
{
    if (bytes.len > 0 && c->state == H1_STATUS_LINE)
        c->has_begun = true;
    while (bytes.len > 0 && c->state != H1_FAILED)
        if (!h1_step_raw(c, &bytes))
            c->state = H1_FAILED;
    return h1_outcome(c, err);
}

/* The peer has closed before the message was whole. */
static bool h1_refuse_end(struct http_codec *c)
{
    size_t begun = buf_slice(&c->line).len;
    uint64_t n = c->message.body_seen;
    switch (c->state) {
    case H1_STATUS_LINE:
        if (!c->has_begun)
            return error_set(&c->error, PEEL_GOT_NOTHING, "empty reply: the server closed without sending a byte");
        return error_set(&c->error, PEEL_GOT_NOTHING,
                         "the server closed before the end of %s status line (%zu bytes of it)",
                         c->is_after_interim ? "the final" : "the", begun);
    case H1_FIELDS:
        return error_set(&c->error, PEEL_WEIRD_SERVER_REPLY,
                         "the response head is incomplete: the server closed after %zu header lines",
                         c->guard.n_fields);
    case H1_BODY_BY_LENGTH:
        return error_set(&c->error, PEEL_PARTIAL_FILE,
                         "the server closed after %" PRIu64 " of %" PRIu64 " bytes: %" PRIu64 " bytes missing", n,
                         c->guard.length, c->guard.length - n);
    case H1_BODY_UNTIL_CLOSE:
        error_set(&c->error, PEEL_RECV_ERROR,
                  "closed without close_notify after %" PRIu64 " bytes of a body whose end only the close tells", n);
        c->error.cause = CAUSE_NO_CLOSE_NOTIFY;
        return false;
    default:
        return error_set(&c->error, PEEL_PARTIAL_FILE,
                         "the server closed with outstanding data: the last chunk is missing after %" PRIu64 " bytes",
                         n);
    }
}

bool http_codec_end(struct http_codec *c, bool clean, struct error *err)
{
    if (c->state == H1_IDLE || c->state == H1_COMPLETE)
        return true;
    if (c->state == H1_BODY_09) {
        c->state = H1_COMPLETE;
    } else if (c->state == H1_BODY_UNTIL_CLOSE && clean) {
        c->state = h1_message_close(&c->message) ? H1_COMPLETE : H1_FAILED;
    } else if (c->state != H1_FAILED) {
        h1_refuse_end(c);
        c->state = H1_FAILED;
    }
    return h1_outcome(c, err);
}
