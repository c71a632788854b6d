/* gzip (RFC 1952) and deflate, through zlib. */
#include "http/decode_filter.h"

#include "base/mem.h"

#include <limits.h>
#include <string.h>
#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

/* For inflateInit2: look at the header. Some servers say gzip and send zlib's format, and curl reads it. */
enum {
    GZIP_OR_ZLIB = 32
};

enum zlib_phase {
    ZLIB_SNIFFING, /* deflate: the first two bytes tell a zlib header from none */
    ZLIB_UNBEGUN,  /* gzip */
    ZLIB_INFLATING,
    ZLIB_OVER
};

struct zlib_state {
    z_stream stream;
    enum zlib_phase phase;
    const char *name;
    size_t n_sniffed;
    unsigned char sniffed[2];
    bool has_unread_sniffed; /* inflate has not had them yet */
};

static bool zlib_begin(struct zlib_state *z, int window_bits, struct error *err)
{
    z->phase = ZLIB_INFLATING;
    int r = z->stream.state ? inflateReset2(&z->stream, window_bits) : inflateInit2(&z->stream, window_bits);
    return r == Z_OK || error_set(err, PEEL_OUT_OF_MEMORY, "zlib: no memory to decode %s", z->name);
}

static void *gzip_open(void)
{
    struct zlib_state *z = mem_alloc(sizeof *z);
    z->name = "gzip";
    z->phase = ZLIB_UNBEGUN;
    return z;
}

static void *deflate_open(void)
{
    struct zlib_state *z = mem_alloc(sizeof *z);
    z->name = "deflate";
    z->phase = ZLIB_SNIFFING;
    return z;
}

static void zlib_close(void *state)
{
    struct zlib_state *z = state;
    inflateEnd(&z->stream);
    mem_free(z);
}

/* "deflate" means zlib's format (RFC 9110 section 8.4.1.2), but some servers send the bare stream. A zlib header is a
 * multiple of 31 with method 8, which as the start of a bare stream would be an uncompressed block with odd padding. */
static bool deflate_sniff(struct zlib_state *z, struct slice *in, struct error *err)
{
    z->sniffed[z->n_sniffed++] = (unsigned char)in->ptr[0];
    *in = slice_from(*in, 1);
    if (z->n_sniffed < sizeof z->sniffed)
        return true;
    bool is_zlib = (z->sniffed[0] & 0x0f) == 8 && (z->sniffed[0] << 8 | z->sniffed[1]) % 31 == 0;
    z->has_unread_sniffed = true;
    return zlib_begin(z, is_zlib ? MAX_WBITS : -MAX_WBITS, err);
}

/* One call of inflate; *in loses what it took. */
static int zlib_inflate(struct zlib_state *z, struct slice *in, struct span out, size_t *n)
{
    z->stream.next_out = (unsigned char *)out.ptr;
    z->stream.avail_out = (uInt)out.len;
    int r = Z_OK;
    if (z->has_unread_sniffed) {
        z->stream.next_in = z->sniffed;
        z->stream.avail_in = sizeof z->sniffed;
        z->has_unread_sniffed = false; /* two bytes are always taken: they give less than the room there is */
        r = inflate(&z->stream, Z_NO_FLUSH);
    }
    if (r == Z_OK && in->len > 0) {
        size_t given = in->len < UINT_MAX ? in->len : UINT_MAX;
        z->stream.next_in = (const unsigned char *)in->ptr;
        z->stream.avail_in = (uInt)given;
        r = inflate(&z->stream, Z_NO_FLUSH);
        *in = slice_from(*in, given - z->stream.avail_in);
    }
    *n = out.len - z->stream.avail_out;
    return r;
}

/* RFC 1952 lets several gzip members follow each other. Clients do not agree on what that means in a response: most
 * stop at the first, curl refuses the second as a failure to write, and so does this. */
static enum filter_status zlib_refuse_more(const struct zlib_state *z, struct slice in, struct error *err)
{
    bool is_member = strcmp(z->name, "gzip") == 0 && in.ptr[0] == '\x1f';
    if (is_member)
        error_set(err, PEEL_WRITE_ERROR, "Multi-member gzip response not supported");
    else
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "%zu bytes behind the end of the %s stream", in.len, z->name);
    return FILTER_FAILED;
}

static enum filter_status zlib_step(void *state, struct slice *in, struct span out, size_t *n, struct error *err)
{
    struct zlib_state *z = state;
    if (z->phase == ZLIB_OVER && in->len > 0)
        return zlib_refuse_more(z, *in, err);
    if (z->phase != ZLIB_INFLATING && in->len == 0)
        return FILTER_HUNGRY;
    if (z->phase == ZLIB_SNIFFING && !deflate_sniff(z, in, err))
        return FILTER_FAILED;
    if (z->phase == ZLIB_SNIFFING)
        return FILTER_MORE;
    if (z->phase == ZLIB_UNBEGUN && !zlib_begin(z, MAX_WBITS + GZIP_OR_ZLIB, err))
        return FILTER_FAILED;
    int r = zlib_inflate(z, in, out, n);
    if (r == Z_STREAM_END) {
        z->phase = ZLIB_OVER;
        return FILTER_MORE;
    }
    if (r != Z_OK && r != Z_BUF_ERROR) {
        error_set(err, PEEL_BAD_CONTENT_ENCODING, "the body is not well-formed %s: %s", z->name,
                  z->stream.msg ? z->stream.msg : zError(r));
        return FILTER_FAILED;
    }
    return *n == out.len || in->len > 0 ? FILTER_MORE : FILTER_HUNGRY;
}

static bool zlib_is_whole(const void *state)
{
    const struct zlib_state *z = state;
    return z->phase == ZLIB_UNBEGUN || z->phase == ZLIB_OVER;
}

const struct filter_kind filter_gzip = {"gzip", gzip_open, zlib_close, zlib_step, zlib_is_whole};
const struct filter_kind filter_deflate = {"deflate", deflate_open, zlib_close, zlib_step, zlib_is_whole};
