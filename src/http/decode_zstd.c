/* zstd (RFC 8878), through libzstd. */
#include "http/decode_filter.h"

#include "base/mem.h"

#include <zstd.h>

/* 8 MiB: what every decoder is asked to have (RFC 9659), and all that is to be had here. */
enum {
    WINDOW_LOG_MAX = 23
};

struct zstd_state {
    ZSTD_DStream *stream;
    bool is_in_frame; /* frames may follow each other */
    size_t n_magic;   /* bytes of the frame's magic number that have come */
};

static void *zstd_open(void)
{
    struct zstd_state *z = mem_alloc(sizeof *z);
    z->stream = ZSTD_createDStream();
    if (z->stream)
        ZSTD_DCtx_setParameter(z->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return z;
}

static void zstd_close(void *state)
{
    struct zstd_state *z = state;
    ZSTD_freeDStream(z->stream);
    mem_free(z);
}

/* RFC 8878 section 3.1: a frame, or one to be skipped. libzstd would also read the formats of its youth, whose decoders
 * nobody looks after any more. */
static bool is_magic(struct slice bytes, size_t at)
{
    static const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd}, skippable[] = {0x50, 0x2a, 0x4d, 0x18};
    bool can_be_frame = true, can_be_skippable = true;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        can_be_frame = can_be_frame && byte == frame[at + i];
        can_be_skippable = can_be_skippable && (at + i == 0 ? byte & 0xf0 : byte) == skippable[at + i];
    }
    return can_be_frame || can_be_skippable;
}

static enum filter_status zstd_step(void *state, struct slice *in, struct span out, size_t *n, struct error *err)
{
    struct zstd_state *z = state;
    if (!z->is_in_frame && in->len == 0)
        return FILTER_HUNGRY;
    if (!z->stream) {
        error_set(err, PEEL_OUT_OF_MEMORY, "zstd: no memory to decode");
        return FILTER_FAILED;
    }
    struct slice piece = *in;
    if (z->n_magic < 4) {
        piece = slice_first(*in, 4 - z->n_magic);
        if (!is_magic(piece, z->n_magic)) {
            error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not zstd: it does not begin as RFC 8878 has it");
            return FILTER_FAILED;
        }
    }
    ZSTD_inBuffer from = {piece.ptr, piece.len, 0};
    ZSTD_outBuffer to = {out.ptr, out.len, 0};
    size_t r = ZSTD_decompressStream(z->stream, &to, &from);
    *in = slice_from(*in, from.pos);
    *n = to.pos;
    if (ZSTD_isError(r)) {
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not well-formed zstd: %s", ZSTD_getErrorName(r));
        return FILTER_FAILED;
    }
    z->is_in_frame = r > 0;
    z->n_magic = r > 0 ? z->n_magic + (z->n_magic < 4 ? from.pos : 0) : 0;
    return to.pos == to.size || in->len > 0 ? FILTER_MORE : FILTER_HUNGRY;
}

static bool zstd_is_whole(const void *state)
{
    const struct zstd_state *z = state;
    return !z->is_in_frame;
}

const struct filter_kind filter_zstd = {"zstd", zstd_open, zstd_close, zstd_step, zstd_is_whole};
