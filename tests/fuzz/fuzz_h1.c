/* Responses. Byte 0: bit 0 asks for HEAD, bit 1 closes uncleanly; byte 1 seeds the cuts in the rest. Cut anywhere, the
 * same is heard; the body is never larger than the input; an end without error is a complete message. */
#include "http/codec.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool hear_bytes(void *heard, struct slice bytes)
{
    buf_append(heard, bytes);
    return true;
}

static bool hear_head(void *heard, const struct http_response_head *head)
{
    buf_printf(heard, "<%d %zu %d>", head->status, head->headers->n, head->has_body);
    return true;
}

/* Seed 0: all at once. */
static struct buf play(const uint8_t *data, size_t size, unsigned seed)
{
    struct buf heard = {0};
    struct http_response_handler handler = {&heard, hear_bytes, hear_head, hear_head, hear_bytes, NULL};
    struct http_codec *codec = http1_codec_new(&handler, NULL);
    uint64_t budget = HTTP_HEAD_BUDGET;
    http_codec_start(codec, data[0] & 1 ? HTTP_REQUEST_HEAD : HTTP_REQUEST_NORMAL, &budget);
    struct slice rest = slice_make(data + 2, size - 2);
    struct error err = {0};
    bool ok = true;
    while (ok && rest.len > 0) {
        struct slice piece = slice_first(rest, seed ? 1 + (seed >> 16) % 40 : rest.len);
        seed = seed ? (seed * 1103515245u + 12345u) | 1u : 0;
        ok = http_codec_feed(codec, piece, &err);
        rest = slice_from(rest, piece.len);
    }
    ok = ok && http_codec_end(codec, !(data[0] & 2), &err);
    if (ok != http_codec_is_complete(codec) || ok != (err.code == PEEL_OK))
        abort();
    buf_printf(&heard, "[%d %d]", err.code, http_codec_may_reuse(codec));
    http_codec_free(codec);
    return heard;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct buf whole = play(data, size, 0), cut = play(data, size, 1u + data[1]);
    if (!slice_equal(buf_slice(&whole), buf_slice(&cut)) || buf_slice(&whole).len > 20 * size + 100)
        abort();
    buf_done(&whole);
    buf_done(&cut);
    return 0;
}
