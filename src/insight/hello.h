/* The messages that settle what a TLS connection will be, in words: ClientHello, ServerHello, HelloRetryRequest,
 * EncryptedExtensions. A part of handshake.c, which is the one to call. */
#ifndef PEEL_INSIGHT_HELLO_H
#define PEEL_INSIGHT_HELLO_H

#include "base/buf.h"
#include "base/cursor.h"
#include "insight/handshake.h"

/* A ServerHello that asks for another ClientHello. body: the message without its header. */
bool hello_is_retry(struct cursor body);

/* Each appends what the message says, safe to print; false when the bytes do not make sense. */
bool hello_describe_client(struct cursor c, struct buf *out);
/* Remembers version and cipher in view. */
bool hello_describe_server(struct handshake_view *view, struct cursor c, struct buf *out);
bool hello_describe_encrypted_extensions(struct cursor c, struct buf *out);

#endif
