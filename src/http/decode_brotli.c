/* br (RFC 7932), through libbrotlidec. Its window is at most 16 MiB: the "large window" format stays off. */
#include "http/decode_filter.h"

#include "base/mem.h"

#include <brotli/decode.h>

static void *brotli_alloc(void *opaque, size_t n)
{
    (void)opaque;
    return mem_alloc(n);
}

static void brotli_free(void *opaque, void *ptr)
{
    (void)opaque;
    mem_free(ptr);
}

static void *brotli_open(void)
{
    return BrotliDecoderCreateInstance(brotli_alloc, brotli_free, NULL);
}

static void brotli_close(void *state)
{
    BrotliDecoderDestroyInstance(state);
}

static enum filter_status brotli_step(void *state, struct slice *in, struct span out, size_t *n, struct error *err)
{
    BrotliDecoderState *b = state;
    if (BrotliDecoderIsFinished(b)) {
        if (in->len == 0)
            return FILTER_HUNGRY;
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "%zu bytes behind the end of the br stream", in->len);
        return FILTER_FAILED;
    }
    const uint8_t *next_in = (const uint8_t *)in->ptr;
    size_t left = in->len, room = out.len;
    uint8_t *next_out = (uint8_t *)out.ptr;
    BrotliDecoderResult r = BrotliDecoderDecompressStream(b, &left, &next_in, &room, &next_out, NULL);
    *in = slice_from(*in, in->len - left);
    *n = out.len - room;
    if (r == BROTLI_DECODER_RESULT_ERROR) {
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not well-formed br: %s",
                  BrotliDecoderErrorString(BrotliDecoderGetErrorCode(b)));
        return FILTER_FAILED;
    }
    return r == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ? FILTER_HUNGRY : FILTER_MORE;
}

static bool brotli_is_whole(const void *state)
{
    return BrotliDecoderIsFinished(state);
}

const struct filter_kind filter_brotli = {"br", brotli_open, brotli_close, brotli_step, brotli_is_whole};
