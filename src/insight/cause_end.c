/* A peer that ended the connection, or let it end, without a word. */
#include "insight/cause_parts.h"

void cause_explain_closed(struct connection_case *c)
{
    bool is_mute = c->facts->n_received == 0;
    block_say(
        c->block, "cause",
        is_mute ? "The connection was closed without a single byte: a filter on the way does not like the server name, "
                  "or what listens there speaks no TLS, or has no certificate to show."
                : "The server, or something on the way, closed the connection in the middle of the handshake.");
    cause_show_moment(c, "closed (FIN)");
    cause_show_offer(c);
    cause_fix_probe(c);
}

void cause_explain_reset(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The connection was reset: a firewall or filter on the way refuses it, or the server crashed.");
    cause_show_moment(c, "reset (RST)");
    cause_show_offer(c);
    cause_fix_probe(c);
}

void cause_explain_silent(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        "TCP stands, but then nothing more came: a filter swallows the ClientHello, the service is hung, or it is one "
        "that waits for the client to speak another protocol.");
    cause_show_moment(c, "nothing more, up to");
    cause_show_offer(c);
    cause_fix_probe(c);
}

void cause_explain_no_close_notify(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The length of the body is told only by the end of the connection, and the end came without TLS's "
              "close_notify: whether anything was cut off, nobody can know.");
    block_say(c->block, "fix", "server: send Content-Length or chunks, and close_notify at the end");
}
