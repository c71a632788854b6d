/* http/tunnel: what CONNECT says to a proxy, and what becomes of each answer: fed whole, byte by byte, and cut at every
 * point, with the same result. */
#include "base/mem.h"
#include "http/tunnel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define N_OF(array) (sizeof(array) / sizeof *(array))

#define DIGEST "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n"
#define BASIC  "Proxy-Authenticate: Basic realm=\"r\"\r\n"

struct proxied {
    struct http_settings settings;
    struct http_auth auth;
    struct http_tunnel *tunnel;
};

static void begin(struct proxied *p, const char *user, unsigned auth, bool is_old)
{
    p->settings.proxy_user = (char *)user;
    p->settings.proxy_auth = auth;
    static const struct url nobody;
    http_auth_begin_proxy(&p->auth, &p->settings, &nobody);
    struct http_tunnel_plan plan = {.settings = &p->settings,
                                    .target = "a.test:443",
                                    .proxy = "p.test port 3128",
                                    .auth = &p->auth,
                                    .is_old = is_old};
    p->tunnel = http_tunnel_new(&plan, NULL);
    http_tunnel_begin(p->tunnel);
}

static void end(struct proxied *p)
{
    http_tunnel_free(p->tunnel);
    http_auth_done(&p->auth);
}

/* All that is unsent goes out. */
static void take_request(struct proxied *p, struct buf *sent)
{
    struct slice unsent = http_tunnel_unsent(p->tunnel);
    buf_append(sent, unsent);
    http_tunnel_sent(p->tunnel, unsent.len);
}

static void requests_are_for_the_proxy_alone(void **state)
{
    (void)state;
    static char *const headers[] = {"Authorization: Bearer canary", "X-Canary: 1", "User-Agent: canary"};
    static const struct {
        const char *label;
        const char *user, *agent, *lines[3];
        bool is_old;
        const char *request;
    } rows[] = {
        {"plain",
         NULL,
         "ua",
         {NULL},
         false,
         "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nUser-Agent: ua\r\nProxy-Connection: Keep-Alive\r\n\r\n"},
        {"with a login, HTTP/1.0, no agent",
         "u:p",
         "",
         {NULL},
         true,
         "CONNECT a.test:443 HTTP/1.0\r\nHost: a.test:443\r\nProxy-Authorization: Basic dTpw\r\nProxy-Connection: "
         "Keep-Alive\r\n\r\n"},
        {"lines replace",
         "u:p",
         "ua",
         {"User-Agent: mine", "X-For-Proxy: 1", "Proxy-Authorization: own"},
         false,
         "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Connection: Keep-Alive\r\nUser-Agent: "
         "mine\r\nX-For-Proxy: 1\r\nProxy-Authorization: own\r\n\r\n"},
        {"lines remove",
         NULL,
         "ua",
         {"User-Agent:", "Proxy-Connection:", "Host;"},
         false,
         "CONNECT a.test:443 HTTP/1.1\r\nHost:\r\n\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct proxied p = {.settings = {.headers = (char **)headers,
                                         .n_headers = N_OF(headers),
                                         .user = "canary:canary",
                                         .cookies = "canary=1",
                                         .referer = "canary",
                                         .user_agent = (char *)rows[i].agent,
                                         .proxy_headers = (char **)rows[i].lines,
                                         .n_proxy_headers = rows[i].lines[0] ? 3 : 0}};
        struct buf sent = {0};
        begin(&p, rows[i].user, 0, rows[i].is_old);
        take_request(&p, &sent);
        assert_string_equal(buf_text(&sent), rows[i].request);
        buf_done(&sent);
        end(&p);
    }
}

struct row {
    const char *name;
    const char *in; /* "|": what follows comes when the next request has been sent */
    enum http_tunnel_status status;
    const char *left; /* what is the tunnel's */
    int answer;
    enum peel_code code;
    const char *says;
    unsigned n_requests; /* CONNECT was sent so often; 0: once */
    const char *user;
    unsigned auth;
    bool closes;
};

static const struct row rows[] = {
    {"opened", "HTTP/1.1 200 OK\r\n\r\n", HTTP_TUNNEL_OPEN, "", 200},
    {"by any 2xx", "HTTP/1.1 204 Go\r\nA: b\r\n\r\n", HTTP_TUNNEL_OPEN, "", 204},
    {"by 1.0, with bare line feeds", "HTTP/1.0 200 Connection established\n\n", HTTP_TUNNEL_OPEN, "", 200},
    {"behind an interim answer", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 P\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
     HTTP_TUNNEL_OPEN, "", 200},
    {"what follows is the tunnel's", "HTTP/1.1 200 OK\r\n\r\n\x16\x03\r\nHTTP/1.1 403 No\r\n\r\n", HTTP_TUNNEL_OPEN,
     "\x16\x03\r\nHTTP/1.1 403 No\r\n\r\n", 200},
    {"a length counts for nothing", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", HTTP_TUNNEL_OPEN, "hello",
     200},
    {"nor do chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", HTTP_TUNNEL_OPEN,
     "5\r\nhello\r\n", 200},
    {"nor a close", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", HTTP_TUNNEL_OPEN, "", 200},

    {"407 and no login", "HTTP/1.1 407 Who\r\n" BASIC "Content-Length: 4\r\n\r\nbody", HTTP_TUNNEL_FAILED, "body", 407,
     PEEL_RECV_ERROR, "CONNECT tunnel failed, response 407, from proxy p.test port 3128"},
    {"403", "HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nbody", HTTP_TUNNEL_FAILED, "body", 403, PEEL_RECV_ERROR,
     "403"},
    {"502, chunked", "HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", HTTP_TUNNEL_FAILED,
     "4\r\nbody\r\n0\r\n\r\n", 502, PEEL_RECV_ERROR, "502"},
    {"301 is not followed", "HTTP/1.1 301 M\r\nLocation: http://b.test/\r\n\r\n", HTTP_TUNNEL_FAILED, "", 301,
     PEEL_RECV_ERROR, "301"},
    {"101", "HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", HTTP_TUNNEL_FAILED, "", 101, PEEL_RECV_ERROR,
     "101"},
    {"304", "HTTP/1.1 304 N\r\n\r\n", HTTP_TUNNEL_FAILED, "", 304, PEEL_RECV_ERROR, "304"},
    {"401 is the proxy's own refusal", "HTTP/1.1 401 W\r\nWWW-Authenticate: Basic realm=\"r\"\r\n" BASIC "\r\n",
     HTTP_TUNNEL_FAILED, "", 401, PEEL_RECV_ERROR, "401", 1, "u:p", HTTP_AUTH_ANY},
    {"407 without Proxy-Authenticate", "HTTP/1.1 407 W\r\nWWW-Authenticate: Basic realm=\"r\"\r\n\r\n",
     HTTP_TUNNEL_FAILED, "", 407, PEEL_RECV_ERROR, "407", 1, "u:p", HTTP_AUTH_ANY},

    {"a login on the same connection",
     "HTTP/1.1 407 W\r\n" DIGEST "Content-Length: 4\r\n\r\nbody|HTTP/1.1 200 OK\r\n\r\n", HTTP_TUNNEL_OPEN, "", 200, 0,
     NULL, 2, "u:p", HTTP_AUTH_DIGEST},
    {"behind a body in chunks",
     "HTTP/1.1 407 W\r\n" DIGEST "Transfer-Encoding: chunked\r\n\r\n4\r\nb\ndy\r\n0\r\n\r\n|HTTP/1.1 200 OK\r\n\r\nx",
     HTTP_TUNNEL_OPEN, "x", 200, 0, NULL, 2, "u:p", HTTP_AUTH_ANY},
    {"a login that is refused",
     "HTTP/1.1 407 W\r\n" BASIC "Content-Length: 0\r\n\r\n|HTTP/1.1 407 W\r\n" BASIC "Content-Length: 0\r\n\r\n",
     HTTP_TUNNEL_FAILED, "", 407, PEEL_RECV_ERROR, "407", 2, "u:p", HTTP_AUTH_ANY},
    {"a login after a close", "HTTP/1.1 407 W\r\nConnection: close\r\n" DIGEST "Content-Length: 4\r\n\r\nbody",
     HTTP_TUNNEL_REDIAL, "", 407, 0, NULL, 1, "u:p", HTTP_AUTH_ANY},
    {"after an open end", "HTTP/1.1 407 W\r\n" DIGEST "\r\n", HTTP_TUNNEL_REDIAL, "", 407, 0, NULL, 1, "u:p",
     HTTP_AUTH_ANY},
    {"after a body that is cut", "HTTP/1.1 407 W\r\n" DIGEST "Content-Length: 9\r\n\r\nbody", HTTP_TUNNEL_REDIAL, "",
     407, 0, NULL, 1, "u:p", HTTP_AUTH_ANY, true},

    {"nothing", "", HTTP_TUNNEL_FAILED, "", 0, PEEL_RECV_ERROR, "p.test port 3128", 1, NULL, 0, true},
    {"cut in the status line", "HTTP/1.1 20", HTTP_TUNNEL_FAILED, "", 0, PEEL_RECV_ERROR, "aborted", 1, NULL, 0, true},
    {"cut in the head", "HTTP/1.1 200 OK\r\nA: b", HTTP_TUNNEL_FAILED, "", 0, PEEL_RECV_ERROR, "aborted", 1, NULL, 0,
     true},
    {"not HTTP", "SSH-2.0-\x1b[31m\r\n", HTTP_TUNNEL_FAILED, NULL, 0, PEEL_RECV_ERROR, "p.test port 3128"},
    {"a field with a NUL is not told apart here", "HTTP/1.1 200 OK\r\nA b\r\n\r\n", HTTP_TUNNEL_FAILED, NULL, 0,
     PEEL_WEIRD_SERVER_REPLY, "p.test port 3128"},
};

struct seen {
    enum http_tunnel_status status;
    struct buf left, heads, sent;
};

static unsigned count_requests(struct slice sent)
{
    unsigned n = 0;
    for (size_t at = 0; at + 8 <= sent.len; at++)
        n += memcmp(sent.ptr + at, "CONNECT ", 8) == 0;
    return n;
}

/* Pieces of the answer until there is a verdict; then the close. */
static void feed(struct proxied *p, const struct row *row, size_t cut, size_t step, struct seen *seen)
{
    struct slice rest = slice_of(row->in);
    unsigned n_answers = 1;
    seen->status = HTTP_TUNNEL_GOES_ON;
    take_request(p, &seen->sent);
    while (seen->status == HTTP_TUNNEL_GOES_ON && rest.len > 0) {
        size_t n_used = 0;
        size_t len = cut > 0 ? cut : step;
        cut = 0;
        struct slice piece = slice_first(slice_first(rest, slice_find(rest, '|')), len);
        if (piece.len == 0) { /* the next answer, which only comes when it was asked for */
            assert_int_equal(count_requests(buf_slice(&seen->sent)), ++n_answers);
            rest = slice_from(rest, 1);
            continue;
        }
        seen->status = http_tunnel_received(p->tunnel, piece, &n_used);
        rest = slice_from(rest, n_used);
        assert_true(n_used == piece.len || seen->status != HTTP_TUNNEL_GOES_ON);
        take_request(p, &seen->sent);
    }
    if (seen->status == HTTP_TUNNEL_GOES_ON && row->closes)
        seen->status = http_tunnel_ended(p->tunnel);
    buf_append(&seen->left, rest);
    http_tunnel_take_heads(p->tunnel, &seen->heads);
}

static void check(const struct row *row, size_t cut, size_t step)
{
    struct proxied p = {.settings = {.user = "origin:canary"}};
    struct seen seen = {0};
    begin(&p, row->user, row->auth, false);
    feed(&p, row, cut, step, &seen);
    const struct error *err = http_tunnel_error(p.tunnel);
    bool is_left = !row->left || slice_equal(buf_slice(&seen.left), slice_of(row->left));
    if (seen.status != row->status || err->code != row->code || http_tunnel_answer(p.tunnel) != row->answer || !is_left)
        fail_msg("%s, cut at %zu: status %d, code %d (%s), answer %d, left \"%s\"", row->name, cut, (int)seen.status,
                 (int)err->code, err->text, http_tunnel_answer(p.tunnel), buf_text(&seen.left));
    if (row->says)
        assert_non_null(strstr(err->text, row->says));
    assert_null(strchr(err->text, '\x1b'));
    assert_int_equal(count_requests(buf_slice(&seen.sent)), row->n_requests ? row->n_requests : 1);
    assert_null(strstr(buf_text(&seen.sent), "b3JpZ2luOmNhbmFyeQ")); /* origin:canary */
    assert_null(strstr(buf_text(&seen.heads), "body"));
    buf_done(&seen.left);
    buf_done(&seen.heads);
    buf_wipe(&seen.sent);
    end(&p);
}

static void answers_are_judged_wherever_they_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        size_t len = strlen(rows[i].in);
        check(&rows[i], 0, len + 1);
        check(&rows[i], 0, 1);
        for (size_t cut = 1; cut < len; cut++)
            check(&rows[i], cut, len);
    }
}

static void a_new_connection_begins_anew(void **state)
{
    (void)state;
    struct proxied p = {0};
    struct buf sent = {0};
    size_t n_used = 0;
    begin(&p, "u:p", HTTP_AUTH_DIGEST, false);
    take_request(&p, &sent);
    assert_null(strstr(buf_text(&sent), "Proxy-Authorization"));
    assert_int_equal(http_tunnel_received(p.tunnel, SLICE("HTTP/1.1 407 W\r\n" DIGEST "\r\n"), &n_used),
                     HTTP_TUNNEL_REDIAL);
    http_tunnel_begin(p.tunnel);
    buf_clear(&sent);
    take_request(&p, &sent);
    assert_non_null(strstr(buf_text(&sent), "Proxy-Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", "
                                            "uri=\"a.test:443\""));
    assert_int_equal(http_tunnel_received(p.tunnel, SLICE("HTTP/1.1 200 OK\r\n\r\n"), &n_used), HTTP_TUNNEL_OPEN);
    buf_done(&sent);
    end(&p);
}

/* A body that does not end is not waited for. */
static void a_body_without_end_is_left(void **state)
{
    (void)state;
    struct proxied p = {0};
    struct buf sent = {0};
    size_t n_used = 0;
    static const char piece[8192];
    begin(&p, "u:p", HTTP_AUTH_ANY, false);
    take_request(&p, &sent);
    enum http_tunnel_status status = http_tunnel_received(
        p.tunnel, SLICE("HTTP/1.1 407 W\r\n" BASIC "Content-Length: 99999999999\r\n\r\n"), &n_used);
    for (unsigned i = 0; i < 40 && status == HTTP_TUNNEL_GOES_ON; i++)
        status = http_tunnel_received(p.tunnel, slice_make(piece, sizeof piece), &n_used);
    assert_int_equal(status, HTTP_TUNNEL_REDIAL);
    buf_done(&sent);
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_for_the_proxy_alone),
        cmocka_unit_test(answers_are_judged_wherever_they_are_cut),
        cmocka_unit_test(a_new_connection_begins_anew),
        cmocka_unit_test(a_body_without_end_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
