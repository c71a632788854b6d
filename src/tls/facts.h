/* What tls/ tells through base/trace.h: facts in plain data, so that no subscriber need touch an SSL. All pointers are
 * valid during the call only; text from the peer is raw, not escaped. */
#ifndef PEEL_TLS_FACTS_H
#define PEEL_TLS_FACTS_H

#include "base/cause.h"
#include "base/slice.h"

#include <stdint.h>

/* TRACE_TLS_OFFER */
struct tls_offer {
    struct slice server_name; /* the SNI; empty: none is sent */
    bool is_name_chosen;      /* --sni said so */
    const char *host;         /* for which the certificate is verified */
    const struct slice *alpn;
    size_t n_alpn;
    const char *trust; /* what verifies: "/etc/ssl/certs (system store)", "ca.pem (--cacert)", ... */
    /* Of our own certificate, NULL when there is none. */
    const char *own_subject, *own_issuer;
};

enum tls_message_kind {
    TLS_MESSAGE_HANDSHAKE, /* bytes: the handshake message with its four-byte header (RFC 8446 section 4) */
    TLS_MESSAGE_ALERT,     /* bytes: level and description (RFC 8446 section 6) */
    TLS_MESSAGE_CCS,       /* bytes: 01 */
};

/* A record's header as it travelled (RFC 8446 section 5.1). */
struct tls_record {
    uint8_t type;
    uint16_t version;
    uint16_t len; /* of what follows the header */
};

/* TRACE_TLS_MESSAGE: one message, decrypted */
struct tls_message {
    bool is_sent;
    enum tls_message_kind kind;
    uint16_t version; /* 0x0303 is TLS 1.2, 0x0304 TLS 1.3; before ServerHello what the record said */
    struct slice bytes;
    uint64_t since_hello_us; /* since our first ClientHello was made; 0 for that */
    /* The records that came or went since the message before, the last holding the end of this one; none when it shares
     * its record with that message. Of very many only the first TLS_RECORDS_KEPT are at hand. */
    const struct tls_record *records;
    size_t n_records;
};

enum {
    TLS_RECORDS_KEPT = 16
};

struct tls_certificate {
    char subject[512]; /* RFC 2253-like, curl's look: "C=US; O=...; CN=..." */
    char issuer[512];
    char not_before[64]; /* "Oct  1 00:00:00 2026 GMT" */
    char not_after[64];
    char from[24]; /* the same as RFC 3339 has it: "2026-10-01T00:00:00Z"; empty for a time that is none */
    char until[24];
    int64_t left_s;   /* seconds until it ends; negative: since it ended */
    int64_t starts_s; /* seconds until it is valid; negative: since it is */
    char key[32];     /* "EC 256", "RSA 2048" */
    char digest[16];  /* of its signature, "SHA256"; empty: the signature has none of its own (Ed25519) */
    /* In bits, as OpenSSL's security levels count them. */
    int key_strength, signature_strength;
    char aia[200]; /* where its issuer's certificate can be fetched, escaped; empty when it does not say */
    bool is_self_issued;
    int path_length; /* how many authorities may stand below it; -1: it does not say */
    /* What it is made for, as RFC 5280 sections 4.2.1.3 and 4.2.1.12 name it: "digitalSignature, keyCertSign",
     * "serverAuth, 1.2.3.4". Empty where it does not say: for everything. */
    char key_usage[160], extended_key_usage[200];
    char limits[200];    /* the names that it may sign for: "DNS:a.example, not DNS:b.a.example"; escaped; empty: all */
    unsigned n_scts;     /* Certificate Transparency timestamps inside (RFC 6962 section 3.3) */
    int64_t sct_s;       /* the latest of them, Unix seconds */
    int64_t first_sct_s; /* the earliest */
};

/* Whole days, rounded down: 0 on the last day, and negative as soon as it has ended. */
static inline int tls_days(int64_t seconds)
{
    enum {
        DAY_S = 86400
    };
    return (int)(seconds / DAY_S) - (seconds % DAY_S < 0 ? 1 : 0);
}

enum {
    TLS_MAX_VERIFY_ERRORS = 16,
    TLS_MAX_CHAIN = 12,
};

struct tls_verify_error {
    int depth;        /* position in the chain, 0 is the server's own */
    int x509;         /* X509_V_ERR_* */
    const char *text; /* OpenSSL's words */
    enum cause cause;
    char since[80]; /* when it was revoked, or the list ended: "Oct  1 00:00:00 2026 GMT, 12 days ago"; else empty */
};

/* TRACE_TLS_CERTIFICATE, TRACE_TLS_REFUSED, TRACE_TLS_RESUMED: the certificate and what verification said of it */
struct tls_verdict {
    const char *where; /* "HOST:PORT", "proxy HOST:PORT" */
    const char *host;  /* as it was asked for */
    const char *proxy; /* "HOST:PORT" of a proxy on the way; NULL: it is the origin */
    const struct tls_certificate *leaf;
    const struct tls_certificate *chain; /* as far as it could be built, the leaf first; depths count in it */
    const struct slice *ders;            /* each of them as it is encoded; empty when that failed */
    size_t n_chain;                      /* at most TLS_MAX_CHAIN */
    size_t n_sent;                       /* certificates the server sent */
    const char *const *names;            /* subjectAltName entries: "DNS:a.example", "IP:192.0.2.1" */
    size_t n_names;
    const char *matched_name;  /* the name that matched, NULL if none did or verification is off */
    const char *anchor;        /* subject of the trust anchor, NULL when none was found */
    const char *trust;         /* as in tls_offer, but what in fact held the anchor */
    const char *store;         /* all that certificates are trusted from, and how many each place holds */
    const char *store_problem; /* a sentence, when a place is not there or holds none; NULL: all is well */
    size_t n_trusted;          /* certificates in all these places */
    struct tls_verify_error errors[TLS_MAX_VERIFY_ERRORS];
    size_t n_errors;
    /* --aia: what came of asking for an issuer, in words for behind "AIA: ADDRESS, "; NULL: nobody asked. Escaped. */
    const char *issuer_finding;
    bool is_issuer_found; /* ... and whether the chain is complete with what was fetched */
    bool is_ignored;      /* -k: the errors did not end the handshake */
    /* thisUpdate of a staple that is proven and was made later than this machine believes it is, RFC 3339; NULL: none
     */
    const char *stapled_later;
};

/* What a stapled OCSP response (RFC 6960) says of the server's certificate, or why it says nothing. */
enum tls_staple_status {
    TLS_STAPLE_NONE, /* the server sent none */
    TLS_STAPLE_GOOD,
    TLS_STAPLE_REVOKED,
    TLS_STAPLE_UNKNOWN,      /* whoever made the response does not know the certificate */
    TLS_STAPLE_STALE,        /* a newer one was due */
    TLS_STAPLE_EARLY,        /* not yet valid: made later than this machine's clock says */
    TLS_STAPLE_OTHER,        /* about another certificate */
    TLS_STAPLE_WRONG_SIGNER, /* not signed by the issuer or somebody of the issuer's */
    TLS_STAPLE_UNCHECKED,    /* the issuer is not known here, so nothing can be proved */
    TLS_STAPLE_NO_ANSWER,    /* the responder gave the server none */
    TLS_STAPLE_UNREADABLE,   /* it cannot be decoded */
    TLS_STAPLE_STATUSES,
};

/* Whether it is about this certificate, and from whom its issuer lets speak of it. */
static inline bool tls_staple_is_proven(enum tls_staple_status status)
{
    return status >= TLS_STAPLE_GOOD && status <= TLS_STAPLE_EARLY;
}

/* A word for programs, which never changes: "none", "good", "revoked", "unknown", "stale", "not-yet-valid",
 * "other-certificate", "wrong-signer", "unchecked", "no-answer", "unreadable". */
const char *tls_staple_id(enum tls_staple_status status);

/* TRACE_TLS_STAPLE: asked for wherever somebody listens to this. Not told of a resumed session, in which the server
 * shows no certificate. Texts are empty where nothing is known,
 * and mere claims where the response is not proven. */
struct tls_staple {
    enum tls_staple_status status;
    bool is_demanded;    /* --cert-status: anything but GOOD ends the handshake */
    char from[24];       /* thisUpdate, as RFC 3339 has it */
    char until[24];      /* nextUpdate */
    char revoked[24];    /* since then; also where the response is stale */
    char reason[32];     /* "keyCompromise" (RFC 5280 section 5.3.1) */
    char responder[512]; /* the name of who signed it, as in tls_certificate; else the hash of that one's key */
    char detail[64];     /* NO_ANSWER: "trylater"; WRONG_SIGNER: OpenSSL's words */
};

/* TRACE_TLS_FAILED: a connection ended by a fault that is not the certificate's. Nothing of it is escaped. */
struct tls_breakdown {
    enum cause cause;
    int code;                      /* enum peel_code */
    const char *where;             /* as in tls_verdict, and */
    const char *host, *proxy;      /* ... these too */
    const char *text;              /* what struct error says, escaped */
    struct slice server_name;      /* the SNI that was sent; empty: none */
    bool is_name_chosen;           /* --sni said so */
    bool is_established;           /* the handshake had been over */
    int alert;                     /* the peer's, by its number, of whatever level; -1: none came */
    bool is_hello_sent;            /* the socket took something of our ClientHello */
    uint64_t after_us;             /* since that was made */
    const char *awaited;           /* the handshake message that did not come; NULL after the handshake */
    uint64_t n_received;           /* bytes of the peer */
    size_t record_came;            /* in the handshake, of these those of a record that is not whole; and */
    size_t record_len;             /* ... how many it has; 0: not even its header is whole */
    struct slice first;            /* the first of them; after the handshake, of a record that was refused */
    const char *protocol;          /* what they look like when they are no TLS: "it speaks SSH"; else NULL */
    int answered_version;          /* of the ServerHello; -1: there was none */
    int dh_bits, group, signature; /* what it chose in the key exchange, as in tls/chosen.h; 0: it did not say */
    int suite;                     /* the cipher suite of the ServerHello; -1: there was none */
    const char *cipher;            /* OpenSSL's name of it; NULL when it does not know it, or it protects nothing */
    bool is_stapled;               /* an OCSP response came, good or not */
    const char *pin;               /* of the server's key, "sha256//..."; NULL where that is not what was wrong */
    int version_min, version_max;
    size_t n_ciphers; /* offered */
    /* The user's own to which it may be due, as they narrow the offer: "--tls-max 1.2 and --ciphers"; empty: none. */
    const char *options;
    const struct slice *alpn;
    size_t n_alpn;
    bool is_certificate_asked, has_certificate;
    const struct tls_certificate *own; /* our certificate; NULL when there is none */
    const char *const *issuers;        /* that the server accepts for a client certificate */
    size_t n_issuers;                  /* shown here, and */
    size_t n_issuers_more;             /* ... as many again are not */
    bool is_own_listed;                /* one of all these made our certificate, or one of the chain sent behind it */
};

enum tls_resumption {
    TLS_SESSION_UNUSED,  /* nothing was to be resumed */
    TLS_SESSION_UNKNOWN, /* a file was read, and has none for this server that stands under the same trust */
    TLS_SESSION_EXPIRED, /* there was one */
    TLS_SESSION_UNTAKEN, /* there is one, and what is used once could not be taken out of its file */
    TLS_SESSION_OFFERED, /* and the server declined it */
    TLS_SESSION_RESUMED,
};

/* TRACE_TLS_ESTABLISHED */
struct tls_facts {
    const char *version;  /* "TLSv1.3" */
    const char *cipher;   /* "TLS_AES_256_GCM_SHA384" */
    const char *group;    /* "x25519", NULL when there is none */
    const char *key_type; /* "RSA", "ECDSA", "ED25519": of the server's certificate */
    int key_bits;
    struct slice alpn; /* empty: the server picked none */
    bool is_resumed;
    enum tls_resumption resumption;
    unsigned round_trips; /* of the handshake: 1, or 2 (TLS 1.2, HelloRetryRequest) */
    uint64_t cpu_us;      /* CPU time spent in handshake calls */
};

#endif
