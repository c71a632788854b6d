/* What the files behind cause.h share. Nobody else includes this. */
#ifndef PEEL_INSIGHT_CAUSE_PARTS_H
#define PEEL_INSIGHT_CAUSE_PARTS_H

#include "insight/block.h"
#include "tls/facts.h"

/* One cause of a verdict, and the certificate that it is about. */
struct certificate_case {
    struct block *block;
    const struct tls_verdict *verdict;
    const struct tls_verify_error *error;
    const struct tls_certificate *at; /* never NULL */
};

/* cause_certificate.c: the chain as far as it goes, and whom it lacks (NULL: nobody). */
void cause_show_chain(struct certificate_case *c, const char *missing);
/* The name that was asked for, and those that there are. */
void cause_show_names(struct certificate_case *c);

/* cause_rules.c */
void cause_explain_wrong_purpose(struct certificate_case *c);
void cause_explain_not_a_ca(struct certificate_case *c);
void cause_explain_constraint(struct certificate_case *c);
void cause_explain_weak(struct certificate_case *c);
void cause_explain_chain_too_long(struct certificate_case *c);
void cause_explain_revoked(struct certificate_case *c);
void cause_explain_other(struct certificate_case *c);

/* One way in which a connection failed. */
struct connection_case {
    struct block *block;
    const struct tls_breakdown *facts;
};

/* cause_connection.c: what the server could choose from. */
void cause_show_offer(struct connection_case *c);
/* The alert that ended it; nothing when none did. */
void cause_show_alert(struct connection_case *c);
/* When it happened: what, "N ms after our ClientHello, when ... was awaited". */
void cause_show_moment(struct connection_case *c, const char *what);

/* The first bytes in hexadecimal, behind what they are; nothing where there are none. */
void cause_show_bytes(struct connection_case *c, const char *what);
/* Which change of the ClientHello would help, or whether it is the proxy's scheme. */
void cause_fix_probe(struct connection_case *c);

/* cause_end.c */
void cause_explain_closed(struct connection_case *c);
void cause_explain_reset(struct connection_case *c);
void cause_explain_silent(struct connection_case *c);
void cause_explain_no_close_notify(struct connection_case *c);

/* cause_client.c */
void cause_explain_client_cert_wanted(struct connection_case *c);
void cause_explain_client_cert_refused(struct connection_case *c);

/* cause_options.c: the command without the options to which it may be due, if there are any. */
void cause_fix_options(struct connection_case *c);
void cause_explain_nothing_to_offer(struct connection_case *c);
void cause_explain_version_range(struct connection_case *c);

/* cause_answer.c */
void cause_explain_legacy_renegotiation(struct connection_case *c);
void cause_explain_weak_key_exchange(struct connection_case *c);
void cause_explain_weak_signature(struct connection_case *c);
void cause_explain_alpn_refused(struct connection_case *c);
void cause_explain_wrong_alpn(struct connection_case *c);
void cause_explain_wrong_cipher(struct connection_case *c);
void cause_explain_wrong_pin(struct connection_case *c);
void cause_explain_bad_staple(struct connection_case *c);
void cause_explain_stapled_revocation(struct connection_case *c);
void cause_explain_broken_rules(struct connection_case *c);

#endif
