/* http/: which secret goes where, and what a server's 401 leads to. */
#include "base/mem.h"
#include "http/auth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static struct url parsed(const char *text)
{
    struct url u;
    struct error err = {0};
    assert_true(url_parse(&u, slice_of(text), NULL, 0, &err));
    return u;
}

static void secrets_stay_where_they_belong(void **state)
{
    (void)state;
    static const struct {
        const char *hops[4];       /* the first is where it began */
        const char *given, *netrc; /* for each hop: y or n */
    } rows[] = {
        {{"https://a/1", "https://a/2", "https://A:443/3"}, "yyy", "yyy"},
        {{"https://a/", "https://b/", "https://b/2"}, "ynn", "yyy"},
        {{"https://a/", "https://b/", "https://a/"}, "ynn", "yyy"}, /* once dropped, for good */
        {{"https://a/", "http://a/"}, "yn", "yn"},
        {{"https://a/", "http://b/"}, "yn", "yn"},
        {{"http://a/", "https://a/"}, "yn", "yn"},
        {{"http://a/", "http://a:81/"}, "yn", "yn"},
        {{"http://a/", "http://b.a/"}, "yn", "yy"},
        {{"http://a/", "http://a./"}, "yn", "yy"},
        {{"http://127.0.0.1/", "http://0x7f.1/"}, "yy", "yy"},
        {{"http://[fe80::1%25lo]/", "http://[fe80::1%25eth0]/"}, "yn", "yn"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        bool dropped = false, ignored = false;
        struct url first = parsed(rows[i].hops[0]);
        for (size_t k = 0; rows[i].given[k]; k++) {
            struct url now = parsed(rows[i].hops[k]);
            assert_int_equal(http_secret_may_go(HTTP_SECRET_GIVEN, &first, &now, false, &dropped),
                             rows[i].given[k] == 'y');
            assert_int_equal(http_secret_may_go(HTTP_SECRET_NETRC, &first, &now, false, &ignored),
                             rows[i].netrc[k] == 'y');
            assert_true(http_secret_may_go(HTTP_SECRET_GIVEN, &first, &now, true, &dropped));
            assert_true(http_secret_may_go(HTTP_SECRET_NETRC, &first, &now, true, &dropped));
            url_done(&now);
        }
        url_done(&first);
    }
}

/* Where user and password come from; in base64 what Basic would show. */
static void sources_come_in_order(void **state)
{
    (void)state;
    static const char file[] = "machine h login n password m machine h login u password o";
    static const struct {
        const char *label, *url;
        const char *user, *bearer;
        enum http_netrc netrc;
        struct http_reach reach;
        const char *shown;
    } rows[] = {
        {"nothing", "http://h/", NULL, NULL, 0, {true, true}, ""},
        {"-u", "http://h/", "u:p:q", NULL, 0, {true, true}, "Basic dTpwOnE="},
        {"-u before the URL", "http://x:y@h/", "u:p", NULL, 0, {true, true}, "Basic dTpw"},
        {"-u before netrc", "http://h/", "u:p", NULL, HTTP_NETRC_REQUIRED, {true, true}, "Basic dTpw"},
        {"-u elsewhere", "http://h/", "u:p", NULL, 0, {false, true}, ""},
        {"-u elsewhere, never netrc", "http://h/", "u:p", NULL, HTTP_NETRC_REQUIRED, {false, true}, ""},
        {"-u elsewhere, the URL's own", "http://x:y@h/", "u:p", NULL, 0, {false, true}, "Basic eDp5"},
        {"netrc", "http://h/", NULL, NULL, HTTP_NETRC_REQUIRED, {true, true}, "Basic bjpt"},
        {"netrc before the URL's password",
         "http://u:y@h/",
         NULL,
         NULL,
         HTTP_NETRC_REQUIRED,
         {true, true},
         "Basic dTpv"},
        {"netrc for the URL's user", "http://u@h/", NULL, NULL, HTTP_NETRC_OPTIONAL, {true, true}, "Basic dTpv"},
        {"netrc knows another user", "http://x@h/", NULL, NULL, HTTP_NETRC_OPTIONAL, {true, true}, "Basic eDo="},
        {"netrc is optional", "http://u:y@h/", NULL, NULL, HTTP_NETRC_OPTIONAL, {true, true}, "Basic dTp5"},
        {"netrc has no such host", "http://i/", NULL, NULL, HTTP_NETRC_REQUIRED, {true, true}, ""},
        {"netrc may not", "http://h/", NULL, NULL, HTTP_NETRC_REQUIRED, {true, false}, ""},
        {"bearer", "http://h/", NULL, "T", 0, {true, true}, "Bearer T"},
        {"bearer before -u", "http://h/", "u:p", "T", 0, {true, true}, "Bearer T"},
        {"bearer elsewhere", "http://h/", NULL, "T", 0, {false, true}, ""},
        {"bearer elsewhere, netrc switches nothing on", "http://h/", NULL, "T", HTTP_NETRC_REQUIRED, {false, true}, ""},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct http_settings s = {
            .user = mem_strdup(rows[i].user), .bearer = mem_strdup(rows[i].bearer), .netrc = rows[i].netrc};
        buf_append_text(&s.netrc_text, file);
        struct url url = parsed(rows[i].url);
        struct http_auth a;
        struct error err = {0};
        struct buf out = {0};
        assert_true(http_auth_begin(&a, &s, &url, rows[i].reach, &err));
        http_auth_print(&out, &a, "GET", SLICE("/"), false);
        if (strcmp(buf_text(&out), rows[i].shown) != 0)
            fail_msg("%s: %s, not %s", rows[i].label, buf_text(&out), rows[i].shown);
        buf_done(&out);
        http_auth_done(&a);
        url_done(&url);
        buf_done(&s.netrc_text);
        mem_free(s.user);
        mem_free(s.bearer);
    }
}

static void a_broken_netrc_counts_where_it_is_required(void **state)
{
    (void)state;
    struct http_settings s = {.netrc = HTTP_NETRC_REQUIRED};
    buf_append_text(&s.netrc_text, "machine h password \"x");
    struct url url = parsed("http://h/");
    struct http_auth a;
    struct error err = {0};
    assert_false(http_auth_begin(&a, &s, &url, (struct http_reach){true, true}, &err));
    assert_int_equal(err.code, PEEL_READ_ERROR);
    http_auth_done(&a);
    s.netrc = HTTP_NETRC_OPTIONAL;
    err = (struct error){0};
    assert_true(http_auth_begin(&a, &s, &url, (struct http_reach){true, true}, &err));
    assert_int_equal(err.code, PEEL_OK);
    http_auth_done(&a);
    url_done(&url);
    buf_done(&s.netrc_text);
}

enum {
    MAX_ROUNDS = 6
};

/* What a server says in turn, and how each request before it logs in: the first letter of the scheme, "-" for nothing,
 * a capital P behind it when the body has to wait. */
struct talk {
    const char *label;
    unsigned auth;
    struct {
        int status;
        const char *challenges;
    } answers[MAX_ROUNDS];
    const char *requests; /* the list ends where no other is to be made */
};

static void play(const struct talk *talk)
{
    struct http_settings s = {.user = (char[]){"u:p"}, .auth = talk->auth};
    struct url url = parsed("http://h/");
    struct http_auth a;
    struct error err = {0};
    struct buf seen = {0};
    assert_true(http_auth_begin(&a, &s, &url, (struct http_reach){true, true}, &err));
    for (size_t i = 0; i < MAX_ROUNDS; i++) {
        struct buf out = {0};
        http_auth_print(&out, &a, "POST", SLICE("/"), true);
        buf_append_byte(&seen, out.len > 0 ? buf_text(&out)[0] : '-');
        if (a.is_probe)
            buf_append_byte(&seen, 'P');
        buf_done(&out);
        if (!http_auth_hear(&a, talk->answers[i].status, slice_of(talk->answers[i].challenges), NULL))
            break;
        buf_append_byte(&seen, ' ');
    }
    if (strcmp(buf_text(&seen), talk->requests) != 0)
        fail_msg("%s: %s, not %s", talk->label, buf_text(&seen), talk->requests);
    buf_done(&seen);
    http_auth_done(&a);
    url_done(&url);
}

static void talks_with_servers(void **state)
{
    (void)state;
    static const struct talk rows[] = {
        {"basic", 0, {{200, ""}}, "B"},
        {"basic, refused", 0, {{401, "Basic realm=x"}}, "B"},
        {"digest", HTTP_AUTH_DIGEST, {{401, "Digest nonce=n"}, {200, ""}}, "-P D"},
        {"digest, refused", HTTP_AUTH_DIGEST, {{401, "Digest nonce=n"}, {401, "Digest nonce=m"}}, "-P D"},
        {"digest, not asked for", HTTP_AUTH_DIGEST, {{200, ""}, {200, ""}}, "-P -"},
        {"digest, then asked for all the same", HTTP_AUTH_DIGEST, {{200, ""}, {401, "Digest nonce=n"}}, "-P -"},
        {"digest, redirected", HTTP_AUTH_DIGEST, {{302, ""}}, "-P"},
        {"digest, not offered", HTTP_AUTH_DIGEST, {{401, "Basic realm=x"}}, "-P"},
        {"digest, auth-int only", HTTP_AUTH_DIGEST, {{401, "Digest nonce=n, qop=auth-int"}}, "-P"},
        {"digest, the second can be done",
         HTTP_AUTH_DIGEST,
         {{401, "Digest nonce=n, algorithm=X\nDigest nonce=m"}, {200, ""}},
         "-P D"},
        {"digest, stale",
         HTTP_AUTH_DIGEST,
         {{401, "Digest nonce=n"}, {401, "Digest nonce=m, stale=true"}, {200, ""}},
         "-P D D"},
        {"digest, stale for ever",
         HTTP_AUTH_DIGEST,
         {{401, "Digest nonce=a"},
          {401, "Digest nonce=b, stale=true"},
          {401, "Digest nonce=c, stale=true"},
          {401, "Digest nonce=d, stale=true"},
          {401, "Digest nonce=e, stale=true"}},
         "-P D D D D"},
        {"any", HTTP_AUTH_ANY, {{200, ""}}, "-"},
        {"any, basic", HTTP_AUTH_ANY, {{401, "Basic realm=x"}, {200, ""}}, "- B"},
        {"any, basic refused", HTTP_AUTH_ANY, {{401, "Basic realm=x"}, {401, "Basic realm=x"}}, "- B"},
        {"any, the strongest", HTTP_AUTH_ANY, {{401, "Basic realm=x, Digest nonce=n"}, {200, ""}}, "- D"},
        {"any, over two lines", HTTP_AUTH_ANY, {{401, "Digest nonce=n\nBasic realm=x"}, {200, ""}}, "- D"},
        {"any, no weaker one after a refusal", HTTP_AUTH_ANY, {{401, "Digest nonce=n"}, {401, "Basic realm=x"}}, "- D"},
        {"any, unknown", HTTP_AUTH_ANY, {{401, "Negotiate, Bearer"}}, "-"},
        {"any, digest cannot be done", HTTP_AUTH_ANY, {{401, "Digest realm=x, Basic realm=y"}, {200, ""}}, "- B"},
        {"any, nothing offered", HTTP_AUTH_ANY, {{401, ""}}, "-"},
        {"basic and digest", HTTP_AUTH_BASIC | HTTP_AUTH_DIGEST, {{401, "Basic realm=x"}, {200, ""}}, "- B"},
        {"403 asks for nothing", HTTP_AUTH_ANY, {{403, "Basic realm=x"}}, "-"},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        play(&rows[i]);
}

/* A kept nonce is used for the next request; a server that has forgotten it is answered anew, once. */
static void a_nonce_is_used_again(void **state)
{
    (void)state;
    struct http_settings s = {.user = (char[]){"u:p"}, .auth = HTTP_AUTH_DIGEST};
    struct url url = parsed("http://h/");
    struct http_auth a;
    struct error err = {0};
    struct buf out = {0};
    assert_true(http_auth_begin(&a, &s, &url, (struct http_reach){true, true}, &err));
    http_auth_print(&out, &a, "GET", SLICE("/1"), false);
    assert_true(http_auth_hear(&a, 401, SLICE("Digest nonce=n, qop=auth"), NULL));
    http_auth_print(&out, &a, "GET", SLICE("/1"), false);
    assert_false(http_auth_hear(&a, 302, SLICE(""), NULL));
    http_auth_print(&out, &a, "GET", SLICE("/2"), true);
    assert_false(a.is_probe);
    assert_non_null(strstr(buf_text(&out), "nc=00000002"));
    assert_true(http_auth_hear(&a, 401, SLICE("Digest nonce=new, qop=auth"), NULL));
    buf_clear(&out);
    http_auth_print(&out, &a, "GET", SLICE("/2"), true);
    assert_non_null(strstr(buf_text(&out), "nonce=\"new\""));
    assert_non_null(strstr(buf_text(&out), "nc=00000001"));
    assert_false(http_auth_hear(&a, 401, SLICE("Digest nonce=newer, qop=auth"), NULL));
    buf_done(&out);
    http_auth_done(&a);
    url_done(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_stay_where_they_belong),
        cmocka_unit_test(sources_come_in_order),
        cmocka_unit_test(a_broken_netrc_counts_where_it_is_required),
        cmocka_unit_test(talks_with_servers),
        cmocka_unit_test(a_nonce_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
