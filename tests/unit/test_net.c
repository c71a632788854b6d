/* net/: addresses, the order of RFC 8305, the race over loopback, what needs no resolver. */
#include "base/buf.h"
#include "base/mem.h"
#include "net/connect.h"
#include "net/haproxy.h"
#include "net/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void addresses_come_from_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *zone, *shown; /* shown NULL: no address */
    } rows[] = {
        {"127.0.0.1", NULL, "127.0.0.1"},
        {"::1", NULL, "::1"},
        {"2001:DB8::0:10", NULL, "2001:db8::10"},
        {"fe80::1", "lo", "fe80::1%lo"},
        {"fe80::1", "1", "fe80::1%lo"},
        {"fe80::1", "no-such-interface", NULL},
        {"127.0.0.1", "lo", NULL},
        {"127.1", NULL, NULL},
        {"[::1]", NULL, NULL},
        {"example", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_addresses found = {0};
        assert_int_equal(net_address_parse(&found, rows[i].text, rows[i].zone, 443), rows[i].shown != NULL);
        if (rows[i].shown) {
            uint16_t port = 0;
            assert_string_equal(found.list[0].text, rows[i].shown);
            net_address_describe(&found.list[0].address, NULL, &port);
            assert_int_equal(port, 443);
        }
        net_addresses_done(&found);
    }
}

static void families_take_turns(void **state)
{
    (void)state;
    static const struct {
        const char *in[7], *out[7];
    } rows[] = {
        {{"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"}, {"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}},
        {{"10.0.0.1", "10.0.0.2", "::1"}, {"10.0.0.1", "::1", "10.0.0.2"}},
        {{"::1", "10.0.0.1", "10.0.0.2", "10.0.0.3"}, {"::1", "10.0.0.1", "10.0.0.2", "10.0.0.3"}},
        {{"10.0.0.1"}, {"10.0.0.1"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_addresses a = {0};
        for (size_t j = 0; rows[i].in[j]; j++)
            assert_true(net_address_parse(&a, rows[i].in[j], NULL, 1));
        net_addresses_interleave(&a);
        for (size_t j = 0; j < a.n; j++)
            assert_string_equal(a.list[j].text, rows[i].out[j]);
        net_addresses_done(&a);
    }
}

/* Waits for the answer and joins the addresses with blanks. */
static char *resolve_all(const struct net_settings *settings, const char *host, uint16_t port, struct error *err)
{
    struct resolve *r = resolve_start(settings, host, NULL, port);
    struct pollfd ready = {.fd = resolve_fd(r), .events = POLLIN};
    if (ready.fd >= 0)
        poll(&ready, 1, -1);
    struct net_addresses found = {0};
    struct buf text = {0};
    if (resolve_answer(r, &found, err))
        for (size_t i = 0; i < found.n; i++)
            buf_printf(&text, "%s%s", i > 0 ? " " : "", found.list[i].text);
    net_addresses_done(&found);
    resolve_free(r);
    return buf_take(&text);
}

static void names_that_need_no_resolver(void **state)
{
    (void)state;
    char *two[] = {"192.0.2.1", "2001:db8::1"}, *one[] = {"192.0.2.9"};
    struct net_resolve_override overrides[] = {
        {.host = "a.test", .port = 443, .addresses = one, .n_addresses = 1},
        {.host = "a.test", .port = 443, .addresses = two, .n_addresses = 2},
        {.host = "b.test", .port = 443, .addresses = one, .n_addresses = 1},
        {.host = "*", .port = 8443, .addresses = one, .n_addresses = 1},
    };
    char long_label[80], long_name[300];
    memset(long_label, 'a', sizeof long_label);
    memcpy(long_label + 64, ".test", 6);
    memset(long_name, 'a', sizeof long_name);
    for (size_t i = 50; i < 254; i += 50)
        long_name[i] = '.';
    long_name[254] = '\0';
    const struct {
        const char *host;
        uint16_t port;
        enum net_family family;
        const char *addresses, *error;
    } rows[] = {
        {"127.0.0.1", 1, NET_ANY, "127.0.0.1", NULL},
        {"::1", 1, NET_IPV6, "::1", NULL},
        {"127.0.0.1", 1, NET_IPV6, "", "IPv6 only"},
        {"::1", 1, NET_IPV4, "", "IPv4 only"},
        {"localhost", 1, NET_ANY, "::1 127.0.0.1", NULL},
        {"x.LocalHost.", 1, NET_IPV4, "127.0.0.1", NULL},
        {"A.test", 443, NET_ANY, "192.0.2.1 2001:db8::1", NULL},
        {"a.test", 443, NET_IPV6, "2001:db8::1", NULL},
        {"b.test", 443, NET_ANY, "192.0.2.9", NULL},
        {"whatever.test", 8443, NET_ANY, "192.0.2.9", NULL},
        {long_label, 443, NET_ANY, "", "too long"},
        {long_name, 443, NET_ANY, "", "host name too long"},
        {"does-not-exist.invalid", 443, NET_ANY, "", "Could not resolve host: does-not-exist.invalid"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_settings settings = {.family = rows[i].family, .resolve = overrides, .n_resolve = 4};
        struct error err = {0};
        char *found = resolve_all(&settings, rows[i].host, rows[i].port, &err);
        assert_string_equal(found, rows[i].addresses);
        assert_int_equal(err.code, rows[i].error ? PEEL_COULDNT_RESOLVE_HOST : PEEL_OK);
        if (rows[i].error)
            assert_non_null(strstr(err.text, rows[i].error));
        mem_free(found);
    }
}

static void a_removal_undoes_an_override(void **state)
{
    (void)state;
    char *one[] = {"192.0.2.9"};
    struct net_resolve_override overrides[] = {
        {.host = "localhost", .port = 80, .addresses = one, .n_addresses = 1},
        {.host = "localhost", .port = 80, .is_removal = true},
    };
    struct net_settings settings = {.resolve = overrides, .n_resolve = 1};
    struct error err = {0};
    char *found = resolve_all(&settings, "localhost", 80, &err);
    assert_string_equal(found, "192.0.2.9");
    mem_free(found);
    settings.n_resolve = 2;
    found = resolve_all(&settings, "localhost", 80, &err);
    assert_string_equal(found, "::1 127.0.0.1");
    mem_free(found);
}

static void a_lookup_can_be_left_alone(void **state)
{
    (void)state;
    struct net_settings settings = {0};
    resolve_free(resolve_start(&settings, "left-alone.invalid", NULL, 443));
    resolve_free(NULL);
}

static int listen_on_loopback(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Steps until it is over; the clock jumps to whatever is due. */
static enum race_status run_race(struct race *r, struct error *err)
{
    uint64_t now_us = 0;
    for (;;) {
        enum race_status status = race_step(r, now_us, err);
        if (status != RACE_RUNNING)
            return status;
        struct pollfd ready[4] = {0};
        int fds[4];
        size_t n = race_fds(r, fds, 4);
        assert_in_range(n, 0, 4);
        for (size_t i = 0; i < n; i++)
            ready[i] = (struct pollfd){.fd = fds[i], .events = POLLOUT};
        if (n > 0)
            poll(ready, n, race_due_us(r) == UINT64_MAX ? -1 : 50);
        if (race_due_us(r) != UINT64_MAX)
            now_us = race_due_us(r);
    }
}

static void the_proxy_line_names_both_ends(void **state)
{
    (void)state;
    static const struct {
        struct haproxy_ends ends;
        const char *line;
    } rows[] = {
        {{NULL, "192.0.2.1", "192.0.2.2", 49152, 443}, "PROXY TCP4 192.0.2.1 192.0.2.2 49152 443\r\n"},
        {{NULL, "2001:db8::1", "2001:db8::2", 1, 65535}, "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"},
        {{NULL, "fe80::1%eth0", "fe80::2%eth0", 1, 2}, "PROXY TCP6 fe80::1 fe80::2 1 2\r\n"},
        {{"192.0.2.7", "192.0.2.1", "192.0.2.2", 1, 2}, "PROXY TCP4 192.0.2.7 192.0.2.7 1 2\r\n"},
        {{"2001:db8::7", "192.0.2.1", "192.0.2.2", 1, 2}, "PROXY TCP6 2001:db8::7 2001:db8::7 1 2\r\n"},
        {{"192.0.2.7", "::1", "::1", 1, 2}, "PROXY TCP4 192.0.2.7 192.0.2.7 1 2\r\n"},
        {{NULL, "", "", 0, 0}, "PROXY UNKNOWN\r\n"},
        {{"192.0.2.7", "", "", 0, 0}, "PROXY UNKNOWN\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf line = {0};
        haproxy_print(&line, &rows[i].ends);
        assert_string_equal(buf_text(&line), rows[i].line);
        buf_done(&line);
    }
}

static void the_first_that_stands_wins(void **state)
{
    (void)state;
    uint16_t port = 0;
    int listener = listen_on_loopback(&port);
    struct net_addresses addresses = {0};
    net_address_parse(&addresses, "::1", NULL, port); /* nobody there */
    net_address_parse(&addresses, "127.0.0.1", NULL, port);
    struct race *r = race_new(&addresses, &(struct net_settings){.attempt_delay_ms = 200}, "localhost", port, NULL);
    assert_int_equal(race_size(r), 2);
    struct error err = {0};
    assert_int_equal(run_race(r, &err), RACE_WON);
    const struct net_address *winner = NULL;
    uint64_t began_us = 0;
    int fd = race_take_fd(r, &winner, &began_us);
    assert_string_equal(winner->text, "127.0.0.1");
    close(fd);
    race_free(r);
    close(listener);
}

static void the_winner_knows_when_it_began(void **state)
{
    (void)state;
    uint16_t port = 0;
    int listener = listen_on_loopback(&port);
    struct net_addresses addresses = {0};
    net_address_parse(&addresses, "127.0.0.1", NULL, port);
    struct race *r = race_new(&addresses, &(struct net_settings){.attempt_delay_ms = 200}, "localhost", port, NULL);
    struct error err = {0};
    if (race_step(r, 7, &err) == RACE_RUNNING)
        assert_int_equal(run_race(r, &err), RACE_WON);
    const struct net_address *winner = NULL;
    uint64_t began_us = 0;
    close(race_take_fd(r, &winner, &began_us));
    assert_int_equal(began_us, 7);
    race_free(r);
    close(listener);
}

static void when_all_fail_the_error_says_where(void **state)
{
    (void)state;
    uint16_t port = 0;
    close(listen_on_loopback(&port)); /* free again, and so refused */
    struct net_addresses addresses = {0};
    net_address_parse(&addresses, "127.0.0.1", NULL, port);
    net_address_parse(&addresses, "127.0.0.2", NULL, port);
    struct race *r = race_new(&addresses, &(struct net_settings){.attempt_delay_ms = 200}, "gone.test", port, NULL);
    struct error err = {0};
    assert_int_equal(run_race(r, &err), RACE_LOST);
    assert_int_equal(err.code, PEEL_COULDNT_CONNECT);
    assert_non_null(strstr(err.text, "gone.test port"));
    assert_non_null(strstr(err.text, strerror(ECONNREFUSED)));
    assert_non_null(strstr(err.text, "2 addresses tried"));
    race_free(r);
    race_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_come_from_text),           cmocka_unit_test(families_take_turns),
        cmocka_unit_test(names_that_need_no_resolver),        cmocka_unit_test(a_removal_undoes_an_override),
        cmocka_unit_test(a_lookup_can_be_left_alone),         cmocka_unit_test(the_proxy_line_names_both_ends),
        cmocka_unit_test(the_first_that_stands_wins),         cmocka_unit_test(the_winner_knows_when_it_began),
        cmocka_unit_test(when_all_fail_the_error_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
