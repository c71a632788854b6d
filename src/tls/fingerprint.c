/* JA3 and JA4 of a ClientHello (RFC 8446 section 4.1.2). */
#include "tls/fingerprint.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CLIENT_HELLO = 1,
    RANDOM_LEN = 32,
    SERVER_NAME = 0,
    SUPPORTED_GROUPS = 10,
    POINT_FORMATS = 11,
    SIGNATURE_ALGORITHMS = 13,
    ALPN = 16,
    SUPPORTED_VERSIONS = 43,
};

struct client_hello {
    uint16_t version;
    struct cursor ciphers, extensions;
};

static bool read_hello(struct slice bytes, struct client_hello *hello)
{
    struct cursor c = {.rest = bytes};
    uint32_t type = cursor_number(&c, 1);
    struct cursor body = cursor_vector(&c, 3);
    *hello = (struct client_hello){.extensions = {.rest = SLICE("")}};
    hello->version = cursor_u16(&body);
    cursor_take(&body, RANDOM_LEN);
    cursor_vector(&body, 1); /* session id */
    hello->ciphers = cursor_vector(&body, 2);
    cursor_vector(&body, 1); /* compression */
    if (cursor_has_more(&body))
        hello->extensions = cursor_vector(&body, 2);
    struct cursor list = hello->extensions;
    while (cursor_has_more(&list)) {
        cursor_u16(&list);
        cursor_vector(&list, 2);
    }
    return !c.is_broken && !body.is_broken && !list.is_broken && type == CLIENT_HELLO;
}

static bool is_grease(uint16_t code)
{
    return (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff);
}

/* A list of code points. */
struct codes {
    uint16_t *list;
    size_t n;
};

static void codes_add(struct codes *codes, uint16_t code)
{
    if (!is_grease(code))
        codes->list[codes->n++] = code;
}

/* Of a list of 16-bit numbers. mem_free its list. */
static struct codes codes_of(struct cursor numbers)
{
    struct codes codes = {mem_array(numbers.rest.len / 2 + 1, sizeof *codes.list), 0};
    while (numbers.rest.len >= 2)
        codes_add(&codes, cursor_u16(&numbers));
    return codes;
}

/* The types of the extensions, as they stand. */
static struct codes extensions_of(struct cursor list)
{
    struct codes codes = {mem_array(list.rest.len / 4 + 1, sizeof *codes.list), 0};
    while (cursor_has_more(&list)) {
        uint16_t type = cursor_u16(&list);
        cursor_vector(&list, 2);
        if (!list.is_broken)
            codes_add(&codes, type);
    }
    return codes;
}

/* Those in an extension that is a vector with a 16-bit length. */
static struct codes codes_in(const struct client_hello *hello, uint16_t type)
{
    struct cursor content, none = {.rest = SLICE("")};
    bool is_there = cursor_extension(hello->extensions, type, &content);
    return codes_of(is_there ? cursor_vector(&content, 2) : none);
}

/* JA3 */

static void append_decimal(struct buf *out, struct codes codes)
{
    for (size_t i = 0; i < codes.n; i++)
        buf_printf(out, "%s%u", i > 0 ? "-" : "", (unsigned)codes.list[i]);
    mem_free(codes.list);
}

static void append_point_formats(struct buf *out, struct cursor extensions)
{
    struct cursor content;
    if (!cursor_extension(extensions, POINT_FORMATS, &content))
        return;
    struct cursor formats = cursor_vector(&content, 1);
    for (const char *before = ""; cursor_has_more(&formats); before = "-")
        buf_printf(out, "%s%u", before, cursor_number(&formats, 1));
}

bool tls_fingerprint_ja3_text(struct slice bytes, struct buf *out)
{
    struct client_hello hello;
    if (!read_hello(bytes, &hello))
        return false;
    buf_printf(out, "%u,", (unsigned)hello.version);
    append_decimal(out, codes_of(hello.ciphers));
    buf_append_byte(out, ',');
    append_decimal(out, extensions_of(hello.extensions));
    buf_append_byte(out, ',');
    append_decimal(out, codes_in(&hello, SUPPORTED_GROUPS));
    buf_append_byte(out, ',');
    append_point_formats(out, hello.extensions);
    return true;
}

bool tls_fingerprint_ja3(struct slice hello, char into[TLS_JA3_SIZE])
{
    struct buf text = {0};
    char digest[HASH_HEX_SIZE] = "";
    bool is_made = tls_fingerprint_ja3_text(hello, &text);
    struct slice piece = buf_slice(&text);
    is_made = is_made && hash_hex(digest, HASH_MD5, &piece, 1);
    snprintf(into, TLS_JA3_SIZE, "%.32s", is_made ? digest : "");
    buf_done(&text);
    return is_made;
}

/* JA4 (BSD-licensed, unlike the rest of its family) */

static int compare_codes(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static void append_hexadecimal(struct buf *out, struct codes codes)
{
    for (size_t i = 0; i < codes.n; i++)
        buf_printf(out, "%s%04x", i > 0 ? "," : "", (unsigned)codes.list[i]);
}

/* The newest version on offer. */
static const char *version_sign(const struct client_hello *hello)
{
    struct cursor content;
    uint16_t newest = hello->version;
    if (cursor_extension(hello->extensions, SUPPORTED_VERSIONS, &content)) {
        struct codes versions = codes_of(cursor_vector(&content, 1));
        newest = 0;
        for (size_t i = 0; i < versions.n; i++)
            newest = versions.list[i] > newest ? versions.list[i] : newest;
        mem_free(versions.list);
    }
    switch (newest) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    default:
        return "00";
    }
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* First and last character of the first protocol; of its hexadecimal form when they are not letters or digits. */
static void alpn_sign(const struct client_hello *hello, char sign[3])
{
    static const char digits[] = "0123456789abcdef";
    struct cursor content;
    strcpy(sign, "00");
    if (!cursor_extension(hello->extensions, ALPN, &content))
        return;
    struct cursor list = cursor_vector(&content, 2);
    struct slice name = cursor_vector(&list, 1).rest;
    if (name.len == 0)
        return;
    char first = name.ptr[0], last = name.ptr[name.len - 1];
    bool is_text = is_alphanumeric(first) && is_alphanumeric(last);
    sign[0] = is_text ? first : digits[(unsigned char)first >> 4];
    sign[1] = is_text ? last : digits[(unsigned char)last & 15];
}

/* The first twelve digits of SHA-256; zeros for nothing. */
static bool append_digest(struct buf *out, struct buf *text, bool is_empty)
{
    char digest[HASH_HEX_SIZE] = "000000000000";
    struct slice piece = buf_slice(text);
    bool is_made = is_empty || hash_hex(digest, HASH_SHA256, &piece, 1);
    buf_printf(out, "_%.12s", digest);
    buf_clear(text);
    return is_made;
}

static bool append_ciphers_part(struct buf *out, struct buf *text, struct codes ciphers)
{
    qsort(ciphers.list, ciphers.n, sizeof *ciphers.list, compare_codes);
    append_hexadecimal(text, ciphers);
    return append_digest(out, text, ciphers.n == 0);
}

/* Sorted, without those that depend on whom one talks to; behind them the signature algorithms as they stand. */
static bool append_extensions_part(struct buf *out, struct buf *text, struct codes extensions, struct codes signatures)
{
    size_t n = 0;
    for (size_t i = 0; i < extensions.n; i++)
        if (extensions.list[i] != SERVER_NAME && extensions.list[i] != ALPN)
            extensions.list[n++] = extensions.list[i];
    qsort(extensions.list, n, sizeof *extensions.list, compare_codes);
    append_hexadecimal(text, (struct codes){extensions.list, n});
    if (signatures.n > 0)
        buf_append_byte(text, '_');
    append_hexadecimal(text, signatures);
    return append_digest(out, text, n == 0);
}

bool tls_fingerprint_ja4(struct slice bytes, char into[TLS_JA4_SIZE])
{
    enum {
        MOST = 99 /* two digits */
    };
    struct client_hello hello;
    into[0] = '\0';
    if (!read_hello(bytes, &hello))
        return false;
    struct buf out = {0}, text = {0};
    struct cursor ignored;
    struct codes ciphers = codes_of(hello.ciphers), extensions = extensions_of(hello.extensions);
    struct codes signatures = codes_in(&hello, SIGNATURE_ALGORITHMS);
    char alpn[3];
    alpn_sign(&hello, alpn);
    buf_printf(&out, "t%s%c%02zu%02zu%s", version_sign(&hello),
               cursor_extension(hello.extensions, SERVER_NAME, &ignored) ? 'd' : 'i',
               ciphers.n < MOST ? ciphers.n : MOST, extensions.n < MOST ? extensions.n : MOST, alpn);
    bool is_made = append_ciphers_part(&out, &text, ciphers);
    is_made = append_extensions_part(&out, &text, extensions, signatures) && is_made;
    if (is_made)
        snprintf(into, TLS_JA4_SIZE, "%s", buf_text(&out));
    mem_free(ciphers.list);
    mem_free(extensions.list);
    mem_free(signatures.list);
    buf_done(&out);
    buf_done(&text);
    return is_made;
}
