/* url/: parse, print, hosts, resolve. */
#include "base/mem.h"
#include "url/url.h"
#include "url_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))
#define PRINT_ALL   (URL_WITH_USERINFO | URL_WITH_FRAGMENT)

static char *printed(const struct url *u, unsigned flags)
{
    struct buf b = {0};
    url_print(&b, u, flags);
    return buf_take(&b);
}

/* Parses what must parse. */
static struct url parsed(struct slice text)
{
    struct url u;
    struct error err = {0};
    if (!url_parse(&u, text, NULL, 0, &err))
        fail_msg("\"%.*s\": %s", (int)text.len, text.ptr, err.text);
    return u;
}

static void assert_text(struct slice in, const char *out, const char *expected)
{
    if (strcmp(out, expected) != 0)
        fail_msg("\"%.*s\" gave \"%s\", not \"%s\"", (int)in.len, in.ptr, out, expected);
}

static void good_urls_have_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(good_rows); i++) {
        struct url u = parsed(good_rows[i].in);
        char *text = printed(&u, PRINT_ALL);
        assert_text(good_rows[i].in, text, good_rows[i].out);
        for (const char *c = text; *c; c++)
            assert_true(*c > 0x20 && *c < 0x7f);
        struct url again = parsed(slice_of(text));
        char *text_again = printed(&again, PRINT_ALL);
        assert_string_equal(text_again, text);
        assert_string_equal(again.host, u.host);
        assert_int_equal(again.port, u.port);
        assert_true(url_same_origin(&again, &u));
        mem_free(text);
        mem_free(text_again);
        url_done(&u);
        url_done(&again);
    }
}

static void bad_urls_say_what_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(bad_rows); i++) {
        struct url u;
        struct error err = {0};
        assert_false(url_parse(&u, bad_rows[i].in, NULL, 0, &err));
        assert_int_equal(err.code, PEEL_URL_MALFORMED);
        char place[40];
        snprintf(place, sizeof place, " (URL byte %zu): \"", bad_rows[i].at);
        if (strncmp(err.text, bad_rows[i].what, strlen(bad_rows[i].what)) != 0 || !strstr(err.text, place))
            fail_msg("row \"%.*s\": %s", (int)bad_rows[i].in.len, bad_rows[i].in.ptr, err.text);
        assert_null(u.host);
        assert_null(u.password);
    }
}

static void messages_show_no_password_and_no_raw_byte(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "http://u:CANARY@a b/",    "http://u:CANARY/x@h/",  "u:CANARY?@h",         "http://u:CANARY@h:99999/",
        "http://u:CANARY%0a@h/",   "http://u:CANARY@[::1",  "http://u:x#CANARY@h", "h t://u:CANARY@h",
        "http://u:CANARY@h/a\x1b", "http://u:CANARY@\x1b/", "http://CANARY@/",     "http://u:1234567/CANARY@h",
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url u;
        struct error err = {0};
        assert_false(url_parse(&u, slice_of(rows[i]), NULL, 0, &err));
        assert_null(strstr(err.text, "CANARY"));
        assert_null(strchr(err.text, 0x1b));
    }
}

static void parts_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *in, *scheme, *user, *password, *host, *zone, *path, *query, *fragment, *typed;
        unsigned port;
        enum url_host_kind kind;
        bool has_port;
    } rows[] = {
        {"https://h", "https", NULL, NULL, "h", NULL, "/", NULL, NULL, NULL, 443, URL_HOST_NAME, false},
        {"http://h:80/", "http", NULL, NULL, "h", NULL, "/", NULL, NULL, NULL, 80, URL_HOST_NAME, true},
        {"http://u:p%40ss@127.1:8/a?b#c", "http", "u", "p@ss", "127.0.0.1", NULL, "/a", "b", "c", NULL, 8,
         URL_HOST_IPV4, true},
        {"http://u%3a:%70%40@h?", "http", "u:", "p@", "h", NULL, "/", "", NULL, NULL, 80, URL_HOST_NAME, false},
        {"http://@h#", "http", "", NULL, "h", NULL, "/", NULL, "", NULL, 80, URL_HOST_NAME, false},
        {"http://:@h", "http", "", "", "h", NULL, "/", NULL, NULL, NULL, 80, URL_HOST_NAME, false},
        {"http://[FE80:0:0::1%25eth0]/", "http", NULL, NULL, "fe80::1", "eth0", "/", NULL, NULL, NULL, 80,
         URL_HOST_IPV6, false},
        {"https://stra\xc3\x9f"
         "e.example",
         "https", NULL, NULL, "xn--strae-oqa.example", NULL, "/", NULL, NULL,
         "stra\xc3\x9f"
         "e.example",
         443, URL_HOST_NAME, false},
        {"http://Mixed.Example", "http", NULL, NULL, "mixed.example", NULL, "/", NULL, NULL, "Mixed.Example", 80,
         URL_HOST_NAME, false},
        {"http://%4dixed.example", "http", NULL, NULL, "mixed.example", NULL, "/", NULL, NULL, "Mixed.example", 80,
         URL_HOST_NAME, false},
        {"http://0X7F.1", "http", NULL, NULL, "127.0.0.1", NULL, "/", NULL, NULL, NULL, 80, URL_HOST_IPV4, false},
        {"http://\xef\xbc\x91", "http", NULL, NULL, "0.0.0.1", NULL, "/", NULL, NULL, NULL, 80, URL_HOST_IPV4, false},
        {"file:///etc/passwd", "file", NULL, NULL, "", NULL, "/etc/passwd", NULL, NULL, NULL, 0, URL_HOST_NAME, false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url u = parsed(slice_of(rows[i].in));
        const char *got[] = {u.scheme, u.user, u.password, u.host, u.zone, u.path, u.query, u.fragment, u.typed_host};
        const char *want[] = {rows[i].scheme, rows[i].user,  rows[i].password, rows[i].host, rows[i].zone,
                              rows[i].path,   rows[i].query, rows[i].fragment, rows[i].typed};
        for (size_t k = 0; k < N_OF(got); k++) {
            assert_int_equal(got[k] == NULL, want[k] == NULL);
            if (want[k])
                assert_string_equal(got[k], want[k]);
        }
        assert_int_equal(u.port, rows[i].port);
        assert_int_equal(u.host_kind, rows[i].kind);
        assert_int_equal(u.has_port, rows[i].has_port);
        url_done(&u);
    }
}

static bool parses(struct slice text)
{
    struct url u;
    struct error err = {0};
    bool ok = url_parse(&u, text, NULL, 0, &err);
    url_done(&u);
    assert_true(ok || err.code == PEEL_URL_MALFORMED);
    return ok;
}

/* Control bytes and spaces, raw and percent-encoded, in each part. */
static void control_bytes_never_become_structure(void **state)
{
    (void)state;
    static const struct {
        const char *before, *behind;
        bool may_be_encoded;       /* %00, %0a and %0d */
        bool may_be_encoded_other; /* any other encoded control byte */
    } parts[] = {
        {"ht", "tp://h/", false, false},        {"http://u", "@h/", false, true},
        {"http://u:p", "@h/", false, true},     {"http://a", "b/", false, false},
        {"http://h:8", "0/", false, false},     {"http://[::1%25a", "]/", false, false},
        {"http://[::1]:8", "0/", false, false}, {"http://h/a", "b", true, true},
        {"http://h/?a", "b", true, true},       {"http://h/#a", "b", true, true},
    };
    for (size_t i = 0; i < N_OF(parts); i++)
        for (unsigned c = 0; c < 0x80; c = c == 0x20 ? 0x7f : c + 1) {
            struct buf raw = {0}, encoded = {0};
            buf_append_text(&raw, parts[i].before);
            buf_append_byte(&raw, (char)c);
            buf_append_text(&raw, parts[i].behind);
            buf_printf(&encoded, "%s%%%02x%s", parts[i].before, c, parts[i].behind);
            bool is_structure = c == 0 || c == '\r' || c == '\n';
            assert_false(parses(buf_slice(&raw)));
            assert_int_equal(parses(buf_slice(&encoded)),
                             is_structure ? parts[i].may_be_encoded : parts[i].may_be_encoded_other);
            buf_done(&raw);
            buf_done(&encoded);
        }
}

static void lengths_are_bounded(void **state)
{
    (void)state;
    enum {
        TOO_LONG = 8000001
    };
    char *text = mem_alloc(TOO_LONG);
    memset(text, 'a', TOO_LONG);
    assert_true(parses(slice_make(text, 64)));
    assert_true(parses(slice_make(text, 300)));
    text[1] = '/';
    assert_true(parses(slice_make(text, TOO_LONG - 1)));
    assert_false(parses(slice_make(text, TOO_LONG)));
    mem_free(text);
}

static void schemes_and_flags_of_the_caller_count(void **state)
{
    (void)state;
    static const struct {
        const char *in, *scheme;
        unsigned flags;
        const char *out;
    } rows[] = {
        {"h", "http", 0, "http://h/"},
        {"localhost", "https", 0, "https://localhost/"},
        {"h", "FTP", 0, "ftp://h/"},
        {"https://h", "http", 0, "https://h/"},
        {":8080", "https", 0, "https://localhost:8080/"},
        {"http://h/a/../b/./c/..", NULL, URL_PATH_AS_IS, "http://h/a/../b/./c/.."},
        {"http://h/a/../b/./c/..", NULL, 0, "http://h/b/"},
        {"http://h", NULL, URL_PATH_AS_IS, "http://h/"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url u;
        struct error err = {0};
        assert_true(url_parse(&u, slice_of(rows[i].in), rows[i].scheme, rows[i].flags, &err));
        char *text = printed(&u, 0);
        assert_text(slice_of(rows[i].in), text, rows[i].out);
        mem_free(text);
        url_done(&u);
    }
}

static void hosts_are_normalised_alone(void **state)
{
    (void)state;
    static const struct {
        const char *in, *host, *zone;
        enum url_host_kind kind;
    } rows[] = {
        {"EXAMPLE.com", "example.com", NULL, URL_HOST_NAME},
        {"0x7f.1", "127.0.0.1", NULL, URL_HOST_IPV4},
        {"[::1]", "::1", NULL, URL_HOST_IPV6},
        {"::1", "::1", NULL, URL_HOST_IPV6},
        {"FE80::1%eth0", "fe80::1", "eth0", URL_HOST_IPV6},
        {"b\xc3\xbc", "xn--b-eha", NULL, URL_HOST_NAME},
        {"", NULL, NULL, 0},
        {"a b", NULL, NULL, 0},
        {"h:80", NULL, NULL, 0},
        {"[::1", NULL, NULL, 0},
        {"a/b", NULL, NULL, 0},
        {"::1%", NULL, NULL, 0},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        char *host = NULL, *zone = NULL;
        enum url_host_kind kind;
        struct error err = {0};
        bool ok = url_parse_host(&host, &zone, &kind, slice_of(rows[i].in), &err);
        assert_int_equal(ok, rows[i].host != NULL);
        assert_int_equal(err.code, ok ? PEEL_OK : PEEL_URL_MALFORMED);
        if (!ok)
            continue;
        assert_string_equal(host, rows[i].host);
        assert_int_equal(kind, rows[i].kind);
        assert_true(slice_equal(slice_of(zone), slice_of(rows[i].zone)));
        mem_free(host);
        mem_free(zone);
        assert_true(url_parse_host(&host, NULL, &kind, slice_of(rows[i].in), &err));
        mem_free(host);
    }
}

static void prints_leave_out_what_they_should(void **state)
{
    (void)state;
    struct url u = parsed(SLICE("http://u:p@[fe80::1%25lo]:8080/a/b?c#d"));
    struct buf target = {0}, authority = {0};
    char *text = printed(&u, 0);
    assert_string_equal(text, "http://[fe80::1%25lo]:8080/a/b?c");
    url_print_target(&target, &u);
    assert_string_equal(buf_text(&target), "/a/b?c");
    url_print_authority(&authority, &u);
    assert_string_equal(buf_text(&authority), "[fe80::1]:8080");
    struct slice last = url_last_segment(&u);
    assert_true(slice_equal(last, SLICE("b")));
    struct url copy;
    url_copy(&copy, &u);
    url_done(&u);
    assert_null(u.password);
    char *copied = printed(&copy, PRINT_ALL);
    assert_string_equal(copied, "http://u:p@[fe80::1%25lo]:8080/a/b?c#d");
    mem_free(text);
    mem_free(copied);
    buf_done(&target);
    buf_done(&authority);
    url_done(&copy);
    struct url root = parsed(SLICE("h"));
    assert_int_equal(url_last_segment(&root).len, 0);
    url_done(&root);
}

static void origins_are_scheme_host_port(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool is_same;
    } rows[] = {
        {"http://H:80/a", "http://u@h/b?c", true},
        {"http://h/", "https://h/", false},
        {"http://h/", "https://h:80/", false},
        {"http://h/", "http://h:81/", false},
        {"http://h/", "http://i/", false},
        {"http://h/", "http://h./", false},
        {"http://127.1/", "http://2130706433/", true},
        {"http://[::1]/", "http://[0::1]/", true},
        {"http://[fe80::1%25lo]/", "http://[fe80::1%25eth0]/", false},
        {"http://[fe80::1%25lo]/", "http://[fe80::1]/", false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url a = parsed(slice_of(rows[i].a)), b = parsed(slice_of(rows[i].b));
        assert_int_equal(url_same_origin(&a, &b), rows[i].is_same);
        assert_int_equal(url_same_origin(&b, &a), rows[i].is_same);
        url_done(&a);
        url_done(&b);
    }
}

static void hosts_end_somewhere(void **state)
{
    (void)state;
    enum {
        MOST = 65535
    };
    struct buf text = {0};
    buf_append_text(&text, "http://");
    for (int i = 0; i < MOST; i++)
        buf_append_byte(&text, 'a');
    struct url u = {0};
    struct error err = {0};
    assert_true(url_parse(&u, buf_slice(&text), NULL, 0, &err));
    url_done(&u);
    buf_append_byte(&text, 'a');
    assert_false(url_parse(&u, buf_slice(&text), NULL, 0, &err));
    assert_int_equal((int)err.code, PEEL_URL_MALFORMED);
    assert_non_null(strstr(err.text, "host name is longer than 65535 bytes"));
    buf_done(&text);
}

static void queries_grow(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        struct slice text;
        const char *out;
    } rows[] = {
        {"http://h/", SLICE_INIT("a=b"), "http://h/?a=b"},
        {"http://h/?", SLICE_INIT("a=b"), "http://h/?a=b"},
        {"http://h/?x", SLICE_INIT("a"), "http://h/?x&a"},
        {"http://h/?x&", SLICE_INIT("a"), "http://h/?x&a"},
        {"http://h/?x", SLICE_INIT(""), "http://h/?x"},
        {"http://h/", SLICE_INIT(""), "http://h/"},
        {"http://h/", SLICE_INIT("a b"), "http://h/?a%20b"},
        {"http://h/", SLICE_INIT("a\r\nb\0#"), "http://h/?a%0D%0Ab%00%23"},
        {"http://h/", SLICE_INIT("\xc3\xa9&%41+?/"), "http://h/?%C3%A9&%41+?/"},
        {"http://h/?%3d", SLICE_INIT("%3d%c3%A9%g1%3"), "http://h/?%3d&%3D%C3%A9%g1%3"},
        {"http://h/", SLICE_INIT("%3d%zz%4"), "http://h/?%3D%zz%4"},
        {"http://h/", SLICE_INIT("\xc3\xa9&%41+?/"), "http://h/?%C3%A9&%41+?/"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url u = parsed(slice_of(rows[i].url));
        url_append_query(&u, rows[i].text);
        char *text = printed(&u, 0);
        assert_text(rows[i].text, text, rows[i].out);
        mem_free(text);
        url_done(&u);
    }
}

static void nothing_secret_is_left(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"http://h/p?q#f", "http://h/p?q#f"},
        {"H/@", "***@"},
        {"http://u:p@h/", "http://***@h/"},
        {"u:p@h", "***@h"},
        {"http://u:p@ss@h", "http://***@h"},
        {"http://u:p/w@h", "http://***@h"},
        {"http://u:p?w#@h/", "http://***@h/"},
        {"http://u:p@[", "http://***@["},
        {"", ""},
        {"http://@h", "http://***@h"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf out = {0};
        url_redact(&out, slice_of(rows[i].in));
        assert_string_equal(buf_text(&out), rows[i].out);
        buf_done(&out);
    }
}

static void percent_goes_there_and_back(void **state)
{
    (void)state;
    struct buf encoded = {0}, decoded = {0};
    char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    url_percent_encode(&encoded, slice_make(all, sizeof all));
    url_percent_decode(&decoded, buf_slice(&encoded));
    assert_true(slice_equal(buf_slice(&decoded), slice_make(all, sizeof all)));
    buf_clear(&encoded);
    buf_clear(&decoded);
    url_percent_encode(&encoded, SLICE("az AZ09-._~/+\n\xff"));
    assert_string_equal(buf_text(&encoded), "az%20AZ09-._~%2F%2B%0A%FF");
    url_percent_decode(&decoded, SLICE("%41%4a%4A%%4%zz%2541+%"));
    assert_string_equal(buf_text(&decoded), "AJJ%%4%zz%41+%");
    buf_done(&encoded);
    buf_done(&decoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_urls_have_one_form),
        cmocka_unit_test(bad_urls_say_what_and_where),
        cmocka_unit_test(messages_show_no_password_and_no_raw_byte),
        cmocka_unit_test(parts_are_told_apart),
        cmocka_unit_test(control_bytes_never_become_structure),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(schemes_and_flags_of_the_caller_count),
        cmocka_unit_test(hosts_are_normalised_alone),
        cmocka_unit_test(prints_leave_out_what_they_should),
        cmocka_unit_test(origins_are_scheme_host_port),
        cmocka_unit_test(hosts_end_somewhere),
        cmocka_unit_test(queries_grow),
        cmocka_unit_test(nothing_secret_is_left),
        cmocka_unit_test(percent_goes_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
