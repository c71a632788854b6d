/* zstd (RFC 8878), through libzstd. */
#include "http/decode_filter.h"

#include "base/mem.h"

#include <zstd.h>

enum {
    WINDOW_LOG_MAX = 23,  /* 8 MiB: what every decoder is asked to have (RFC 9659), and all that is to be had here */
    MAGIC_SIZE = 4,       /* RFC 8878 section 3.1.1 */
    HEADER_SIZE_MAX = 18, /* the magic number and the largest frame header, section 3.1.1.1 */
};

struct zstd_state {
    ZSTD_DStream *stream;
    bool is_in_frame; /* frames may follow each other */
    size_t n_begun;   /* bytes of the frame that have come, as far as HEADER_SIZE_MAX */
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
static bool is_magic(unsigned char byte, size_t at)
{
    static const unsigned char frame[MAGIC_SIZE] = {0x28, 0xb5, 0x2f, 0xfd},
                               skippable[MAGIC_SIZE] = {0x50, 0x2a, 0x4d, 0x18};
    return byte == frame[at] || (at == 0 ? byte & 0xf0 : byte) == skippable[at];
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
    /* A header goes in byte by byte: the libzstd of Debian 12, where a header ends in a later piece than it began in,
     * takes what that piece has as a frame of its own, and would read a broken stream or not as the network cut it. */
    if (z->n_begun < HEADER_SIZE_MAX)
        piece = slice_first(*in, 1);
    if (z->n_begun < MAGIC_SIZE && piece.len > 0 && !is_magic((unsigned char)piece.ptr[0], z->n_begun)) {
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not zstd: it does not begin as RFC 8878 has it");
        return FILTER_FAILED;
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
    z->n_begun = r > 0 ? z->n_begun + (z->n_begun < HEADER_SIZE_MAX ? from.pos : 0) : 0;
    return to.pos == to.size || in->len > 0 ? FILTER_MORE : FILTER_HUNGRY;
}

static bool zstd_is_whole(const void *state)
{
    const struct zstd_state *z = state;
    return !z->is_in_frame;
}

const struct filter_kind filter_zstd = {"zstd", zstd_open, zstd_close, zstd_step, zstd_is_whole};
