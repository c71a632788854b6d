/* Answers to CONNECT. Byte 0: bit 0, we have a login; byte 1 seeds the cuts in the rest. Without a login the verdict
 * and what is left for the tunnel are the same wherever the bytes are cut; with one, there is an end to asking. The
 * origin's login is never shown, and no message bears a control byte. */
#include "http/tunnel.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_error(const struct error *err)
{
    for (const char *at = err->text; *at; at++)
        require((unsigned char)*at >= ' ' && *at != 0x7f);
}

static bool has_canary(struct slice s)
{
    return s.len > 0 && memmem(s.ptr, s.len, "canary", 6);
}

/* A realm may have been any word, and comes back. */
static unsigned take_requests(struct http_tunnel *tunnel, struct slice answers)
{
    struct slice unsent = http_tunnel_unsent(tunnel);
    require(unsent.len == 0 || slice_starts_with(unsent, SLICE("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n")));
    require(!has_canary(unsent) || has_canary(answers));
    http_tunnel_sent(tunnel, unsent.len);
    return unsent.len > 0;
}

/* Seed 0: all at once. */
static struct buf play(struct slice answers, bool has_login, unsigned seed)
{
    struct slice rest = answers;
    static const struct url proxy;
    struct http_settings settings = {.proxy_user = has_login ? (char[]){"u:p"} : NULL,
                                     .proxy_auth = HTTP_AUTH_ANY,
                                     .user = (char[]){"canary:canary"}};
    struct http_auth auth;
    http_auth_begin_proxy(&auth, &settings, &proxy);
    struct http_tunnel_plan plan = {.settings = &settings, .target = "h:1", .proxy = "p port 1", .auth = &auth};
    struct http_tunnel *tunnel = http_tunnel_new(&plan, NULL);
    http_tunnel_begin(tunnel);
    unsigned n_requests = take_requests(tunnel, answers);
    enum http_tunnel_status status = HTTP_TUNNEL_GOES_ON;
    while (status == HTTP_TUNNEL_GOES_ON && rest.len > 0) {
        size_t n_used = 0;
        struct slice piece = slice_first(rest, seed ? 1 + (seed >> 16) % 40 : rest.len);
        seed = seed ? (seed * 1103515245u + 12345u) | 1u : 0;
        status = http_tunnel_received(tunnel, piece, &n_used);
        require(n_used <= piece.len && (status != HTTP_TUNNEL_GOES_ON || n_used == piece.len));
        rest = slice_from(rest, n_used);
        n_requests += take_requests(tunnel, answers);
    }
    if (status == HTTP_TUNNEL_GOES_ON)
        status = http_tunnel_ended(tunnel);
    require((status == HTTP_TUNNEL_FAILED) == (http_tunnel_error(tunnel)->code != PEEL_OK));
    require(status != HTTP_TUNNEL_OPEN || http_tunnel_answer(tunnel) / 100 == 2);
    require(n_requests <= 8);
    check_error(http_tunnel_error(tunnel));
    struct buf seen = {0};
    buf_printf(&seen, "%d %d %d ", (int)status, http_tunnel_answer(tunnel), (int)http_tunnel_error(tunnel)->code);
    if (status == HTTP_TUNNEL_OPEN)
        buf_append(&seen, rest);
    http_tunnel_free(tunnel);
    http_auth_done(&auth);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    bool has_login = data[0] & 1;
    struct slice bytes = slice_make(data + 2, size - 2);
    struct buf whole = play(bytes, has_login, 0), cut = play(bytes, has_login, 1u + data[1]);
    require(has_login || slice_equal(buf_slice(&whole), buf_slice(&cut)));
    buf_done(&whole);
    buf_done(&cut);
    return 0;
}
