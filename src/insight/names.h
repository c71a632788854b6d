/* TLS code points by the names people know them by (IANA's TLS registries; RFC 8446, 8447). */
#ifndef PEEL_INSIGHT_NAMES_H
#define PEEL_INSIGHT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NAME_SIZE = 8 /* room enough for a number */
};

/* Each returns the name; a code point that is not known becomes a number, "0x1301", for which the caller lends an array
 * of NAME_SIZE bytes. */
const char *name_of_cipher(char *into, uint16_t cipher);       /* "AES-256-GCM", TLS 1.2: "ECDHE-RSA AES-256-GCM" */
const char *name_of_suite(char *into, uint16_t suite);         /* IANA's: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" */
const char *name_of_group(char *into, uint16_t group);         /* "P-256", "x25519" */
const char *name_of_signature(char *into, uint16_t signature); /* "ecdsa_secp256r1_sha256" */
const char *name_of_version(char *into, uint16_t version);     /* "1.3" */
const char *name_of_protocol(char *into, uint16_t version);    /* the same as "TLS 1.3" */
const char *name_of_extension(char *into, uint16_t extension); /* "supported_versions" */
const char *name_of_content_type(char *into, uint8_t type);    /* of a record: "handshake" */
const char *name_of_certificate_compression(char *into, uint16_t algorithm); /* "brotli" */
/* "handshake_failure"; "unknown" when it is. */
const char *name_of_alert(uint8_t description);
bool name_is_of_alert(uint8_t description); /* whether it has one */

/* Values that clients send to keep servers tolerant (RFC 8701) mean nothing. */
bool name_is_grease(uint16_t code);

#endif
