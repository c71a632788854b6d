/* A peer that ended the connection, or let it end, without a word, or with one that says little. */
#include "insight/cause_parts.h"
#include "insight/names.h"

#include <inttypes.h>

/* What had come: it tells whether anybody heard us. */
static void show_received(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    struct buf text = {0};
    buf_printf(&text, "%" PRIu64 " bytes received", f->n_received);
    if (f->protocol)
        buf_append_text(&text, ", which are no TLS");
    if (f->alert >= 0)
        buf_printf(&text, ", an alert among them: %d %s", f->alert, name_of_alert((uint8_t)f->alert));
    if (f->record_len > 0)
        buf_printf(&text, ", the last record not whole: %zu of its %zu bytes", f->record_came, f->record_len);
    else if (f->record_came > 0)
        buf_printf(&text, ", the last record not whole: %zu of the 5 bytes of its header", f->record_came);
    block_say(c->block, "evidence", "%s", buf_text(&text));
    buf_done(&text);
}

/* All that the three have in common. */
static void show_end(struct connection_case *c, const char *what)
{
    const char *through = c->block->place->through;
    cause_show_moment(c, what);
    show_received(c);
    cause_show_offer(c);
    if (through)
        block_say(c->block, "evidence", "on the way: the proxy %s, which may be the one that did it", through);
    cause_fix_probe(c);
    if (through)
        block_command_without(c->block, "whether it is that proxy:", "--noproxy '*'", "proxy proxy1.0 proxytunnel");
}

static const char *why_closed(const struct tls_breakdown *f)
{
    if (f->n_received == 0)
        return "The connection was closed without a single byte: a filter on the way does not like the server name, or "
               "what listens there speaks no TLS, or has no certificate to show.";
    if (f->alert >= 0)
        return "The server speaks TLS and ended the handshake on purpose: it said so by an alert that is no error, and "
               "does not say why. Its log may.";
    return "The server, or something on the way, closed the connection in the middle of the handshake.";
}

void cause_explain_closed(struct connection_case *c)
{
    block_say(c->block, "cause", "%s", why_closed(c->facts));
    show_end(c, c->facts->alert == 0 ? "closed (close_notify)" : "closed (FIN)");
}

void cause_explain_reset(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        c->facts->n_received == 0
            ? "The connection was reset: a firewall or filter on the way refuses it, or the server crashed."
            : "The connection was reset after the server had begun to answer: it crashed, or a firewall or filter "
              "on the way does not like the answer.");
    show_end(c, "reset (RST)");
}

void cause_explain_silent(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        c->facts->n_received == 0
            ? "TCP stands, but then nothing more came: a filter swallows the ClientHello, the service is hung, or "
              "it is one that waits for the client to speak another protocol."
            : "The server began to answer, and then nothing more came: the service is hung, or the rest is lost on "
              "the way, as large packets are where a box does not let them through.");
    show_end(c, "nothing more, up to");
}

void cause_explain_no_close_notify(struct connection_case *c)
{
    block_say(c->block, "cause",
              "The length of the body is told only by the end of the connection, and the end came without TLS's "
              "close_notify: whether anything was cut off, nobody can know.");
    block_say(c->block, "fix", "server: send Content-Length or chunks, and close_notify at the end");
}
