/* Filling a summary, piece by piece as things get known. Room-private. */
#ifndef PEEL_TLS_SUMMARY_FILL_H
#define PEEL_TLS_SUMMARY_FILL_H

#include "tls/summary.h"

#include <openssl/ssl.h>

/* hello: the ClientHello with its header. */
void tls_summary_note_hello(struct tls_summary *summary, struct slice hello);
/* From the check of the server's certificate, whether it was good or not; anchor may be NULL. */
void tls_summary_note_chain(struct tls_summary *summary, X509 *leaf, X509 *anchor);
/* From the connection as it stands now; what it has none of stays as it was. */
void tls_summary_note_connection(struct tls_summary *summary, SSL *ssl);

#endif
