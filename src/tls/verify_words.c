/* What is wrong with a certificate, in words and with what to do about it. Turning the check off is never proposed. */
#include "base/escape.h"
#include "base/mem.h"
#include "tls/certificate.h"
#include "tls/verify.h"

#include <openssl/x509v3.h>

enum {
    WORDS_MAX = 900,
    FAULTS_SHOWN = 3,
    NAMES_SHOWN = 8,
    NAME_SHOWN_BYTES = 72,
};

/* What the words about one fault are made of. */
struct fault_case {
    const struct tls_fault *fault;
    const struct tls_verify *verify;
};

static void append_name(struct buf *out, const X509_NAME *name)
{
    char raw[512];
    char shown[160];
    buf_append_text(out, escape_into(shown, sizeof shown, slice_of(tls_certificate_name(name, raw, sizeof raw))));
}

static void append_subject(struct buf *out, const struct tls_fault *fault)
{
    append_name(out, X509_get_subject_name(fault->certificate));
}

/* "it", which is the server's own certificate, or which one above that. */
static void append_which(struct buf *out, const struct tls_fault *fault)
{
    if (fault->depth == 0) {
        buf_append_text(out, "it");
        return;
    }
    buf_printf(out, "the certificate above it (%d, ", fault->depth);
    append_subject(out, fault);
    buf_append_text(out, ")");
}

static const char *trust_option(const struct fault_case *c)
{
    return c->verify->proxy ? "--proxy-cacert" : "--cacert";
}

/* Where it was looked for, and how much there is. */
static void append_trust(struct buf *out, const struct fault_case *c)
{
    struct buf words = {0}, problem = {0};
    tls_trust_count(c->verify->trust, &words, &problem);
    buf_printf(out, " [trust: %s]", buf_text(&words));
    buf_done(&words);
    buf_done(&problem);
}

static void say_self_signed(struct buf *out, const struct fault_case *c)
{
    if (c->fault->depth == 0)
        buf_append_text(out, "it is self-signed (subject: ");
    else
        buf_append_text(out, "its chain ends in a self-signed certificate that is not trusted here (subject: ");
    append_subject(out, c->fault);
    buf_printf(out, "); if you trust that, keep it in a file and use %s FILE", trust_option(c));
    append_trust(out, c);
}

static void say_no_issuer(struct buf *out, const struct fault_case *c)
{
    X509 *certificate = c->fault->certificate;
    buf_append_text(out, "the issuer of ");
    append_which(out, c->fault);
    buf_append_text(out, " was not sent and is not in the trust store: ");
    append_name(out, X509_get_issuer_name(certificate));
    struct buf aia = {0};
    if (tls_certificate_append_aia(certificate, &aia))
        buf_printf(out, " (its address: %s)", buf_text(&aia));
    buf_done(&aia);
    buf_printf(out, "; the server should send it, or use %s FILE", trust_option(c));
    append_trust(out, c);
}

static void say_expired(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_append_text(out, " has expired: ");
    tls_certificate_append_when(out, X509_get0_notAfter(c->fault->certificate));
    if (c->fault->depth == 0) {
        buf_append_text(out, " (subject: ");
        append_subject(out, c->fault);
        buf_append_text(out, ")");
    }
}

static void say_not_yet_valid(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_append_text(out, " is not yet valid: from ");
    tls_certificate_append_when(out, X509_get0_notBefore(c->fault->certificate));
    buf_append_text(out, "; is the clock right?");
}

static void say_other_name(struct buf *out, const struct fault_case *c)
{
    struct tls_names names = tls_names_of(c->fault->certificate);
    char host[80];
    escape_into(host, sizeof host, slice_of(c->verify->host));
    if (names.n == 0) {
        buf_printf(out, "it has no subjectAltName that could be %s; a common name does not count (subject: ", host);
        append_subject(out, c->fault);
        buf_append_text(out, ")");
    } else {
        buf_printf(out, "it is not for %s%s but for ", c->verify->is_ip ? "the address " : "", host);
    }
    for (size_t i = 0; i < names.n && i < NAMES_SHOWN; i++) {
        char shown[NAME_SHOWN_BYTES];
        buf_printf(out, "%s%s", i > 0 ? ", " : "", escape_into(shown, sizeof shown, slice_of(names.list[i])));
    }
    if (names.n > NAMES_SHOWN)
        buf_printf(out, " and %zu more", names.n - NAMES_SHOWN);
    tls_names_done(&names);
}

static void say_purpose(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_append_text(out, " is not made for this purpose: its (extended) key usage does not allow ");
    buf_append_text(out, c->fault->depth == 0 ? "a TLS server" : "signing the certificates of TLS servers");
}

static void say_not_ca(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_append_text(out, c->fault->x509 == X509_V_ERR_PATH_LENGTH_EXCEEDED
                             ? " allows fewer certificates below it (path length exceeded)"
                             : " is no CA, yet another certificate is signed with it");
}

static void say_constrained(struct buf *out, const struct fault_case *c)
{
    bool is_permitted = c->fault->x509 == X509_V_ERR_PERMITTED_VIOLATION;
    buf_append_text(out, "a CA above ");
    append_which(out, c->fault);
    buf_printf(out, " may not sign for such names: name constraint, %s",
               is_permitted ? "outside the permitted subtree" : "inside an excluded subtree");
}

static void say_weak(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    if (c->fault->x509 == X509_V_ERR_CA_MD_TOO_WEAK) {
        int digest = NID_undef;
        X509_get_signature_info(c->fault->certificate, &digest, NULL, NULL, NULL);
        buf_printf(out, " is signed with a digest that is too weak (%s)",
                   digest == NID_undef ? "?" : OBJ_nid2sn(digest));
    } else {
        buf_printf(out, " has a key that is too weak (%d bits)",
                   EVP_PKEY_get_bits(X509_get0_pubkey(c->fault->certificate)));
    }
}

void tls_fault_append_since(struct buf *out, const struct tls_fault *fault)
{
    X509_REVOKED *entry = NULL;
    const ASN1_TIME *since = NULL;
    if (!fault->crl)
        return;
    if (fault->x509 == X509_V_ERR_CERT_REVOKED && X509_CRL_get0_by_cert(fault->crl, &entry, fault->certificate) == 1)
        since = X509_REVOKED_get0_revocationDate(entry);
    else if (fault->x509 == X509_V_ERR_CRL_HAS_EXPIRED)
        since = X509_CRL_get0_nextUpdate(fault->crl);
    if (since)
        tls_certificate_append_when(out, since);
}

static void append_since(struct buf *out, const char *before, const struct tls_fault *fault)
{
    struct buf since = {0};
    tls_fault_append_since(&since, fault);
    if (since.len > 0)
        buf_printf(out, "%s%s", before, buf_text(&since));
    buf_done(&since);
}

static void say_revoked(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_append_text(out, " was revoked by its issuer");
    append_since(out, ": ", c->fault);
    buf_append_text(out, " (--crlfile)");
}

static void say_no_list(struct buf *out, const struct fault_case *c)
{
    buf_append_text(out, "whether ");
    append_which(out, c->fault);
    buf_append_text(out, " was revoked is not known: --crlfile has no list of ");
    append_name(out, X509_get_issuer_name(c->fault->certificate));
}

static void say_old_list(struct buf *out, const struct fault_case *c)
{
    buf_append_text(out, "the revocation list of ");
    append_name(out, X509_get_issuer_name(c->fault->certificate));
    buf_append_text(out, " in --crlfile is out of date");
    append_since(out, ": a new one was due ", c->fault);
}

static void say_openssls_words(struct buf *out, const struct fault_case *c)
{
    append_which(out, c->fault);
    buf_printf(out, ": %s", X509_verify_cert_error_string(c->fault->x509));
}

static const struct {
    int x509;
    void (*say)(struct buf *, const struct fault_case *);
} sentences[] = {
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, say_self_signed},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, say_self_signed},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, say_no_issuer},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, say_no_issuer},
    {X509_V_ERR_CERT_HAS_EXPIRED, say_expired},
    {X509_V_ERR_CERT_NOT_YET_VALID, say_not_yet_valid},
    {X509_V_ERR_HOSTNAME_MISMATCH, say_other_name},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, say_other_name},
    {X509_V_ERR_INVALID_PURPOSE, say_purpose},
    {X509_V_ERR_INVALID_CA, say_not_ca},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, say_not_ca},
    {X509_V_ERR_PERMITTED_VIOLATION, say_constrained},
    {X509_V_ERR_EXCLUDED_VIOLATION, say_constrained},
    {X509_V_ERR_CERT_REVOKED, say_revoked},
    {X509_V_ERR_UNABLE_TO_GET_CRL, say_no_list},
    {X509_V_ERR_CRL_HAS_EXPIRED, say_old_list},
    {X509_V_ERR_EE_KEY_TOO_SMALL, say_weak},
    {X509_V_ERR_CA_KEY_TOO_SMALL, say_weak},
    {X509_V_ERR_CA_MD_TOO_WEAK, say_weak},
};

/* Whose issuer lacks, as a box on the way signs what it opens. */
static void say_inspected(struct buf *out, const struct fault_case *c)
{
    buf_append_text(out, "it looks as if an inspection box or program on the way made it: the issuer of ");
    append_which(out, c->fault);
    buf_append_text(out, " is ");
    append_name(out, X509_get_issuer_name(c->fault->certificate));
    buf_printf(out,
               "; if that is yours to trust, get its certificate from those who run it and use %s FILE [trust: %s]",
               trust_option(c), tls_trust_words(c->verify->trust));
}

static void append_fault(struct buf *out, const struct fault_case *c)
{
    if (tls_fault_cause(c->fault) == CAUSE_INSPECTION) {
        say_inspected(out, c);
        return;
    }
    for (size_t i = 0; c->fault->certificate && i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].x509 == c->fault->x509) {
            sentences[i].say(out, c);
            return;
        }
    say_openssls_words(out, c);
}

void tls_verify_words(struct buf *out, const struct tls_faults *faults, const struct tls_verify *verify)
{
    struct buf words = {0};
    char host[200];
    buf_printf(&words, "certificate of %s: ", escape_into(host, sizeof host, slice_of(verify->where)));
    for (size_t i = 0; i < faults->n && i < FAULTS_SHOWN; i++) {
        struct fault_case c = {&faults->list[i], verify};
        buf_append_text(&words, i > 0 ? "; also, " : "");
        append_fault(&words, &c);
    }
    /* All is escaped by now; this only cuts, at a whole character. */
    char shown[WORDS_MAX + 1];
    buf_append_text(out, escape_into(shown, sizeof shown, buf_slice(&words)));
    buf_done(&words);
}
