/* -v: names resolved, connections made. */
#include "insight/verbose_state.h"

#include "base/escape.h"

#include <string.h>

static void append_family(struct verbose *v, const struct trace_resolved *r, const char *label, bool is_ipv6)
{
    const char *before = " ";
    buf_printf(&v->line, "* %s:", label);
    for (size_t i = 0; i < r->n_addresses; i++) {
        if ((strchr(r->addresses[i], ':') != NULL) != is_ipv6)
            continue;
        buf_printf(&v->line, "%s%s", before, r->addresses[i]);
        before = ", ";
    }
    if (strcmp(before, " ") == 0)
        buf_append_text(&v->line, " (none)");
    verbose_print_info(v);
}

void verbose_on_resolved(struct verbose *v, const struct trace_resolved *r)
{
    /* A numeric host resolves to itself: nothing worth a line. */
    if (!r->is_override && r->n_addresses == 1 && slice_equal(r->host, slice_of(r->addresses[0])))
        return;
    buf_append_text(&v->line, "* Host ");
    escape_append(&v->line, r->host);
    if (r->is_override)
        buf_printf(&v->line, ":%u was set by --resolve", (unsigned)r->port);
    else
        buf_printf(&v->line, ":%u was resolved in %.1f ms", (unsigned)r->port, verbose_ms(r->took_us));
    verbose_print_info(v);
    append_family(v, r, "IPv6", true);
    append_family(v, r, "IPv4", false);
}

/* Remembers whom later lines are about, and forgets what belonged to the connection before. */
static void begin_connection(struct verbose *v, const struct trace_address *a)
{
    escape_into(v->host, sizeof v->host, a->host);
    v->connection = v->stamp.connection = a->connection;
    v->stamp.has_connection = true;
    v->is_connecting = false;
    v->is_in_tls = false;
    v->is_in_head = false;
}

void verbose_on_connecting(struct verbose *v, const struct trace_address *a, uint64_t at_us)
{
    if (!v->is_connecting)
        v->connecting_since_us = at_us;
    v->is_connecting = true;
    bool is_ipv6 = strchr(a->address, ':') != NULL;
    buf_printf(&v->line, "*   Trying %s%s%s:%u...", is_ipv6 ? "[" : "", a->address, is_ipv6 ? "]" : "",
               (unsigned)a->port);
    verbose_print_info(v);
}

void verbose_on_connect_failed(struct verbose *v, const struct trace_address *a)
{
    buf_printf(&v->line, "* connect to %s port %u failed: %s", a->address, (unsigned)a->port, strerror(a->error));
    verbose_print_info(v);
}

void verbose_on_connected(struct verbose *v, const struct trace_address *a, uint64_t at_us)
{
    uint64_t took_us =
        v->is_connecting && at_us >= v->connecting_since_us ? at_us - v->connecting_since_us : a->took_us;
    begin_connection(v, a);
    buf_printf(&v->line, "* Connected to %s (%s) port %u in %.1f ms", v->host, a->address, (unsigned)a->port,
               verbose_ms(took_us));
    verbose_print_info(v);
}

void verbose_on_reused(struct verbose *v, const struct trace_address *a)
{
    begin_connection(v, a);
    buf_printf(&v->line, "* Re-using existing connection #%u with host %s", a->connection, v->host);
    verbose_print_info(v);
}
