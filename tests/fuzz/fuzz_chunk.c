/* A chunked body, against a reader of a few lines that knows the strict grammar only (RFC 9112 section 7.1, without
 * extensions and trailers): whatever that accepts, the codec must read the same way. */
#include "http/codec.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Appends the body to out; false when the bytes are not exactly one body in the strict grammar. */
static bool read_strictly(struct slice in, struct buf *out)
{
    for (;;) {
        size_t n = 0, size = 0;
        for (; n < in.len && n < 8 && in.ptr[n] && strchr("0123456789abcdef", in.ptr[n]); n++)
            size = size * 16 + (size_t)(strchr("0123456789abcdef", in.ptr[n]) - "0123456789abcdef");
        if (n == 0 || !slice_starts_with(slice_from(in, n), SLICE("\r\n")))
            return false;
        in = slice_from(in, n + 2);
        if (in.len < 2 || size > in.len - 2 || !slice_starts_with(slice_from(in, size), SLICE("\r\n")))
            return false;
        buf_append(out, slice_first(in, size));
        in = slice_from(in, size + 2);
        if (size == 0)
            return in.len == 0;
    }
}

static bool hear_body(void *heard, struct slice bytes)
{
    buf_append(heard, bytes);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf strict = {0}, heard = {0};
    struct http_response_handler handler = {&heard, NULL, NULL, NULL, hear_body, NULL};
    struct http_codec *codec = http1_codec_new(&handler, NULL);
    uint64_t budget = HTTP_HEAD_BUDGET;
    struct error err = {0};
    http_codec_start(codec, HTTP_REQUEST_NORMAL, &budget);
    bool ok = http_codec_feed(codec, SLICE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), &err);
    struct slice in = slice_make(data, size);
    ok = ok && http_codec_feed(codec, slice_first(in, size / 2), &err);
    ok = ok && http_codec_feed(codec, slice_from(in, size / 2), &err) && http_codec_end(codec, true, &err);
    bool is_strict = read_strictly(in, &strict);
    if (is_strict && !(ok && http_codec_may_reuse(codec) && slice_equal(buf_slice(&strict), buf_slice(&heard))))
        abort();
    if (buf_slice(&heard).len > size)
        abort();
    http_codec_free(codec);
    buf_done(&strict);
    buf_done(&heard);
    return 0;
}
