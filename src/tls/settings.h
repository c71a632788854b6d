/* What a user may say about TLS. Plain data; strings belong to whoever filled it. NULL or 0 means "not said". */
#ifndef PEEL_TLS_SETTINGS_H
#define PEEL_TLS_SETTINGS_H

#include <stdbool.h>

enum tls_version {
    TLS_VERSION_ANY,
    TLS_VERSION_1_0,
    TLS_VERSION_1_1,
    TLS_VERSION_1_2,
    TLS_VERSION_1_3,
};

/* --aia: an issuer that the server left out is fetched from where the certificate says (RFC 5280 section 4.2.2.1), */
enum tls_aia {
    TLS_AIA_OFF,
    TLS_AIA_REPORT, /* ... to be told whether it would help; */
    TLS_AIA_USE,    /* ... and used; */
    TLS_AIA_SAVE,   /* ... and the chain is wanted in place of a body. */
};

struct tls_settings {
    bool for_proxy; /* a proxy's: its sessions are never offered to an origin, nor the reverse */
    enum tls_aia aia;
    bool insecure;                /* -k */
    bool ca_native;               /* --ca-native */
    bool cert_status;             /* --cert-status */
    bool no_alpn;                 /* --no-alpn */
    bool no_session_id;           /* --no-sessionid */
    bool early_data;              /* --tls-earlydata */
    bool legacy_server;           /* --tls-legacy-server */
    char *cacert;                 /* --cacert FILE */
    char *capath;                 /* --capath DIR */
    char *crlfile;                /* --crlfile FILE */
    char *pinned_key;             /* --pinnedpubkey FILE or sha256//...;sha256//... */
    char *cert;                   /* -E FILE; the pass phrase has been split off */
    char *cert_type;              /* PEM (default), DER, P12 */
    char *key;                    /* --key FILE */
    char *key_type;               /* PEM (default), DER */
    char *pass;                   /* --pass or behind -E's colon; a secret */
    enum tls_version version_min; /* --tlsv1.0 to --tlsv1.3; ANY: 1.2 */
    enum tls_version version_max; /* --tls-max */
    char *ciphers;                /* --ciphers, TLS 1.2 */
    char *tls13_ciphers;          /* --tls13-ciphers */
    char *sigalgs;                /* --sigalgs */
    char *curves;                 /* --curves */
    char *session_file;           /* --ssl-sessions FILE */
    char *server_name;            /* --sni: an A-label; "": none is sent */
};

#endif
