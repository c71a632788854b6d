/* What crosses a connection's socket, told to whoever keeps it: one branch each when nobody does. */
#include "transfer/connection_state.h"

#include <errno.h>
#include <sys/ioctl.h>

void connection_tell(const struct connection *c, enum trace_socket_what what)
{
    connection_tell_bytes(c, what, SLICE(""));
}

void connection_tell_bytes(const struct connection *c, enum trace_socket_what what, struct slice bytes)
{
    if (!trace_wants(c->run->trace, TRACE_SOCKET))
        return;
    run_now_us(c->run); /* the event is to bear it */
    struct trace_socket told = {.what = what, .connection = c->facts.id, .bytes = bytes};
    trace_tell(c->run->trace, TRACE_SOCKET, &told);
}

void connection_tell_opened(const struct connection *c, uint64_t began_us)
{
    const struct connection_facts *facts = &c->facts;
    bool is_unix = facts->remote_ip[0] == '\0';
    struct trace_socket told = {.what = TRACE_SOCKET_OPENED,
                                .connection = facts->id,
                                .began_us = began_us,
                                .local = {facts->local_ip, facts->local_port},
                                .remote = {facts->remote_ip, is_unix ? c->dial_port : facts->remote_port},
                                .is_tls = facts->is_tls || c->proxy.host};
    trace_tell(c->run->trace, TRACE_SOCKET, &told);
}

void connection_tell_error(const struct connection *c, int error)
{
    /* EPIPE: the reset came before, and nobody read it. */
    if (error == ECONNRESET || error == EPIPE)
        connection_tell(c, TRACE_SOCKET_PEER_RESET);
}

void connection_tell_closing(const struct connection *c)
{
    int unread = 0;
    if (!trace_wants(c->run->trace, TRACE_SOCKET))
        return;
    bool is_abort = ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0;
    connection_tell(c, is_abort ? TRACE_SOCKET_ABORTED : TRACE_SOCKET_CLOSED);
}
