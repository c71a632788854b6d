/* Which versions of TLS a context offers. Room-private. */
#ifndef PEEL_TLS_VERSIONS_H
#define PEEL_TLS_VERSIONS_H

#include "tls/context_state.h"

/* From the minimum to the maximum that the settings say. Not said: 1.2 and 1.3, and with a maximum below that from 1.0
 * on. False with PEEL_SSL_CONNECT_ERROR (35) when nothing is left.
 *
 * TLS 1.0 and 1.1 need what OpenSSL's security levels above 0 forbid. Instead of going down to level 0, which would let
 * 512-bit keys and MD5 in certificates pass for every server, exactly those things are let through: the versions, and
 * within them their own signatures in the handshake. */
bool tls_versions_use(struct tls_context *context, const struct tls_settings *settings, struct error *err);

#endif
