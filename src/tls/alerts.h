/* The names of TLS alerts. OpenSSL knows only some of them, so this is the whole list. */
#ifndef PEEL_TLS_ALERTS_H
#define PEEL_TLS_ALERTS_H

/* "handshake_failure" for 40: the name in RFC 8446 section 6.2 or, for those that TLS 1.3 has no use for, in the
 * registry "TLS Alerts"; NULL for a number that nobody has given out. */
const char *tls_alert_name(int description);

#endif
