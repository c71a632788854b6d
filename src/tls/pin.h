/* Public keys that a server must have (--pinnedpubkey), whoever signed its certificate (RFC 7469 section 2.4 tells the
 * form of a pin). Room-private. */
#ifndef PEEL_TLS_PIN_H
#define PEEL_TLS_PIN_H

#include "base/error.h"

#include <openssl/x509.h>

enum {
    TLS_PIN_SIZE = 45, /* the SHA-256 of a SubjectPublicKeyInfo in Base64, and its NUL */
};

struct tls_pins;

/* "sha256//BASE64;sha256//BASE64...", or the name of a file with one public key, PEM or DER. NULL with
 * PEEL_SSL_PINNEDPUBKEYNOTMATCH (90) for one that no key could ever match. */
struct tls_pins *tls_pins_new(const char *text, struct error *err);
/* Takes NULL. */
void tls_pins_free(struct tls_pins *pins);

/* The pin of the certificate's key, or "" for a key that has none. */
void tls_pin_of(X509 *certificate, char pin[TLS_PIN_SIZE]);

/* Whether the certificate's key is one of them. found gets its pin, or "" for a key that has none. */
bool tls_pins_hold(const struct tls_pins *pins, X509 *certificate, char found[TLS_PIN_SIZE]);

#endif
