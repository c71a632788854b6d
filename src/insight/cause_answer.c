/* A server that answered, in a way that cannot be accepted. */
#include "insight/cause_parts.h"
#include "insight/names.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>

static const char *url_of(const struct connection_case *c)
{
    return c->block->place->url;
}

void cause_explain_legacy_renegotiation(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "The server cannot do secure renegotiation (RFC 5746, from 2010). Without it an attacker on the way can put "
        "a request of his own before yours, so OpenSSL 3 refuses.");
    block_say(c->block, "evidence", "its ServerHello is without the extension renegotiation_info");
    block_say(c->block, "fix", "server: update it, or what stands before it");
    block_command(c->block, "if you trust the way to it:", "--tls-legacy-server", url_of(c));
}

/* A prime of 1024 bits has 80 bits of strength, which is what level 1 asks for. */
static void fix_prime(struct connection_case *c)
{
    char options[40];
    snprintf(options, sizeof options, "--ciphers DEFAULT@SECLEVEL=%d", c->facts->dh_bits >= 1024 ? 1 : 0);
    block_say(c->block, "fix", "server: a larger group (nginx: ssl_dhparam, of 2048 bits and up), or better ECDHE");
    block_command(c->block, "without that key exchange:", "--ciphers 'DEFAULT:!DHE'", url_of(c));
    block_command(c->block, "if it has no other, and what you fetch needs no protection:", options, url_of(c));
}

void cause_explain_weak_key_exchange(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    char name[NAME_SIZE], size[40] = "";
    if (f->group > 0) {
        block_say(c->block, "cause",
                  "The server picked %s for the key exchange, though it was not offered: curves under 224 bits are too "
                  "weak.",
                  name_of_group(name, (uint16_t)f->group));
    } else {
        if (f->dh_bits > 0)
            snprintf(size, sizeof size, ": %d bits", f->dh_bits);
        block_say(c->block, "cause",
                  "The server's Diffie-Hellman group is too small%s. Who records the connection can break such ones; "
                  "OpenSSL's security level 2, Debian's default, wants 2048 bits.",
                  size);
    }
    if (f->suite >= 0)
        block_say(c->block, "evidence", "the cipher that it picked: %s", name_of_suite(name, (uint16_t)f->suite));
    if (f->group == 0) {
        fix_prime(c);
        return;
    }
    block_say(c->block, "fix", "server: pick from the client's list, which has x25519 and P-256");
    block_command(c->block, "without that key exchange:", "--ciphers 'DEFAULT:!ECDHE'", url_of(c));
}

void cause_explain_weak_signature(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    char name[NAME_SIZE];
    block_say(c->block, "cause",
              "The server signs its part of the handshake with %s, though that was not offered: such signatures can be "
              "forged. It is old.",
              f->signature > 0 ? name_of_signature(name, (uint16_t)f->signature) : "SHA-1 or MD5");
    cause_show_moment(c, "refused");
    block_say(c->block, "fix", "server: update its TLS library");
    block_command(c->block, "if what you fetch needs no protection:", "--ciphers DEFAULT@SECLEVEL=0", url_of(c));
}

/* What the error says behind whose it is. */
static const char *reason_of(const struct connection_case *c)
{
    static const char label[] = "TLS handshake: ";
    const char *text = c->facts->text;
    size_t n = strlen(c->facts->where);
    if (strncmp(text, c->facts->where, n) != 0 || strncmp(text + n, ": ", 2) != 0)
        return text;
    text += n + 2;
    return strncmp(text, label, sizeof label - 1) == 0 ? text + sizeof label - 1 : text;
}

void cause_explain_alpn_refused(struct connection_case *c)
{
    bool has_offered = c->facts->n_alpn > 0;
    block_say(c->block, "cause",
              has_offered ? "The server speaks none of the protocols that ALPN offered (RFC 7301 section 3.2)."
                          : "The server wants to be offered protocols by ALPN, and --no-alpn offers none.");
    cause_show_alert(c);
    cause_show_offer(c);
    block_command_without(c->block, has_offered ? "without ALPN:" : "with ALPN:", has_offered ? "--no-alpn" : "",
                          "alpn");
    if (has_offered)
        block_say(c->block, "fix",
                  "If that is no better, it speaks another protocol: HTTP/2 alone, say, which peel does not.");
}

void cause_explain_wrong_alpn(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "The server's answer to ALPN is none of the protocols in the client's list (RFC 7301 section 3.2). What it "
        "would speak after the handshake is not known.");
    block_say(c->block, "evidence", "%s", reason_of(c));
    block_say(c->block, "fix", "server: pick from the client's list, or leave ALPN out");
    block_command(c->block, "without ALPN:", "--no-alpn", url_of(c));
}

void cause_explain_wrong_cipher(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    char name[NAME_SIZE];
    block_say(c->block, "cause", "The server picked %s, which was not offered. It, or a box before it, is broken.",
              f->suite >= 0 ? name_of_suite(name, (uint16_t)f->suite) : "a cipher suite");
    cause_show_moment(c, "refused");
    cause_show_offer(c);
    block_say(c->block, "fix", "server: pick from the client's list");
    bool is_1_3 = f->suite >> 8 == 0x13;
    if (!f->cipher || is_1_3)
        return;
    char *options = mem_printf("--tls-max 1.2 --ciphers %s", f->cipher);
    block_command(c->block, "if it knows no other, offer that one:", options, url_of(c));
    mem_free(options);
}

void cause_explain_wrong_pin(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The certificate may be good, but its public key is not the one that --pinnedpubkey names: the key was "
              "changed, or somebody else answers.");
    block_say(c->block, "evidence", "%s", c->facts->text);
    block_say(c->block, "fix",
              "ask whoever runs the server, by another way than this connection, whether the key was changed");
    if (!c->facts->pin)
        return;
    char *options = mem_printf("--pinnedpubkey %s", c->facts->pin);
    block_command(c->block, "if it was, to this one:", options, url_of(c));
    mem_free(options);
}

void cause_explain_bad_staple(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "--cert-status asks for a fresh proof (an OCSP staple) that the certificate is not revoked, and there is no "
        "good one.");
    block_say(c->block, "evidence", "%s", c->facts->text);
    block_say(
        c->block, "fix",
        c->facts->is_stapled
            ? "server: fetch a new one; if that is no better, look at its clock and at the way to its authority's "
              "responder"
            : "server: switch stapling on (nginx: ssl_stapling on; apache: SSLUseStapling on)");
    block_say(c->block, "fix",
              "If its authority has given up OCSP, as some have, look into its revocation list instead:");
    block_command_without(c->block, "", "--crlfile FILE", "cert-status");
}

void cause_explain_stapled_revocation(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The certificate was revoked by its authority: its key may be in the hands of others. The server itself "
              "sent the proof of it (--cert-status).");
    block_say(c->block, "evidence", "%s", c->facts->text);
    block_say(c->block, "fix",
              "server: a new certificate with a new key; until then, trust nothing that comes from it");
}

void cause_explain_broken_rules(struct connection_case *c)
{
    const char *reason = reason_of(c);
    block_say(c->block, "cause", "%c%s", toupper((unsigned char)reason[0]), reason + 1);
    cause_show_moment(c, "it happened");
    if (c->facts->is_established)
        cause_show_bytes(c, "the record that was refused begins with");
    block_say(c->block, "fix", "try again; if it stays, the server or a box on the way is broken");
    block_command(c->block, "all messages up to there:", "-vv", url_of(c));
}
