/* http/: the bytes of a request head, as curl 7.88.1 sends them; base64. */
#include "base/base64.h"
#include "base/mem.h"
#include "http/auth.h"
#include "http/decode.h"
#include "http/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))
#define GET         "GET /p?q HTTP/1.1\r\n"
#define POST        "POST /p?q HTTP/1.1\r\n"
#define HOST        "Host: h:8080\r\n"
#define AGENT       "User-Agent: peel/" PEEL_VERSION "\r\n"
#define ACCEPT      "Accept: */*\r\n"
#define USUAL       HOST AGENT ACCEPT
#define FORM        "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON_TYPE   "Content-Type: application/json\r\n"
#define JSON_ACCEPT "Accept: application/json\r\n"

enum {
    MAX_LINES = 6
};

/* One request: what the user said, where it goes, and the head that follows from it. */
struct row {
    const char *label;
    const char *lines[MAX_LINES]; /* -H */
    const char *method, *agent, *user, *referer, *body, *url;
    const char *out;
    const char *cookies, *given_cookies; /* of the jar; -b */
    bool is_json, compressed, head_only, is_1_0, asks_codings;
    bool is_other_origin; /* a hop that credentials may not go to */
    const char *first;    /* where the redirects began */
    bool lost_body;       /* a redirect took it */
    bool is_chunked;
};

static struct url parsed(const char *text)
{
    struct url u;
    struct error err = {0};
    assert_true(url_parse(&u, slice_of(text), NULL, 0, &err));
    return u;
}

static void check_row(const struct row *row)
{
    struct http_settings s = {.head_only = row->head_only,
                              .is_json = row->is_json,
                              .compressed = row->compressed,
                              .transfer_codings = row->asks_codings};
    char *lines[MAX_LINES] = {0};
    while (s.n_headers < MAX_LINES && row->lines[s.n_headers]) {
        lines[s.n_headers] = mem_strdup(row->lines[s.n_headers]);
        s.n_headers++;
    }
    s.headers = lines;
    s.version = row->is_1_0 ? HTTP_VERSION_1_0 : HTTP_VERSION_1_1;
    s.method = mem_strdup(row->method);
    s.user_agent = mem_strdup(row->agent);
    s.user = mem_strdup(row->user);
    s.cookies = mem_strdup(row->given_cookies);
    s.has_body = row->body || row->lost_body;
    struct error err = {0};
    assert_true(http_settings_check(&s, &err));
    struct url url = parsed(row->url ? row->url : "http://h:8080/p?q#f"), first = {0};
    if (row->first)
        first = parsed(row->first);
    struct http_request request = {
        .settings = &s,
        .url = &url,
        .method = row->lost_body ? "GET" : http_request_method(&s, false),
        .has_body = row->body != NULL,
        .has_lost_body = row->lost_body,
        .body_length = slice_of(row->body).len,
        .may_send_credentials = !row->is_other_origin,
        .referer = row->referer,
        .cookies = slice_of(row->cookies),
        .first = row->first ? &first : NULL,
    };
    struct buf out = {0}, authorization = {0};
    struct http_auth auth;
    assert_true(http_auth_begin(&auth, &s, &url, (struct http_reach){.given = !row->is_other_origin}, &err));
    http_auth_print(&authorization, &auth, request.method, SLICE("/p?q"), request.has_body);
    request.authorization = buf_text(&authorization);
    http_request_print(&out, &request);
    size_t len = strlen(buf_text(&out));
    assert_int_equal(len, out.len);
    assert_true(len > 4 && strcmp(buf_text(&out) + len - 4, "\r\n\r\n") == 0);
    out.len -= 2;
    if (strcmp(buf_text(&out), row->out) != 0)
        fail_msg("%s:\n%s\nnot:\n%s", row->label, buf_text(&out), row->out);
    assert_int_equal(http_request_is_chunked(&request), row->is_chunked);
    buf_done(&out);
    buf_done(&authorization);
    http_auth_done(&auth);
    url_done(&url);
    url_done(&first);
    for (size_t i = 0; i < s.n_headers; i++)
        mem_free(lines[i]);
    mem_free(s.method);
    mem_free(s.user_agent);
    mem_free(s.user);
    mem_free(s.cookies);
}

static void plain_requests(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "GET", .out = GET USUAL},
        {.label = "-0", .is_1_0 = true, .out = "GET /p?q HTTP/1.0\r\n" USUAL},
        {.label = "-I", .head_only = true, .out = "HEAD /p?q HTTP/1.1\r\n" USUAL},
        {.label = "-I -X PUT", .head_only = true, .method = "PUT", .out = "PUT /p?q HTTP/1.1\r\n" USUAL},
        {.label = "-A", .agent = "x y", .out = GET HOST "User-Agent: x y\r\n" ACCEPT},
        {.label = "-A ''", .agent = "", .out = GET HOST ACCEPT},
        {.label = "-e", .referer = "http://r/", .out = GET USUAL "Referer: http://r/\r\n"},
        {.label = "-e ''", .referer = "", .out = GET USUAL},
        {.label = "--compressed -e",
         .compressed = true,
         .referer = "r",
         .out = GET USUAL "Accept-Encoding: deflate, gzip, br, zstd\r\nReferer: r\r\n"},
        {.label = "default port", .url = "https://H/", .out = "GET / HTTP/1.1\r\nHost: H\r\n" AGENT ACCEPT},
        {.label = "written default port", .url = "http://h:80", .out = "GET / HTTP/1.1\r\nHost: h\r\n" AGENT ACCEPT},
        {.label = "IPv6 with zone",
         .url = "http://[fe80::1%25lo]:1/",
         .out = "GET / HTTP/1.1\r\nHost: [fe80::1]:1\r\n" AGENT ACCEPT},
        {.label = "capitals in the host",
         .url = "HTTP://MiXeD.Example:1/A",
         .out = "GET /A HTTP/1.1\r\nHost: MiXeD.Example:1\r\n" AGENT ACCEPT},
        {.label = "IDN",
         .url = "http://b\xc3\xbc/\xc3\xbc",
         .out = "GET /%C3%BC HTTP/1.1\r\nHost: xn--b-eha\r\n" AGENT ACCEPT},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

static void header_lines_replace_and_remove(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "Host", .lines = {"Host: x"}, .out = GET "Host: x\r\n" AGENT ACCEPT},
        {.label = "host twice", .lines = {"host: a", "Host: b"}, .out = GET "Host: a\r\n" AGENT ACCEPT},
        {.label = "Host removed", .lines = {"Host:"}, .out = GET AGENT ACCEPT},
        {.label = "Host empty", .lines = {"Host;"}, .out = GET "Host:\r\n" AGENT ACCEPT},
        {.label = "User-Agent removed", .lines = {"User-Agent:"}, .out = GET HOST ACCEPT},
        {.label = "user-agent removed with -A", .lines = {"user-agent: "}, .agent = "x", .out = GET HOST ACCEPT},
        {.label = "User-Agent wins",
         .lines = {"User-Agent: z"},
         .agent = "x",
         .out = GET HOST ACCEPT "User-Agent: z\r\n"},
        {.label = "empty field", .lines = {"X-Empty;"}, .out = GET USUAL "X-Empty:\r\n"},
        {.label = "Accept",
         .lines = {"B: 1", "Accept: x", "A: 1"},
         .out = GET HOST AGENT "B: 1\r\nAccept: x\r\nA: 1\r\n"},
        {.label = "Accept removed and given",
         .lines = {"Accept:", "Accept: 2", "Accept: 3"},
         .out = GET HOST AGENT "Accept: 2\r\nAccept: 3\r\n"},
        {.label = "Referer wins", .lines = {"Referer: z"}, .referer = "y", .out = GET USUAL "Referer: z\r\n"},
        {.label = "Accept-Encoding wins",
         .lines = {"Accept-Encoding: z"},
         .compressed = true,
         .out = GET USUAL "Accept-Encoding: z\r\n"},
        {.label = "as typed", .lines = {"C:  v  ", "X:\ty\t", "F:;"}, .out = GET USUAL "C:  v  \r\nX:\ty\t\r\nF:;\r\n"},
        {.label = "nothing", .lines = {"bad", "D;x", "", ":v", ";", "Z : "}, .out = GET USUAL},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

static void connection_is_one_field_at_the_end(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "TE", .asks_codings = true, .out = GET USUAL "TE: gzip\r\nConnection: TE\r\n"},
        {.label = "TE stands before Accept-Encoding",
         .asks_codings = true,
         .compressed = true,
         .out = GET USUAL "TE: gzip\r\nAccept-Encoding: deflate, gzip, br, zstd\r\nConnection: TE\r\n"},
        {.label = "Connection removed, but TE needs it",
         .lines = {"Connection:"},
         .asks_codings = true,
         .out = GET USUAL "TE: gzip\r\nConnection: TE\r\n"},
        {.label = "both",
         .lines = {"connection:close", "A: b", "Connection:  x "},
         .asks_codings = true,
         .out = GET USUAL "TE: gzip\r\nA: b\r\nConnection: close, x, TE\r\n"},
        {.label = "TE given", .lines = {"TE: x"}, .asks_codings = true, .out = GET USUAL "TE: x\r\n"},
        {.label = "TE removed", .lines = {"TE:"}, .asks_codings = true, .out = GET USUAL},
        {.label = "given alone",
         .lines = {"Connection: close", "A: b"},
         .out = GET USUAL "A: b\r\nConnection: close\r\n"},
        {.label = "removed", .lines = {"Connection:"}, .out = GET USUAL},
        {.label = "empty", .lines = {"Connection;"}, .out = GET USUAL "Connection:\r\n"},
        {.label = "behind what a body needs",
         .lines = {"Connection: close"},
         .body = "a",
         .out = POST USUAL "Content-Length: 1\r\n" FORM "Connection: close\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

static void bodies_have_fields(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "-d", .body = "a=b", .out = POST USUAL "Content-Length: 3\r\n" FORM},
        {.label = "-d ''", .body = "", .out = POST USUAL "Content-Length: 0\r\n" FORM},
        {.label = "-X PUT -d",
         .method = "PUT",
         .body = "x",
         .out = "PUT /p?q HTTP/1.1\r\n" USUAL "Content-Length: 1\r\n" FORM},
        {.label = "Content-Type",
         .lines = {"Content-Type: x"},
         .body = "a",
         .out = POST USUAL "Content-Type: x\r\nContent-Length: 1\r\n"},
        {.label = "Content-Type removed",
         .lines = {"Content-Type:"},
         .body = "a",
         .out = POST USUAL "Content-Length: 1\r\n"},
        {.label = "Content-Length",
         .lines = {"Content-Length: 3"},
         .body = "abc",
         .out = POST USUAL "Content-Length: 3\r\n" FORM},
        {.label = "Content-Length removed", .lines = {"Content-Length:"}, .body = "a", .out = POST USUAL FORM},
        {.label = "chunked",
         .lines = {"Transfer-Encoding: chunked"},
         .body = "abc",
         .is_chunked = true,
         .out = POST USUAL "Transfer-Encoding: chunked\r\n" FORM},
        {.label = "gzip, chunked",
         .lines = {"transfer-encoding: gzip, Chunked"},
         .body = "",
         .is_chunked = true,
         .out = POST USUAL "transfer-encoding: gzip, Chunked\r\n" FORM},
        {.label = "not chunked",
         .lines = {"Transfer-Encoding: gzip"},
         .body = "a",
         .out = POST USUAL "Transfer-Encoding: gzip\r\nContent-Length: 1\r\n" FORM},
        {.label = "Transfer-Encoding removed",
         .lines = {"Transfer-Encoding:"},
         .body = "a",
         .out = POST USUAL "Content-Length: 1\r\n" FORM},
        {.label = "no body, chunked",
         .lines = {"Transfer-Encoding: chunked"},
         .out = GET USUAL "Transfer-Encoding: chunked\r\n"},
        {.label = "--json",
         .is_json = true,
         .body = "{}",
         .out = POST HOST AGENT JSON_TYPE JSON_ACCEPT "Content-Length: 2\r\n"},
        {.label = "--json -H",
         .is_json = true,
         .body = "{}",
         .user = "u:p",
         .lines = {"A: b"},
         .out =
             POST HOST "Authorization: Basic dTpw\r\n" AGENT "A: b\r\n" JSON_TYPE JSON_ACCEPT "Content-Length: 2\r\n"},
        {.label = "--json Accept",
         .is_json = true,
         .body = "{}",
         .lines = {"Accept: q"},
         .out = POST HOST AGENT "Accept: q\r\n" JSON_TYPE "Content-Length: 2\r\n"},
        {.label = "--json Accept removed",
         .is_json = true,
         .body = "{}",
         .lines = {"Accept:"},
         .out = POST HOST AGENT JSON_TYPE "Content-Length: 2\r\n"},
        {.label = "--json Content-Type",
         .is_json = true,
         .body = "{}",
         .lines = {"Content-Type: q"},
         .out = POST HOST AGENT "Content-Type: q\r\n" JSON_ACCEPT "Content-Length: 2\r\n"},
        {.label = "--json redirected", .is_json = true, .lost_body = true, .out = GET HOST AGENT JSON_TYPE JSON_ACCEPT},
        {.label = "redirected without body",
         .lost_body = true,
         .lines = {"Content-Length: 3", "Transfer-Encoding: chunked", "X: y"},
         .out = GET USUAL "X: y\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

static void credentials_go_where_they_may(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "-u", .user = "u:p:q", .out = GET HOST "Authorization: Basic dTpwOnE=\r\n" AGENT ACCEPT},
        {.label = "-u without password", .user = "u", .out = GET HOST "Authorization: Basic dTo=\r\n" AGENT ACCEPT},
        {.label = "-u ''", .user = "", .out = GET HOST "Authorization: Basic Og==\r\n" AGENT ACCEPT},
        {.label = "-u, other origin", .user = "u:p", .is_other_origin = true, .out = GET USUAL},
        {.label = "URL",
         .url = "http://u%3a:p%40@h:8080/p?q",
         .out = GET HOST "Authorization: Basic dTo6cEA=\r\n" AGENT ACCEPT},
        {.label = "URL, user alone",
         .url = "http://u@h:8080/p?q",
         .out = GET HOST "Authorization: Basic dTo=\r\n" AGENT ACCEPT},
        {.label = "URL, empty",
         .url = "http://@h:8080/p?q",
         .out = GET HOST "Authorization: Basic Og==\r\n" AGENT ACCEPT},
        {.label = "-u wins",
         .user = "a:b",
         .url = "http://u:p@h:8080/p?q",
         .out = GET HOST "Authorization: Basic YTpi\r\n" AGENT ACCEPT},
        {.label = "URL of another origin",
         .user = "a:b",
         .url = "http://u:p@h:8080/p?q",
         .is_other_origin = true,
         .out = GET HOST "Authorization: Basic dTpw\r\n" AGENT ACCEPT},
        {.label = "-H wins", .user = "u:p", .lines = {"authorization: z"}, .out = GET USUAL "authorization: z\r\n"},
        {.label = "-H removes", .user = "u:p", .lines = {"Authorization:"}, .out = GET USUAL},
        {.label = "-H, other origin",
         .lines = {"Authorization: z", "COOKIE: a", "Proxy-Authorization: y", "X: y", "Authorization2: q"},
         .is_other_origin = true,
         .out = GET USUAL "X: y\r\nAuthorization2: q\r\n"},
        {.label = "-H, other origin, with blanks",
         .lines = {" Authorization: z", "Cookie : a", "\tProxy-Authorization\t: y"},
         .is_other_origin = true,
         .out = GET USUAL},
        {.label = "-H, other origin with userinfo",
         .lines = {"Authorization: z"},
         .url = "http://u:p@h:8080/p?q",
         .is_other_origin = true,
         .out = GET HOST "Authorization: Basic dTpw\r\n" AGENT ACCEPT},
        {.label = "Host, other origin", .lines = {"Host: x"}, .is_other_origin = true, .out = GET USUAL},
        {.label = "Host, other origin, known first",
         .lines = {"Host: x"},
         .is_other_origin = true,
         .first = "http://i/",
         .out = GET USUAL},
        {.label = "Host, other port of the first host",
         .lines = {"Host: x"},
         .is_other_origin = true,
         .first = "https://h/",
         .out = GET "Host: x\r\n" AGENT ACCEPT},
        {.label = "Cookie, first origin",
         .lines = {"Cookie: a"},
         .first = "http://h:8080/",
         .out = GET USUAL "Cookie: a\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

#define PLAIN "GET /p?q HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: peel/" PEEL_VERSION "\r\nAccept: */*\r\n"

static void cookies_have_their_place(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {.label = "of the jar", .cookies = "a=1; b=2", .out = PLAIN "Cookie: a=1; b=2\r\n"},
        {.label = "given", .given_cookies = "a=1;b", .out = PLAIN "Cookie: a=1;b\r\n"},
        {.label = "both", .cookies = "a=1", .given_cookies = "b=2", .out = PLAIN "Cookie: a=1; b=2\r\n"},
        {.label = "another origin",
         .cookies = "a=1",
         .given_cookies = "b=2",
         .is_other_origin = true,
         .out = PLAIN "Cookie: a=1\r\n"},
        {.label = "before -H, after Referer",
         .cookies = "a=1",
         .referer = "r",
         .lines = {"X: y"},
         .out = PLAIN "Referer: r\r\nCookie: a=1\r\nX: y\r\n"},
        {.label = "a -H of its own is for -b's",
         .cookies = "a=1",
         .given_cookies = "b=2",
         .lines = {"Cookie: c=3"},
         .out = PLAIN "Cookie: a=1\r\nCookie: c=3\r\n"},
        {.label = "removed", .given_cookies = "b=2", .lines = {"Cookie:"}, .out = PLAIN},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check_row(&rows[i]);
}

static void settings_with_structure_are_refused(void **state)
{
    (void)state;
    const struct {
        char *method, *line, *agent, *referer, *user;
        const char *said; /* NULL: fine */
    } rows[] = {
        {.said = NULL},
        {.method = (char[]){"M-SEARCH"}, .line = (char[]){"A: b"}, .agent = (char[]){"a\tb \xc3\xa9"}, .said = NULL},
        {.line = (char[]){"A: CANARY\r\nB: c"}, .said = "-H has a carriage return (byte 10)"},
        {.line = (char[]){"A: CANARY\n"}, .said = "-H has a line feed (byte 10)"},
        {.agent = (char[]){"a\nb"}, .said = "-A has a line feed (byte 2)"},
        {.referer = (char[]){"a\rb"}, .said = "-e has a carriage return (byte 2)"},
        {.user = (char[]){"CANARY\n:b"}, .said = "-u has a line feed (byte 7)"},
        {.method = (char[]){""}, .said = "-X is empty"},
        {.method = (char[]){"A B"}, .said = "-X has a space (byte 2)"},
        {.method = (char[]){"A\r\nB"}, .said = "-X has a control byte (byte 2)"},
        {.method = (char[]){"AB\x7f"}, .said = "-X has a control byte (byte 3)"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        char *line = rows[i].line;
        struct http_settings s = {
            .method = rows[i].method,
            .headers = &line,
            .n_headers = line ? 1 : 0,
            .user_agent = rows[i].agent,
            .referer = rows[i].referer,
            .user = rows[i].user,
        };
        struct error err = {0};
        assert_int_equal(http_settings_check(&s, &err), rows[i].said == NULL);
        assert_int_equal(err.code, rows[i].said ? PEEL_BAD_FUNCTION_ARGUMENT : PEEL_OK);
        if (rows[i].said && !strstr(err.text, rows[i].said))
            fail_msg("\"%s\" does not say \"%s\"", err.text, rows[i].said);
        assert_null(strstr(err.text, "CANARY"));
    }
}

static void base64_pads(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        {SLICE_INIT(""), ""},
        {SLICE_INIT("f"), "Zg=="},
        {SLICE_INIT("fo"), "Zm8="},
        {SLICE_INIT("foo"), "Zm9v"},
        {SLICE_INIT("foob"), "Zm9vYg=="},
        {SLICE_INIT("fooba"), "Zm9vYmE="},
        {SLICE_INIT("foobar"), "Zm9vYmFy"},
        {SLICE_INIT("\xff\xfe\x00\xfb"), "//4A+w=="},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf b = {0};
        base64_append(&b, rows[i].in);
        assert_string_equal(buf_text(&b), rows[i].out);
        buf_done(&b);
    }
}

static void bodies_are_framed_and_asked_for(void **state)
{
    (void)state;
    enum {
        MIB = 1024 * 1024
    };
    static const struct {
        uint64_t length;
        enum http_version_choice version;
        const char *line; /* of -H */
        bool is_refused, is_chunked, expects, is_good;
    } rows[] = {
        {10, HTTP_VERSION_1_1, NULL, false, false, false, true},
        {MIB, HTTP_VERSION_1_1, NULL, false, false, false, true},
        {MIB + 1, HTTP_VERSION_1_1, NULL, false, false, true, true},
        {MIB + 1, HTTP_VERSION_1_0, NULL, false, false, false, true},
        {MIB + 1, HTTP_VERSION_1_1, "Expect:", false, false, false, true},
        {MIB + 1, HTTP_VERSION_1_1, NULL, true, false, false, true},
        {10, HTTP_VERSION_1_1, "expect: 100-Continue", false, false, true, true},
        {10, HTTP_VERSION_1_1, "expect: 100-Continue", true, false, false, true},
        {BODY_LENGTH_UNKNOWN, HTTP_VERSION_1_1, NULL, false, true, true, true},
        {BODY_LENGTH_UNKNOWN, HTTP_VERSION_1_1, "Transfer-Encoding:", false, false, true, true},
        {BODY_LENGTH_UNKNOWN, HTTP_VERSION_1_0, NULL, false, true, false, false},
        {BODY_LENGTH_UNKNOWN, HTTP_VERSION_1_0, "Transfer-Encoding: chunked", false, true, false, true},
        {10, HTTP_VERSION_1_1, "Transfer-Encoding: chunked", false, true, false, true},
    };
    struct url url = {0};
    struct error err = {0};
    assert_true(url_parse(&url, SLICE("http://h/"), NULL, 0, &err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *lines[] = {(char *)(uintptr_t)rows[i].line};
        struct http_settings s = {.version = rows[i].version, .headers = lines, .n_headers = rows[i].line != NULL};
        struct http_request r = {.settings = &s,
                                 .url = &url,
                                 .method = "PUT",
                                 .has_body = true,
                                 .is_upload = true,
                                 .body_length = rows[i].length,
                                 .is_expect_refused = rows[i].is_refused};
        struct buf out = {0};
        err = (struct error){0};
        http_request_print(&out, &r);
        assert_int_equal(http_request_is_chunked(&r), rows[i].is_chunked);
        assert_int_equal(http_request_expects_continue(&r), rows[i].expects);
        assert_int_equal(strcasestr(buf_text(&out), "\r\nExpect: 100-continue\r\n") != NULL, rows[i].expects);
        assert_int_equal(strstr(buf_text(&out), "\r\nTransfer-Encoding: chunked\r\n") != NULL, rows[i].is_chunked);
        assert_int_equal(http_request_check(&r, &err), rows[i].is_good);
        assert_int_equal(err.code, rows[i].is_good ? PEEL_OK : PEEL_UPLOAD_FAILED);
        buf_done(&out);
    }
    url_done(&url);
}

/* A request that a proxy gets: its target is absolute, and what is for the proxy comes along, each field once. */
static void a_proxy_gets_what_is_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *label, *line, *proxy_line, *login, *target, *url, *out;
        bool is_to_proxy;
    } rows[] = {
        {"to the origin", NULL, "X: y", "Basic x", NULL, "http://h/p", "GET /p HTTP/1.1\r\nHost: h\r\n\r\n", false},
        {"to a proxy", NULL, "X: y", "Basic x", NULL, "http://u:p@H/p?q#f",
         "GET http://H/p?q HTTP/1.1\r\nHost: H\r\nProxy-Authorization: Basic x\r\nProxy-Connection: "
         "Keep-Alive\r\nX: y\r\n\r\n",
         true},
        {"no path, a port, no login", NULL, NULL, "", NULL, "http://h:81?q",
         "GET http://h:81/?q HTTP/1.1\r\nHost: h:81\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
        {"a zone is nobody's business", NULL, NULL, NULL, NULL, "http://[fe80::1%25lo]/",
         "GET http://[fe80::1]/ HTTP/1.1\r\nHost: [fe80::1]\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
        {"a target of one's own", NULL, NULL, NULL, "*", "http://h/",
         "GET * HTTP/1.1\r\nHost: h\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
        {"-H says it", "Proxy-Connection: close", NULL, NULL, NULL, "http://h/",
         "GET http://h/ HTTP/1.1\r\nHost: h\r\nProxy-Connection: close\r\n\r\n", true},
        {"--proxy-header says it", NULL, "Proxy-Authorization: own", "Basic x", NULL, "http://h/",
         "GET http://h/ HTTP/1.1\r\nHost: h\r\nProxy-Connection: Keep-Alive\r\nProxy-Authorization: own\r\n\r\n", true},
        {"one Host only", NULL, "Host: other", NULL, NULL, "http://h/",
         "GET http://h/ HTTP/1.1\r\nHost: h\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        char *lines[] = {"Accept:", (char *)rows[i].line}, *proxy_lines[] = {(char *)rows[i].proxy_line};
        struct http_settings s = {.headers = lines,
                                  .n_headers = rows[i].line ? 2 : 1,
                                  .proxy_headers = proxy_lines,
                                  .n_proxy_headers = rows[i].proxy_line != NULL,
                                  .target = (char *)rows[i].target,
                                  .user_agent = ""};
        struct url url = parsed(rows[i].url);
        struct http_request request = {.settings = &s,
                                       .url = &url,
                                       .method = "GET",
                                       .may_send_credentials = true,
                                       .is_to_proxy = rows[i].is_to_proxy,
                                       .proxy_authorization = rows[i].login};
        struct buf out = {0};
        http_request_print(&out, &request);
        assert_string_equal(buf_text(&out), rows[i].out);
        buf_done(&out);
        url_done(&url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_gets_what_is_its_own),
        cmocka_unit_test(bodies_are_framed_and_asked_for),
        cmocka_unit_test(plain_requests),
        cmocka_unit_test(header_lines_replace_and_remove),
        cmocka_unit_test(connection_is_one_field_at_the_end),
        cmocka_unit_test(bodies_have_fields),
        cmocka_unit_test(credentials_go_where_they_may),
        cmocka_unit_test(cookies_have_their_place),
        cmocka_unit_test(settings_with_structure_are_refused),
        cmocka_unit_test(base64_pads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
