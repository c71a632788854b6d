/* http/decode: each body whole, byte by byte and cut at every point, and what may not be decoded. */
#include "base/buf.h"
#include "base/mem.h"
#include "http/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

/* "hello, hello, hello!" in each coding. */
#define PLAIN "hello, hello, hello!"
#define GZIP                                                                                                           \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14\x01\xa7\xbb"                 \
    "\xd2\xfe\x14\x00\x00\x00"
#define GZIP_WRONG_SUM                                                                                                 \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14\x01\xa6\xbb"                 \
    "\xd2\xfe\x14\x00\x00\x00"
#define ZLIB   "\x78\xda\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14\x01\x4b\x1e\x06\xf6"
#define RAW    "\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14\x01"
#define BROTLI "\x62\x02\x00\x80\x24\x48\x08\x4b\x0e\xa2\x48\x34\x95\x78\x4e\x6f\x0a"
#define BROTLI_OF_GZIP                                                                                                 \
    "\xd0\x01\x10\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14"                 \
    "\x01\xa7\xbb\xd2\xfe\x14\x00\x00\x00\x03"
#define ZSTD                                                                                                           \
    "\x28\xb5\x2f\xfd\x04\x58\x75\x00\x00\x40\x68\x65\x6c\x6c\x6f\x2c\x20\x21\x01\x00\xe2\x8a\x11\xe5"                 \
    "\x11\xf0\x2b"

/* A row of a table says what matters to it; the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct row {
    const char *name;
    const char *codings;
    struct slice in;
    const char *out;
    enum peel_code code;
    const char *says;
};

static bool gather(void *ctx, struct slice bytes)
{
    assert_in_range(bytes.len, 1, 64 * 1024);
    buf_append(ctx, bytes);
    return true;
}

/* Each piece in memory of its own, so that a sanitizer sees a read beyond it. */
static bool feed_piece(struct http_decoder *d, struct slice piece, struct buf *out, struct error *err)
{
    char *copy = mem_alloc(piece.len);
    if (piece.len > 0)
        memcpy(copy, piece.ptr, piece.len);
    bool ok = http_decoder_feed(d, slice_make(copy, piece.len), gather, out, err);
    mem_free(copy);
    return ok;
}

static void check(const struct row *row, size_t first, size_t step)
{
    struct error err = {0};
    struct buf out = {0};
    struct http_decoder *d = http_decoder_new(slice_of(row->codings), &err);
    assert_non_null(d);
    struct slice rest = row->in;
    bool ok = true;
    for (size_t n = first; ok && rest.len > 0; n = step) {
        struct slice piece = slice_first(rest, n);
        ok = feed_piece(d, piece, &out, &err);
        rest = slice_from(rest, piece.len);
    }
    ok = ok && http_decoder_end(d, gather, &out, &err);
    if (strcmp(buf_text(&out), row->out) != 0 || err.code != row->code || ok != (row->code == PEEL_OK) ||
        (row->says && !strstr(err.text, row->says)))
        fail_msg("%s (first %zu, then %zu): %d \"%s\", \"%s\"", row->name, first, step, err.code, err.text,
                 buf_text(&out));
    buf_done(&out);
    http_decoder_free(d);
}

static void bodies_cut_at_every_point(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"gzip", "gzip", SLICE_INIT(GZIP), PLAIN},
        {"x-gzip in capitals", "X-GZIP", SLICE_INIT(GZIP), PLAIN},
        {"gzip of two members", "gzip", SLICE_INIT(GZIP GZIP), PLAIN, PEEL_WRITE_ERROR, "Multi-member gzip"},
        {"zlib that is called gzip", "gzip", SLICE_INIT(ZLIB), PLAIN},
        {"deflate", "deflate", SLICE_INIT(ZLIB), PLAIN},
        {"bare deflate", "deflate", SLICE_INIT(RAW), PLAIN},
        {"empty bare deflate", "deflate", SLICE_INIT("\x03\x00"), ""},
        {"br", "br", SLICE_INIT(BROTLI), PLAIN},
        {"empty br", "br", SLICE_INIT("\x3b"), ""},
        {"zstd", "zstd", SLICE_INIT(ZSTD), PLAIN},
        {"zstd of two frames", "zstd", SLICE_INIT(ZSTD ZSTD), PLAIN PLAIN},
        {"gzip, then br", "gzip , identity,, br", SLICE_INIT(BROTLI_OF_GZIP), PLAIN},
        {"zstd behind a frame to skip", "zstd", SLICE_INIT("\x5a\x2a\x4d\x18\x02\x00\x00\x00xy" ZSTD), PLAIN},
        {"no byte at all", "gzip, br, zstd", SLICE_INIT(""), ""},
        {"gzip that is none", "gzip", SLICE_INIT("hello"), "", PEEL_BAD_CONTENT_ENCODING, "gzip"},
        {"deflate that is none", "deflate", SLICE_INIT("\xff\xff\xff"), "", PEEL_BAD_CONTENT_ENCODING, "deflate"},
        {"br that is none", "br", SLICE_INIT("\xff\xff\xff\xff"), "", PEEL_BAD_CONTENT_ENCODING, "br"},
        {"zstd 0.7, older than the RFC", "zstd", SLICE_INIT("\x27\xb5\x2f\xfd\x00\x60\xd9\x03\x07"), "",
         PEEL_BAD_CONTENT_ENCODING, "zstd"},
        {"zstd that is none", "zstd", SLICE_INIT("hello"), "", PEEL_BAD_CONTENT_ENCODING, "zstd"},
        {"garbage behind gzip", "gzip", SLICE_INIT(GZIP "garbage"), PLAIN, PEEL_BAD_CONTENT_ENCODING, "gzip"},
        {"garbage behind deflate", "deflate", SLICE_INIT(ZLIB "g"), PLAIN, PEEL_BAD_CONTENT_ENCODING, "behind the end"},
        {"garbage behind br", "br", SLICE_INIT(BROTLI "g"), PLAIN, PEEL_BAD_CONTENT_ENCODING, "behind the end"},
        {"garbage behind zstd", "zstd", SLICE_INIT(ZSTD "garbage"), PLAIN, PEEL_BAD_CONTENT_ENCODING, "zstd"},
        {"gzip of a wrong sum", "gzip", SLICE_INIT(GZIP_WRONG_SUM), PLAIN, PEEL_BAD_CONTENT_ENCODING, "gzip"},
        {"zstd with a window of 2 GiB", "zstd", SLICE_INIT("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"), "",
         PEEL_BAD_CONTENT_ENCODING, "memory"},
        {"preset dictionary", "deflate", SLICE_INIT("\x78\xbb\x01\x02\x03\x04\x05\x06"), "", PEEL_BAD_CONTENT_ENCODING,
         "dictionary"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(&rows[i], SIZE_MAX, 1);
        check(&rows[i], 1, 1);
        for (size_t cut = 1; cut < rows[i].in.len; cut++)
            check(&rows[i], cut, SIZE_MAX);
    }
}

static void truncated_bodies_are_incomplete(void **state)
{
    (void)state;
    static const struct {
        const char *codings;
        struct slice in;
    } rows[] = {{"gzip", SLICE_INIT(GZIP)}, {"deflate", SLICE_INIT(ZLIB)}, {"deflate", SLICE_INIT(RAW)},
                {"br", SLICE_INIT(BROTLI)}, {"zstd", SLICE_INIT(ZSTD)},    {"gzip, br", SLICE_INIT(BROTLI_OF_GZIP)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t len = 1; len < rows[i].in.len; len++) {
            struct error err = {0};
            struct buf out = {0};
            struct http_decoder *d = http_decoder_new(slice_of(rows[i].codings), &err);
            assert_true(feed_piece(d, slice_first(rows[i].in, len), &out, &err));
            assert_false(http_decoder_end(d, gather, &out, &err));
            assert_int_equal(err.code, PEEL_BAD_CONTENT_ENCODING);
            assert_non_null(strstr(err.text, "incomplete"));
            buf_done(&out);
            http_decoder_free(d);
        }
}

static void which_codings_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *codings;
        bool is_decoder;
        const char *says; /* NULL: no error */
    } rows[] = {
        {"", false, NULL},
        {"identity", false, NULL},
        {" , ,", false, NULL},
        {"gzip, gzip, gzip, gzip, gzip", true, NULL},
        {"gzip, gzip, gzip, gzip, gzip, gzip", false, "more than 5"},
        {"nope", false, "\"nope\""},
        {"gzip, n\x1bpe", false, "n\\x1bpe"},
        {"gzip;q=1", false, "gzip;q=1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct http_decoder *d = http_decoder_new(slice_of(rows[i].codings), &err);
        assert_int_equal(d != NULL, rows[i].is_decoder);
        assert_int_equal(err.code, rows[i].says ? PEEL_BAD_CONTENT_ENCODING : PEEL_OK);
        if (rows[i].says)
            assert_non_null(strstr(err.text, rows[i].says));
        http_decoder_free(d);
    }
}

static bool say_no(void *ctx, struct slice bytes)
{
    *(size_t *)ctx += bytes.len;
    return false;
}

static void the_sink_may_say_no(void **state)
{
    (void)state;
    struct error err = {0};
    size_t n = 0;
    struct http_decoder *d = http_decoder_new(SLICE("gzip"), &err);
    assert_false(http_decoder_feed(d, SLICE(GZIP), say_no, &n, &err));
    assert_int_equal(err.code, PEEL_OK);
    assert_int_equal(n, strlen(PLAIN));
    assert_false(http_decoder_end(d, say_no, &n, &err));
    http_decoder_free(d);
}

/* gzip, in one member, of what `in` holds, so many times. */
static struct buf gzip_of(struct slice in, int times)
{
    struct buf out = {0};
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    int r = Z_OK;
    while (r == Z_OK) {
        if (z.avail_in == 0 && times > 0) {
            z.next_in = (unsigned char *)(uintptr_t)in.ptr;
            z.avail_in = (uInt)in.len;
            times--;
        }
        struct span room = buf_reserve(&out, 64 * 1024);
        z.next_out = (unsigned char *)room.ptr;
        z.avail_out = (uInt)room.len;
        r = deflate(&z, times > 0 ? Z_NO_FLUSH : Z_FINISH);
        buf_added(&out, room.len - z.avail_out);
    }
    assert_int_equal(r, Z_STREAM_END);
    deflateEnd(&z);
    return out;
}

static bool count(void *ctx, struct slice bytes)
{
    assert_in_range(bytes.len, 1, 64 * 1024);
    *(uint64_t *)ctx += bytes.len;
    return true;
}

static void bombs_take_constant_memory(void **state)
{
    (void)state;
    enum {
        ZEROS = 8 << 20
    };
    char *zeros = mem_alloc(ZEROS);
    struct buf once = gzip_of(slice_make(zeros, ZEROS), 8);
    struct buf twice = gzip_of(buf_slice(&once), 1);
    struct buf thrice = gzip_of(buf_slice(&twice), 1);
    mem_free(zeros);
    struct error err = {0};
    uint64_t n = 0;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    struct http_decoder *d = http_decoder_new(SLICE("gzip, gzip, gzip"), &err);
    assert_true(http_decoder_feed(d, buf_slice(&thrice), count, &n, &err));
    assert_true(http_decoder_end(d, count, &n, &err));
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(n, 8u * ZEROS);
    assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 4096);
    http_decoder_free(d);
    buf_done(&once);
    buf_done(&twice);
    buf_done(&thrice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_cut_at_every_point),  cmocka_unit_test(truncated_bodies_are_incomplete),
        cmocka_unit_test(which_codings_are_taken),    cmocka_unit_test(the_sink_may_say_no),
        cmocka_unit_test(bombs_take_constant_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
