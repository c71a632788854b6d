/* The messages that settle what a TLS connection will be, in words: ClientHello, ServerHello, HelloRetryRequest,
 * EncryptedExtensions. A part of handshake.c, which is the one to call. */
#ifndef PEEL_INSIGHT_HELLO_H
#define PEEL_INSIGHT_HELLO_H

#include "base/buf.h"
#include "base/cursor.h"
#include "insight/handshake.h"

/* Extensions, RFC 8446 section 4.2; some are looked for in other messages too. */
enum extension_type {
    EXT_SERVER_NAME = 0,
    EXT_STATUS_REQUEST = 5,
    EXT_ALPN = 16,
    EXT_SESSION_TICKET = 35,
    EXT_PRE_SHARED_KEY = 41,
    EXT_EARLY_DATA = 42,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_KEY_SHARE = 51,
};

/* A ServerHello that asks for another ClientHello. body: the message without its header. */
bool hello_is_retry(struct cursor body);

/* Each appends what the message says, safe to print; false when the bytes do not make sense. */
bool hello_describe_client(struct cursor c, struct buf *out);
/* Remembers version and cipher in view. */
bool hello_describe_server(struct handshake_view *view, struct cursor c, struct buf *out);
bool hello_describe_encrypted_extensions(struct cursor c, struct buf *out);

#endif
