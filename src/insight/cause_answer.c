/* A server that answered, in a way that cannot be accepted. */
#include "insight/cause_parts.h"

void cause_explain_legacy_renegotiation(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "The server cannot do secure renegotiation (RFC 5746, from 2010). Without it an attacker on the way can put "
        "a request of his own before yours, so OpenSSL 3 refuses.");
    block_say(c->block, "fix", "server: update it, or what stands before it");
    block_command(c->block, "if you trust the way to it:", "--tls-legacy-server", c->block->place->url);
}

void cause_explain_weak_key_exchange(struct connection_case *c)
{
    block_say(c->block, "cause", "The server's Diffie-Hellman parameters are too small (under 2048 bits).");
    cause_show_offer(c);
    block_say(c->block, "fix", "server: larger parameters, or better ECDHE");
    block_command(c->block, "without that key exchange:", "--ciphers 'DEFAULT:!DHE'", c->block->place->url);
}

void cause_explain_weak_signature(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "The server signs its part of the handshake with an algorithm that is too weak (SHA-1 or MD5): it is old.");
    cause_show_offer(c);
    block_say(c->block, "fix", "server: update its TLS library");
    block_command(c->block, "if what you fetch needs no protection:", "--ciphers DEFAULT@SECLEVEL=0",
                  c->block->place->url);
}

void cause_explain_wrong_alpn(struct connection_case *c)
{
    block_say(c->block, "cause", "%s", c->facts->text);
    block_say(c->block, "fix", "server: pick only from the client's list (RFC 7301)");
}

void cause_explain_wrong_pin(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The certificate may be good, but its public key is not the one that --pinnedpubkey names: the key was "
              "changed, or somebody else answers.");
    block_say(c->block, "evidence", "%s", c->facts->text);
    block_say(c->block, "fix",
              "ask whoever runs the server, by another way than this connection, whether the key was changed");
}

void cause_explain_bad_staple(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "--cert-status asks for a fresh proof (an OCSP staple) that the certificate is not revoked, and there is no "
        "good one.");
    block_say(c->block, "evidence", "%s", c->facts->text);
    block_say(c->block, "fix",
              "server: switch stapling on (nginx: ssl_stapling on), or see why its staple is not good");
}

void cause_explain_broken_rules(struct connection_case *c)
{
    block_say(c->block, "cause", "%s", c->facts->text);
    cause_show_moment(c, "it happened");
    block_say(c->block, "fix", "try again; if it stays, the server or a box on the way is broken:");
    block_command(c->block, "", "-vv", c->block->place->url);
}
