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

static enum filter_status zstd_step(void *state, struct slice *in, struct span out, size_t *n, struct error *err)
{
    struct zstd_state *z = state;
    if (!z->is_in_frame && in->len == 0)
        return FILTER_HUNGRY;
    if (!z->stream) {
        error_set(err, PEEL_OUT_OF_MEMORY, "zstd: no memory to decode");
        return FILTER_FAILED;
    }
    ZSTD_inBuffer from = {in->ptr, in->len, 0};
    ZSTD_outBuffer to = {out.ptr, out.len, 0};
    size_t r = ZSTD_decompressStream(z->stream, &to, &from);
    *in = slice_from(*in, from.pos);
    *n = to.pos;
    if (ZSTD_isError(r)) {
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not well-formed zstd: %s", ZSTD_getErrorName(r));
        return FILTER_FAILED;
    }
    z->is_in_frame = r > 0;
    return to.pos == to.size || in->len > 0 ? FILTER_MORE : FILTER_HUNGRY;
}

static bool zstd_is_whole(const void *state)
{
    const struct zstd_state *z = state;
    return !z->is_in_frame;
}

const struct filter_kind filter_zstd = {"zstd", zstd_open, zstd_close, zstd_step, zstd_is_whole};
