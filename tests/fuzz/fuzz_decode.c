/* Bodies in content codings. Byte 0 picks the codings, byte 1 where the rest is cut. Cut anywhere, the same comes out
 * (of a broken stream, as much as its library had let go: one is the beginning of the other); no step is empty or
 * larger than 64 KiB; memory is bounded (-rss_limit_mb). */
#include "base/buf.h"
#include "http/decode.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    ENOUGH = 1 << 20 /* a bomb would only take time */
};

static bool hear(void *heard, struct slice bytes)
{
    if (bytes.len == 0 || bytes.len > 64 * 1024)
        abort();
    buf_append(heard, bytes);
    return buf_slice(heard).len < ENOUGH;
}

static bool play(const uint8_t *data, size_t size, size_t cut, struct buf *heard)
{
    static const char *const codings[] = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate, gzip"};
    struct error err = {0};
    struct http_decoder *d = http_decoder_new(slice_of(codings[data[0] % 6]), &err);
    struct slice in = slice_make(data + 2, size - 2);
    cut = cut < in.len ? cut : in.len;
    bool ok = http_decoder_feed(d, slice_first(in, cut), hear, heard, &err) &&
              http_decoder_feed(d, slice_from(in, cut), hear, heard, &err) && http_decoder_end(d, hear, heard, &err);
    if (ok && err.code != PEEL_OK)
        abort();
    http_decoder_free(d);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct buf whole = {0}, cut = {0};
    bool ok = play(data, size, size, &whole);
    bool is_same_end = play(data, size, data[1], &cut) == ok;
    struct slice a = buf_slice(&whole), b = buf_slice(&cut);
    bool is_enough = a.len >= ENOUGH || b.len >= ENOUGH;
    if (!is_enough && (!is_same_end || (ok && a.len != b.len)))
        abort();
    if (!slice_starts_with(a, slice_first(b, a.len)))
        abort();
    buf_done(&whole);
    buf_done(&cut);
    return 0;
}
