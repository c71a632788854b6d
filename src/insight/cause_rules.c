/* A certificate, or one above it, that breaks a rule of its own or of its authority's. */
#include "insight/cause_parts.h"
#include "insight/subject.h"

#include "base/mem.h"

#include <openssl/x509_vfy.h>
#include <string.h>

/* Of both usages either may be what forbids it: the extended one does where it is there without serverAuth. */
static bool is_extended_usage_wrong(const struct tls_certificate *at)
{
    return *at->extended_key_usage && !strstr(at->extended_key_usage, "serverAuth");
}

static void show_usage(struct certificate_case *c)
{
    const struct tls_certificate *at = c->at;
    if (is_extended_usage_wrong(at))
        block_say(c->block, "evidence", "[%d] is for %s (extended key usage, RFC 5280 section 4.2.1.12)",
                  c->error->depth, at->extended_key_usage);
    else if (*at->key_usage)
        block_say(c->block, "evidence", "[%d]: its key is for %s (key usage, RFC 5280 section 4.2.1.3)",
                  c->error->depth, at->key_usage);
}

void cause_explain_wrong_purpose(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(
        c->block, "cause",
        "The certificate of \"%s\" is made for something else: its (extended) key usage does not allow a TLS server.",
        subject);
    cause_show_chain(c, NULL);
    show_usage(c);
    block_say(c->block, "fix", "server: a certificate with the %s",
              is_extended_usage_wrong(c->at) ? "extended key usage serverAuth" : "key usage digitalSignature");
    mem_free(subject);
}

void cause_explain_not_a_ca(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(c->block, "cause",
              "\"%s\" signed another certificate, but is no authority (CA:FALSE, or no right to sign).", subject);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a certificate that an authority signed, with the chain that leads to it");
    mem_free(subject);
}

void cause_explain_constraint(struct certificate_case *c)
{
    const struct tls_verdict *v = c->verdict;
    block_say(c->block, "cause", "An authority in the chain may sign only for certain names, and %s is %s.",
              c->block->place->host,
              c->error->x509 == X509_V_ERR_EXCLUDED_VIOLATION ? "expressly none of them" : "not among them");
    cause_show_chain(c, NULL);
    for (size_t i = 0; i < v->n_chain; i++)
        if (*v->chain[i].limits)
            block_say(c->block, "evidence", "[%zu] may sign for %s (name constraints, RFC 5280 section 4.2.1.10)", i,
                      v->chain[i].limits);
    cause_show_names(c);
    block_say(c->block, "fix", "server: a certificate from an authority that may sign for this name");
}

/* The highest of OpenSSL's security levels that takes something of so many bits of strength, at most 2. */
static int level_for(int strength)
{
    if (strength >= 112)
        return 2;
    return strength >= 80 ? 1 : 0;
}

/* The level at which all in the chain that is too weak would pass. */
static int level_for_all(const struct tls_verdict *v)
{
    int level = 2;
    for (size_t i = 0; i < v->n_errors; i++) {
        const struct tls_verify_error *error = &v->errors[i];
        if (error->cause != CAUSE_WEAK_CERTIFICATE || error->depth < 0 || (size_t)error->depth >= v->n_chain)
            continue;
        const struct tls_certificate *at = &v->chain[error->depth];
        bool is_signature = error->x509 == X509_V_ERR_CA_MD_TOO_WEAK;
        int needed = level_for(is_signature ? at->signature_strength : at->key_strength);
        level = needed < level ? needed : level;
    }
    return level;
}

/* "SHA-1" */
static const char *digest_of(const struct certificate_case *c)
{
    const char *name = c->at->digest;
    if (strcmp(name, "SHA1") == 0)
        return "SHA-1";
    return *name ? name : "a weak digest";
}

static void say_weak_signature(struct certificate_case *c, const char *subject)
{
    block_say(
        c->block, "cause",
        "The certificate of \"%s\" is signed with %s, and such signatures can be forged. OpenSSL's security level "
        "2, Debian's default, refuses SHA-1 and MD5.",
        subject, digest_of(c));
    cause_show_chain(c, NULL);
    block_say(c->block, "evidence", "[%d] signed by its issuer with %s", c->error->depth, digest_of(c));
    block_say(c->block, "fix", "server: the same certificate, signed anew with SHA-256");
}

static void say_weak_key(struct certificate_case *c, const char *subject)
{
    block_say(
        c->block, "cause",
        "The key of \"%s\" is too small: %s. OpenSSL's security level 2, Debian's default, wants RSA keys of 2048 "
        "bits and curves of 224 bits at least.",
        subject, c->at->key);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix",
              c->error->depth == 0 ? "server: a certificate for a new key (EC 256, or RSA 2048 and up)"
                                   : "server: a certificate from an authority with a larger key");
}

void cause_explain_weak(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    char options[40];
    snprintf(options, sizeof options, "--ciphers DEFAULT@SECLEVEL=%d", level_for_all(c->verdict));
    if (c->error->x509 == X509_V_ERR_CA_MD_TOO_WEAK)
        say_weak_signature(c, subject);
    else
        say_weak_key(c, subject);
    block_say(c->block, "fix", "until then, for this server alone and only if what you fetch needs no protection:");
    block_command(c->block, "", options, c->block->place->url);
    mem_free(subject);
}

void cause_explain_chain_too_long(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    if (c->error->x509 == X509_V_ERR_PATH_LENGTH_EXCEEDED && c->at->path_length >= 0)
        block_say(
            c->block, "cause",
            "\"%s\" may have at most %d authorit%s below it (pathlen, RFC 5280 section 4.2.1.9), and this chain has "
            "%d.",
            subject, c->at->path_length, c->at->path_length == 1 ? "y" : "ies", c->error->depth - 1);
    else
        block_say(c->block, "cause", "The chain of certificates is longer than allowed: %s.", c->error->text);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a certificate that \"%s\" has signed itself, or a chain that does without it",
              subject);
    mem_free(subject);
}

void cause_explain_revoked(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(c->block, "cause",
              "The certificate of \"%s\" was revoked by its authority: its key may be in the hands of others.",
              subject);
    cause_show_chain(c, NULL);
    if (*c->error->since)
        block_row(c->block, "evidence", "[%d] revoked %s (--crlfile)", c->error->depth, c->error->since);
    block_say(c->block, "fix",
              "server: a new certificate with a new key; until then, trust nothing that comes from it");
    mem_free(subject);
}

/* --crlfile asks for a list of each issuer in the chain. */
static void explain_list(struct certificate_case *c, const char *subject, const char *issuer)
{
    if (c->error->x509 == X509_V_ERR_CRL_HAS_EXPIRED)
        block_say(
            c->block, "cause",
            "Whether the certificate of \"%s\" was revoked is not known: the list of \"%s\" in --crlfile is out of "
            "date.",
            subject, issuer);
    else
        block_say(
            c->block, "cause",
            "Whether the certificate of \"%s\" was revoked is not known: --crlfile has no list of its issuer, \"%s\".",
            subject, issuer);
    cause_show_chain(c, NULL);
    if (*c->error->since)
        block_row(c->block, "evidence", "a new list was due %s", c->error->since);
    block_say(
        c->block, "fix",
        "get the list of \"%s\" (openssl x509 -noout -ext crlDistributionPoints shows where), as PEM, one list for "
        "each issuer in the file:",
        issuer);
    block_command(c->block, "", "--crlfile FILE", c->block->place->url);
}

static void explain_signature(struct certificate_case *c, const char *subject, const char *issuer)
{
    block_say(
        c->block, "cause",
        "The signature of the certificate of \"%s\" does not fit the key of \"%s\": it was changed after it had been "
        "signed, or another authority of the same name signed it.",
        subject, issuer);
    cause_show_chain(c, NULL);
    block_say(
        c->block, "fix",
        "server: install the certificate as its authority delivered it, with the intermediates that came with it");
}

void cause_explain_other(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    char *issuer = subject_short(c->at->issuer);
    switch (c->error->x509) {
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_CRL_HAS_EXPIRED:
        explain_list(c, subject, issuer);
        break;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        explain_signature(c, subject, issuer);
        break;
    default:
        block_say(c->block, "cause", "OpenSSL says of the certificate of \"%s\": %s.", subject, c->error->text);
        cause_show_chain(c, NULL);
        block_say(c->block, "fix", "server: a certificate that 'openssl verify' accepts");
    }
    mem_free(subject);
    mem_free(issuer);
}
