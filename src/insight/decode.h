/* TLS messages taken apart: every handshake message both ways, alerts, ChangeCipherSpec; TLS 1.3 (RFC 8446) and TLS 1.2
 * (RFC 5246 and its extensions). Pure functions of bytes, each field bounds-checked. What comes out is data
 * (message.h), for a view on a terminal as for a report. */
#ifndef PEEL_INSIGHT_DECODE_H
#define PEEL_INSIGHT_DECODE_H

#include "insight/handshake.h"
#include "insight/message.h"

/* Fills out, which is empty or was used before. view: what handshake_describe remembered of the messages up to this
 * one. A message that makes no sense is is_unreadable, with the fields that could be read before that. */
void message_decode(struct message *out, const struct handshake_view *view, const struct tls_message *message);

#endif
