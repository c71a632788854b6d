/* A certificate, or one above it, that breaks a rule of its own or of its authority's. */
#include "insight/cause_parts.h"
#include "insight/subject.h"

#include "base/mem.h"

void cause_explain_wrong_purpose(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(
        c->block, "cause",
        "The certificate of \"%s\" is made for something else: its (extended) key usage does not allow a TLS server.",
        subject);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a certificate with the extended key usage serverAuth");
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
    block_say(c->block, "cause", "An authority in the chain may sign only for certain names, and %s is not among them.",
              c->block->place->host);
    cause_show_chain(c, NULL);
    cause_show_names(c);
    block_say(c->block, "fix", "server: a certificate from an authority that may sign for this name");
}

void cause_explain_weak(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(
        c->block, "cause",
        "The certificate of \"%s\" (%s) is weaker than OpenSSL's security level 2 allows: RSA keys under 2048 bits, "
        "curves under 224 bits, and signatures by SHA-1 or MD5 are refused (%s).",
        subject, c->at->key, c->error->text);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a new key (EC 256, or RSA 2048 and up), a certificate signed by SHA-256");
    block_say(c->block, "fix", "until then, for this server alone and only if what you fetch needs no protection:");
    block_command(c->block, "", "--ciphers DEFAULT@SECLEVEL=1", c->block->place->url);
    mem_free(subject);
}

void cause_explain_chain_too_long(struct certificate_case *c)
{
    block_say(c->block, "cause", "The chain of certificates is longer than allowed: %s.", c->error->text);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: send the leaf and the intermediates that lead to a root, and nothing else");
}

void cause_explain_revoked(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(c->block, "cause",
              "The certificate of \"%s\" was revoked by its authority: its key may be in the hands of others.",
              subject);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a new certificate with a new key");
    mem_free(subject);
}

void cause_explain_other(struct certificate_case *c)
{
    block_say(c->block, "cause", "OpenSSL says of certificate %d: %s.", c->error->depth, c->error->text);
    cause_show_chain(c, NULL);
    block_say(c->block, "fix", "server: a certificate that passes 'openssl verify'");
}
