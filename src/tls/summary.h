/* What a TLS connection came to be, in a few words that outlive it: for -w. Made only for who asked. */
#ifndef PEEL_TLS_SUMMARY_H
#define PEEL_TLS_SUMMARY_H

#include "tls/fingerprint.h"

/* Empty texts for what there was not. Text from the peer is raw. */
struct tls_summary {
    char version[16]; /* "TLSv1.3" */
    char cipher[64];  /* "TLS_AES_256_GCM_SHA384" */
    char group[64];   /* "x25519" */
    char sigalg[64];  /* "ecdsa_secp256r1_sha256": of the server's signature */
    char alpn[256];   /* what ALPN picked */
    char pin[64];     /* of the server's key: "sha256//BASE64" (RFC 7469 section 2.4) */
    char anchor[512]; /* subject of the trust anchor; none in a resumed handshake, which checks no certificate */
    char ja4[TLS_JA4_SIZE];
    char days_left[16]; /* of the server's certificate, as tls_days(): "37"; "-1": it ended within a day */
    char staple[24];    /* tls_staple_id of what the server stapled; empty when it was not looked at */
    bool is_resumed;
};

#endif
