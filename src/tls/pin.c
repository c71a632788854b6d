/* Pins: a file with a key and a list of digests both become a list of digests. */
#include "tls/pin.h"

#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>

enum {
    KEY_FILE_MAX = 64 * 1024, /* a hundred times the largest key that anybody has */
};

struct tls_pins {
    char (*list)[TLS_PIN_SIZE];
    size_t n;
};

/* Empty when this OpenSSL cannot make the digest. */
static void pin_make(struct slice key, char pin[TLS_PIN_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buf text = {0};
    if (EVP_Digest(key.ptr, key.len, digest, &len, EVP_sha256(), NULL) == 1)
        base64_append(&text, slice_make(digest, len));
    snprintf(pin, TLS_PIN_SIZE, "%s", buf_text(&text));
    buf_done(&text);
}

static void pin_add(struct tls_pins *pins, struct slice pin)
{
    pins->list = mem_realloc(pins->list, (pins->n + 1) * sizeof *pins->list);
    snprintf(pins->list[pins->n++], TLS_PIN_SIZE, "%.*s", (int)pin.len, pin.ptr);
}

static bool is_pin(struct slice text)
{
    static const struct slice letters = SLICE_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    if (text.len != TLS_PIN_SIZE - 1 || text.ptr[text.len - 1] != '=')
        return false;
    for (size_t i = 0; i + 1 < text.len; i++)
        if (slice_find(letters, text.ptr[i]) == letters.len)
            return false;
    return true;
}

static bool digests_read(struct tls_pins *pins, struct slice rest, struct error *err)
{
    while (rest.len > 0) {
        struct slice one = slice_first(rest, slice_find(rest, ';'));
        rest = slice_from(rest, one.len < rest.len ? one.len + 1 : one.len);
        struct slice pin = slice_starts_with(one, SLICE("sha256//")) ? slice_from(one, strlen("sha256//")) : SLICE("");
        char shown[100];
        if (!is_pin(pin))
            return error_set(err, PEEL_SSL_PINNEDPUBKEYNOTMATCH,
                             "--pinnedpubkey '%s': no pin; expected sha256// and the 44 Base64 letters of a SHA-256",
                             escape_into(shown, sizeof shown, one));
        pin_add(pins, pin);
    }
    return true;
}

/* The DER of the one key in file's bytes; *made is to be freed with OPENSSL_free. Empty when there is none. */
static struct slice key_find(struct slice file, unsigned char **made)
{
    const unsigned char *at = (const unsigned char *)file.ptr;
    X509_PUBKEY *key = d2i_X509_PUBKEY(NULL, &at, (long)file.len);
    bool is_der = key && (const char *)at == file.ptr + file.len;
    X509_PUBKEY_free(key);
    *made = NULL;
    if (is_der)
        return file;
    BIO *bio = BIO_new_mem_buf(file.ptr, (int)file.len);
    char *name = NULL, *header = NULL;
    long len = 0;
    bool is_found = false;
    while (bio && !is_found && PEM_read_bio(bio, &name, &header, made, &len) == 1) {
        is_found = strcmp(name, "PUBLIC KEY") == 0;
        OPENSSL_free(name);
        OPENSSL_free(header);
        if (!is_found) {
            OPENSSL_free(*made);
            *made = NULL;
        }
    }
    BIO_free(bio);
    return is_found ? slice_make(*made, (size_t)len) : SLICE("");
}

/* What a file holds, up to KEY_FILE_MAX; false with errno. */
static bool file_read(const char *path, struct buf *into)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    struct span room = buf_reserve(into, KEY_FILE_MAX);
    buf_added(into, fread(room.ptr, 1, KEY_FILE_MAX, file));
    bool is_good = ferror(file) == 0;
    int why = errno;
    fclose(file);
    errno = why;
    return is_good;
}

static bool file_pin(struct tls_pins *pins, const char *path, struct error *err)
{
    struct buf file = {0};
    bool is_read = file_read(path, &file);
    const char *why =
        is_read ? "no public key in it (openssl x509 -pubkey -noout takes a certificate's out)" : strerror(errno);
    unsigned char *made = NULL;
    struct slice key = is_read ? key_find(buf_slice(&file), &made) : SLICE("");
    char pin[TLS_PIN_SIZE];
    if (key.len > 0) {
        pin_make(key, pin);
        pin_add(pins, slice_of(pin));
    }
    OPENSSL_free(made);
    buf_done(&file);
    return key.len > 0 ||
           error_set(err, PEEL_SSL_PINNEDPUBKEYNOTMATCH, "public key file %s (--pinnedpubkey): %s", path, why);
}

struct tls_pins *tls_pins_new(const char *text, struct error *err)
{
    struct tls_pins *pins = mem_alloc(sizeof *pins);
    bool are_digests = slice_starts_with(slice_of(text), SLICE("sha256//"));
    bool is_good = are_digests ? digests_read(pins, slice_of(text), err) : file_pin(pins, text, err);
    ERR_clear_error();
    if (is_good)
        return pins;
    tls_pins_free(pins);
    return NULL;
}

void tls_pins_free(struct tls_pins *pins)
{
    if (!pins)
        return;
    mem_free(pins->list);
    mem_free(pins);
}

void tls_pin_of(X509 *certificate, char pin[TLS_PIN_SIZE])
{
    unsigned char *key = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    pin[0] = '\0';
    if (len > 0)
        pin_make(slice_make(key, (size_t)len), pin);
    OPENSSL_free(key);
}

bool tls_pins_hold(const struct tls_pins *pins, X509 *certificate, char found[TLS_PIN_SIZE])
{
    tls_pin_of(certificate, found);
    for (size_t i = 0; found[0] && i < pins->n; i++)
        if (strcmp(pins->list[i], found) == 0)
            return true;
    return false;
}
