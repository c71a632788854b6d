/* One line of the PROXY protocol. */
#include "net/haproxy.h"

static void print_ip(struct buf *out, const char *ip)
{
    struct slice text = slice_of(ip);
    buf_append_byte(out, ' ');
    buf_append(out, slice_first(text, slice_find(text, '%')));
}

void haproxy_print(struct buf *out, const struct haproxy_ends *ends)
{
    if (*ends->local_ip == '\0') {
        buf_append_text(out, "PROXY UNKNOWN\r\n");
        return;
    }
    const char *from = ends->client_ip ? ends->client_ip : ends->local_ip;
    buf_append_text(out, strchr(from, ':') ? "PROXY TCP6" : "PROXY TCP4");
    print_ip(out, from);
    print_ip(out, ends->client_ip ? ends->client_ip : ends->remote_ip);
    buf_printf(out, " %u %u\r\n", ends->local_port, ends->remote_port);
}
