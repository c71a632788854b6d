/* What one request over TLS came to, as plain data: made of trace events (report_gather.h), shown as text, JSON or HTML
 * (report_show.h). All texts from the peer are escaped (base/escape.h), but for those inside of messages. */
#ifndef PEEL_INSIGHT_REPORT_H
#define PEEL_INSIGHT_REPORT_H

#include "base/cause.h"
#include "insight/message.h"
#include "tls/facts.h"
#include "tls/summary.h"

enum {
    REPORT_MESSAGES = 64,       /* kept of one connection; a peer may send tickets without end */
    REPORT_INSIDE = 256 * 1024, /* bytes of what they say, the same: twenty times what a handshake takes */
};

struct report_message {
    bool is_sent;
    uint64_t at_us; /* since the first ClientHello was made */
    size_t size;
    char *name;            /* "ServerHello" */
    char *says;            /* "TLS 1.3, AES-256-GCM, x25519"; may be empty */
    struct message inside; /* raw */
};

struct report_certificate {
    struct tls_certificate facts;
    char **names; /* subjectAltName: "DNS:a.example", "IP:192.0.2.1" */
    size_t n_names;
    char *pin; /* "sha256//..." */
    char *pem;
};

/* What is wrong with a certificate. */
struct report_fault {
    enum cause cause;
    int depth; /* position in the chain */
    int x509;  /* X509_V_ERR_* */
};

struct report_alert {
    bool is_known, is_sent;
    int number;
};

/* What is known of a connection's TLS: all that other requests on it share. */
struct report_tls {
    char *server_name; /* SNI; empty: none was sent */
    char *own_subject; /* of the client certificate that is at hand; empty: none is */
    bool is_established;
    unsigned round_trips;
    uint64_t cpu_us;
    struct tls_summary summary;
    struct report_message *messages;
    size_t n_messages, n_messages_more; /* more came, which are not kept */
    size_t inside_size;                 /* what the messages say takes, up to REPORT_INSIDE */
    struct report_alert alert;          /* the first that was fatal */

    struct report_certificate *chain; /* as far as it could be built, the server's own first */
    size_t n_chain, n_sent;
    char *matched_name; /* NULL: none */
    char *anchor;       /* subject of the trust anchor, the last of the chain; NULL: none */
    char *trust;        /* what verified: "ca.pem (--cacert)" */
    char *store;        /* all that is trusted: "ca.pem (--cacert, 1 certificate)"; NULL: nothing was looked up */
    size_t n_trusted;   /* certificates in that */
    bool is_remembered; /* all this is what a session that was resumed remembers: nothing of it was sent or checked */
    struct report_fault faults[TLS_MAX_VERIFY_ERRORS];
    size_t n_faults;
    bool is_ignored; /* -k: the faults did not end the handshake */
    bool has_staple; /* staple says what came of looking for one; else nobody came to look */
    struct tls_staple staple;
};

/* When each phase ended, in microseconds on the trace's clock; 0: it was not reached. */
struct report_times {
    uint64_t begun_us, resolved_us, connected_us, secured_us, first_byte_us, over_us;
};

struct report {
    uint64_t begun_unix_us; /* since 1970 */
    char *url, *scheme, *host;
    uint16_t port;
    char *address; /* empty: there was no connection */
    char *proxy;   /* "HOST:PORT" of the proxy that it went to, whose address that is; NULL: none */
    bool is_reused;
    const struct report_tls *tls; /* NULL: none was spoken; also known to later reports of the same connection */
    struct report_times times;

    int status; /* of the response; 0: none came */
    char *http_version, *hsts, *alt_svc;

    int code; /* enum peel_code */
    enum cause cause;
    char *error;       /* what is said of the code; NULL for PEEL_OK */
    struct buf blocks; /* cause, evidence and fix in lines of block.h, a block for each cause */
    int warn_days;     /* --tls-warn-days; negative: not asked for */
};

/* Zeroes and frees, but for tls. */
void report_done(struct report *report);

/* The phases of a request, one behind the other, in microseconds; those that did not take place have none. */
enum report_phase {
    PHASE_DNS,
    PHASE_TCP,
    PHASE_TLS,
    PHASE_WAIT,
    PHASE_BODY,
    PHASE_COUNT
};

struct report_span {
    bool is_there;
    bool is_failed; /* the request failed in it, and it lasts until the end */
    uint64_t from_us, len_us;
};

extern const char *const report_phase_names[PHASE_COUNT];
void report_phases(const struct report *report, struct report_span spans[PHASE_COUNT]);

/* The certificate that ends first. */
struct report_end {
    bool is_known;
    const char *subject;
    int64_t left_s; /* negative: since it ended */
};

struct report_end report_first_end(const struct report_tls *tls);
/* Whether that is within --tls-warn-days. */
bool report_is_ending(const struct report *report);
/* Whether the server sent an OCSP response. */
bool report_has_staple(const struct report_tls *tls);
/* Whether that proves that its certificate was taken back. */
bool report_is_revoked(const struct report_tls *tls);

enum report_verdict {
    REPORT_GOOD,
    REPORT_UNSURE, /* all went well, but not all was checked, or it ends soon */
    REPORT_BAD,
};

enum report_verdict report_verdict(const struct report *report);
/* Whether that is wrong with the certificate at that depth. */
bool report_has_fault(const struct report_tls *tls, size_t depth, enum cause cause);

enum report_early {
    EARLY_NOT_SENT,
    EARLY_REFUSED,
    EARLY_ACCEPTED,
};

/* Out of the messages. */
enum report_early report_early_data(const struct report_tls *tls);
bool report_certificate_asked(const struct report_tls *tls);
bool report_certificate_sent(const struct report_tls *tls);
/* The issuers that the server accepts for one, as values of a message; NULL when it did not ask. */
const struct message_field *report_accepted_issuers(const struct report_tls *tls, const struct message **request);
/* Whether none was sent where one was asked for, and the answer looks as if that were the reason. */
bool report_lacks_certificate(const struct report *report);

struct report_tickets {
    unsigned n;
    uint64_t lifetime_s, early_data; /* of the last */
};

struct report_tickets report_tickets(const struct report_tls *tls);

#endif
