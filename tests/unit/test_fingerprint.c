/* tls/fingerprint: JA3 and JA4 of ClientHellos, against values from their own descriptions. */
#include "tls/fingerprint.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* A ClientHello out of its parts, each in hexadecimal; blanks are skipped. */
static struct slice hello_of(struct buf *out, const char *version, const char *ciphers, const char *extensions)
{
    char text[4096];
    struct buf body = {0};
    size_t n_ciphers = 0, n_extensions = 0;
    for (const char *c = ciphers; *c; c++)
        n_ciphers += *c != ' ';
    for (const char *c = extensions; *c; c++)
        n_extensions += *c != ' ';
    snprintf(text, sizeof text, "%s%064d00%04zx%s0100%04zx%s", version, 0, n_ciphers / 2, ciphers, n_extensions / 2,
             extensions);
    for (const char *c = text; *c;) {
        unsigned byte = 0;
        if (*c == ' ') {
            c++;
            continue;
        }
        assert_int_equal(sscanf(c, "%2x", &byte), 1);
        buf_append_byte(&body, (char)byte);
        c += 2;
    }
    size_t len = buf_slice(&body).len;
    buf_clear(out);
    buf_append_byte(out, 1);
    buf_append_byte(out, 0);
    buf_append_byte(out, (char)(len >> 8));
    buf_append_byte(out, (char)len);
    buf_append(out, buf_slice(&body));
    buf_done(&body);
    return buf_slice(out);
}

#define SNI     "0000 0006 0004 00 0001 61 "
#define ALPN_H2 "0010 0005 0003 02 6832 "

/* The hello of which JA4's description takes itself apart: 15 ciphers, 16 extensions, GREASE in each list. */
static void ja4_of_its_description(void **state)
{
    (void)state;
    struct buf bytes = {0};
    char ja4[TLS_JA4_SIZE];
    struct slice hello =
        hello_of(&bytes, "0303", "2a2a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035",
                 "dada0000" SNI "001b0003020002"
                 "0012 0000 0033 0006 0004 3a3a 0000 0005 0000 ff01 0001 00"
                 "4469 0000 000a 0004 0002 3a3a 0017 0000 000b 0002 0100 0023 0000" ALPN_H2
                 "000d 0012 0010 0403 0804 0401 0503 0805 0501 0806 0601"
                 "002b 0005 04 1a1a 0304 002d 0002 0101 0015 0000");
    assert_true(tls_fingerprint_ja4(hello, ja4));
    assert_string_equal(ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    buf_done(&bytes);
}

static void ja4_signs(void **state)
{
    (void)state;
    static const struct {
        const char *version, *ciphers, *extensions, *start;
    } rows[] = {
        {"0303", "1301", "", "t12i010000_"},
        {"0301", "1301", SNI, "t10d010100_"},
        {"0302", "", SNI, "t11d000100_000000000000_000000000000"},
        {"0300", "0005", "", "ts3i010000_"},
        {"0305", "0005", "", "t00i010000_"},
        {"0303", "1301", ALPN_H2, "t12i0101h2_"},
        {"0303", "1301", "0010 0004 0002 01 68 ", "t12i0101hh_"},
        {"0303", "1301", "0010 0006 0004 03 ab6162 ", "t12i0101a2_"}, /* ab....62: first and last digit */
        {"0303", "1301", "0010 0002 0000 ", "t12i010100_"},
        {"0303", "1301", "002b 0005 04 0303 0301 ", "t12i010100_"},
    };
    struct buf bytes = {0};
    char ja4[TLS_JA4_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice hello = hello_of(&bytes, rows[i].version, rows[i].ciphers, rows[i].extensions);
        assert_true(tls_fingerprint_ja4(hello, ja4));
        assert_memory_equal(ja4, rows[i].start, strlen(rows[i].start));
    }
    buf_done(&bytes);
}

/* The two examples of JA3's description. */
static void ja3_of_its_description(void **state)
{
    (void)state;
    static const struct {
        const char *version, *ciphers, *extensions, *text, *digest;
    } rows[] = {
        {"0301", "002f 0035 0005 000a c009 c00a c013 c014 0032 0038 0013 0004",
         "0000 0006 0004 00 0001 61 000a 0008 0006 0017 0018 0019 000b 0002 01 00",
         "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0", "ada70206e40642a3e4461f35503241d5"},
        {"0301", "0004 0005 000a 0009 0064 0062 0003 0006 0013 0012 0063", "", "769,4-5-10-9-100-98-3-6-19-18-99,,,",
         "de350869b8c85de67a350c8d186f11e6"},
        {"0303", "0a0a 1301", "1a1a0000 000a 0006 0004 2a2a 001d", "771,4865,10,29,", NULL},
    };
    struct buf bytes = {0}, text = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char digest[TLS_JA3_SIZE];
        struct slice hello = hello_of(&bytes, rows[i].version, rows[i].ciphers, rows[i].extensions);
        buf_clear(&text);
        assert_true(tls_fingerprint_ja3_text(hello, &text));
        assert_string_equal(buf_text(&text), rows[i].text);
        assert_true(tls_fingerprint_ja3(hello, digest));
        if (rows[i].digest)
            assert_string_equal(digest, rows[i].digest);
    }
    buf_done(&bytes);
    buf_done(&text);
}

/* Cut anywhere: no fingerprint, and never one of half a hello. */
static void cut_hellos_have_none(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct slice hello = hello_of(&bytes, "0303", "1301 1302", SNI ALPN_H2);
    for (size_t len = 0; len < hello.len; len++) {
        char *cut = mem_dup_slice(slice_first(hello, len)), ja3[TLS_JA3_SIZE], ja4[TLS_JA4_SIZE];
        assert_false(tls_fingerprint_ja3(slice_make(cut, len), ja3));
        assert_false(tls_fingerprint_ja4(slice_make(cut, len), ja4));
        assert_string_equal(ja3, "");
        assert_string_equal(ja4, "");
        mem_free(cut);
    }
    bytes.data[bytes.start] = 2; /* a ServerHello */
    char ja4[TLS_JA4_SIZE];
    assert_false(tls_fingerprint_ja4(hello, ja4));
    buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ja4_of_its_description),
        cmocka_unit_test(ja4_signs),
        cmocka_unit_test(ja3_of_its_description),
        cmocka_unit_test(cut_hellos_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
