/* Undoing the compression of a certificate chain, with the filters that undo content codings. */
#include "insight/unpack.h"

#include "http/decode.h"

/* What HTTP calls the same (RFC 9110 section 8.4.1, RFC 9659). */
static struct slice coding_of(uint16_t algorithm)
{
    static const struct slice codings[] = {SLICE_INIT(""), SLICE_INIT("deflate"), SLICE_INIT("br"), SLICE_INIT("zstd")};
    return algorithm < sizeof codings / sizeof *codings ? codings[algorithm] : codings[0];
}

bool packed_certificate_read(struct cursor *c, struct packed_certificate *certificate)
{
    certificate->algorithm = cursor_u16(c);
    certificate->unpacked = cursor_number(c, 3);
    certificate->packed = cursor_vector(c, 3).rest;
    return !c->is_broken;
}

bool packed_certificate_is_known(const struct packed_certificate *certificate)
{
    return coding_of(certificate->algorithm).len > 0;
}

struct unpacking {
    struct buf *out;
    size_t len_max;
};

/* More than was said is never kept: what is in hand then is a bomb, or a lie. */
static bool take(void *ctx, struct slice bytes)
{
    struct unpacking *to = ctx;
    if (bytes.len > to->len_max - to->out->len)
        return false;
    buf_append(to->out, bytes);
    return true;
}

bool packed_certificate_unpack(const struct packed_certificate *certificate, struct buf *out)
{
    struct error ignored = {0};
    struct unpacking to = {out, certificate->unpacked};
    struct slice coding = coding_of(certificate->algorithm);
    buf_clear(out);
    if (certificate->unpacked > UNPACKED_MAX || coding.len == 0)
        return false;
    struct http_decoder *decoder = http_decoder_new(coding, &ignored);
    bool is_whole = http_decoder_feed(decoder, certificate->packed, take, &to, &ignored) &&
                    http_decoder_end(decoder, take, &to, &ignored) && out->len == certificate->unpacked;
    http_decoder_free(decoder);
    if (!is_whole)
        buf_clear(out);
    return is_whole;
}
