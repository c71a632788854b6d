/* http/: HTTP Digest with the numbers of RFC 7616 section 3.9 and RFC 2069; challenges cut into their parameters. */
#include "base/mem.h"
#include "http/challenge.h"
#include "http/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static void pieces_are_hashed_as_one(void **state)
{
    (void)state;
    static const struct {
        enum hash_kind kind;
        const char *hex;
    } rows[] = {
        {HASH_MD5, "900150983cd24fb0d6963f7d28e17f72"},
        {HASH_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {HASH_SHA512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    };
    const struct slice pieces[] = {SLICE_INIT("a"), SLICE_INIT(""), SLICE_INIT("bc")};
    for (size_t i = 0; i < N_OF(rows); i++) {
        char hex[HASH_HEX_SIZE];
        assert_true(hash_hex(hex, rows[i].kind, pieces, N_OF(pieces)));
        assert_string_equal(hex, rows[i].hex);
    }
}

struct row {
    const char *challenge, *method, *target, *user, *password, *cnonce, *answer;
};

static void check(const struct row *row)
{
    struct digest d = {0};
    const char *why = NULL;
    struct buf out = {0};
    assert_true(digest_read(&d, slice_of(row->challenge), &why));
    struct digest_request request = {.method = row->method,
                                     .target = slice_of(row->target),
                                     .user = row->user,
                                     .password = row->password,
                                     .client_nonce = row->cnonce};
    assert_true(digest_print(&out, &d, &request));
    if (!strstr(buf_text(&out), row->answer))
        fail_msg("%s\nhas no\n%s", buf_text(&out), row->answer);
    buf_done(&out);
    digest_done(&d);
}

#define MUFASA "GET", "/dir/index.html", "Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
#define RFC7616                                                                                                        \
    "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "                                                        \
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "                                                         \
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""

static void the_examples_of_the_rfcs(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {RFC7616 ", algorithm=MD5", MUFASA,
         "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
         "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", "
         "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", nc=00000001, qop=auth, "
         "response=\"8ca523f5e9506fed4657c9700eebdbec\", "
         "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", algorithm=MD5"},
        {RFC7616 ", algorithm=SHA-256", MUFASA,
         "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""},
        {"realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, "
         "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", userhash=true, charset=UTF-8, "
         "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\"",
         "GET", "/doe.json", "J\xC3\xA4s\xC3\xB8n Doe", "Secret, or not?", "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm",
         "Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""},
        {"realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"", "GET", "/dir/index.html",
         "Mufasa", "CircleOfLife", "unused", "response=\"1949323746fe6a43ef61f9606e7febea\""},
        /* What could end a quoted string, or a line. */
        {"realm=\"a\\\"b\", nonce=\"n\\\\\"", "GET", "/\"", "u\"\\\r\n", "p", "c",
         "Digest username=\"u\\\"\\\\%0D%0A\", realm=\"a\\\"b\", nonce=\"n\\\\\", uri=\"/\\\"\", response="},
        {"nonce=n, algorithm=md5", "GET", "/", "u", "p", "c", "realm=\"\", nonce=\"n\", uri=\"/\", response="},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        check(&rows[i]);
}

/* MD5-sess hashes the nonces into the secret: worked out with the hash function itself. */
static void sessions(void **state)
{
    (void)state;
    char secret[HASH_HEX_SIZE], session[HASH_HEX_SIZE], request[HASH_HEX_SIZE], response[HASH_HEX_SIZE];
    hash_hex(secret, HASH_SHA256, &SLICE("u:r:p"), 1);
    hash_hex(session, HASH_SHA256, (struct slice[]){slice_of(secret), SLICE(":n:c")}, 2);
    hash_hex(request, HASH_SHA256, &SLICE("GET:/"), 1);
    hash_hex(response, HASH_SHA256,
             (struct slice[]){slice_of(session), SLICE(":n:00000001:c:auth:"), slice_of(request)}, 3);
    struct row row = {"realm=r, nonce=n, qop=auth, algorithm=SHA-256-SESS", "GET", "/", "u", "p", "c", response};
    check(&row);
}

static void each_answer_is_counted(void **state)
{
    (void)state;
    struct digest d = {0};
    const char *why = NULL;
    struct digest_request request = {
        .method = "GET", .target = SLICE("/"), .user = "u", .password = "p", .client_nonce = "c"};
    assert_true(digest_read(&d, SLICE("nonce=n,qop=auth"), &why));
    for (unsigned i = 1; i < 20; i++) {
        struct buf out = {0};
        char *count = mem_printf("nc=%08x,", i);
        assert_true(digest_print(&out, &d, &request));
        assert_non_null(strstr(buf_text(&out), count));
        mem_free(count);
        buf_done(&out);
    }
    digest_done(&d);
}

static void what_cannot_be_answered(void **state)
{
    (void)state;
    static const struct {
        const char *challenge, *why;
    } rows[] = {
        {"realm=r", "nonce"},
        {"realm=r, nonce=\"\"", "nonce"},
        {"nonce=n, qop=\"auth-int\"", "auth-int"},
        {"nonce=n, qop=authority", "qop"},
        {"nonce=n, algorithm=SHA-1", "algorithm"},
        {"nonce=n, algorithm=MD5-sess", "qop"},
        {"", "nonce"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct digest d = {0};
        const char *why = NULL;
        assert_false(digest_read(&d, slice_of(rows[i].challenge), &why));
        assert_non_null(strstr(why, rows[i].why));
        assert_null(d.realm);
        assert_null(d.nonce);
    }
    static char large[5000] = "nonce=";
    memset(large + 6, 'x', sizeof large - 7);
    struct digest d = {0};
    const char *why = NULL;
    assert_false(digest_read(&d, slice_of(large), &why));
    assert_non_null(strstr(why, "4096"));
}

/* "scheme{name=value;name=value;}scheme{...}" */
static void print_challenges(struct buf *out, struct slice value)
{
    struct slice scheme, params, name;
    struct buf text = {0};
    while (challenge_next(&value, &scheme, &params)) {
        buf_append(out, scheme);
        buf_append_byte(out, '{');
        while (challenge_param(&params, &name, &text)) {
            buf_append(out, name);
            buf_append_byte(out, '=');
            buf_append(out, buf_slice(&text));
            buf_append_byte(out, ';');
        }
        buf_append_byte(out, '}');
    }
    buf_done(&text);
}

static void challenges_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *value, *cut;
    } rows[] = {
        {"", ""},
        {" , ,", ""},
        {"Basic", "Basic{}"},
        {"Basic realm=\"x\"", "Basic{realm=x;}"},
        {"Basic realm = x , charset=\"UTF-8\"", "Basic{realm=x;charset=UTF-8;}"},
        {"Digest a=1, b=\"2, 3\",c=\"\\\"\", Basic realm=\"Digest nonce=n\"",
         "Digest{a=1;b=2, 3;c=\";}Basic{realm=Digest nonce=n;}"},
        {"X-Token realm=\"N\", Basic realm=\"fun\"", "X-Token{realm=N;}Basic{realm=fun;}"},
        {"Negotiate, NTLM,Basic", "Negotiate{}NTLM{}Basic{}"},
        {"Negotiate abc==, Digest nonce=n", "Negotiate{abc=;}Digest{nonce=n;}"},
        {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
         "Newauth{realm=apps;type=1;title=Login to \"apps\";}Basic{realm=simple;}"},
        {"Digest nonce=\"open, Basic", "Digest{nonce=open, Basic;}"},
        {"Digest nonce=\"a\\", "Digest{nonce=a\\;}"},
        {"=x, Basic", ""},
        {"Digest\tnonce=n,,", "Digest{nonce=n;}"},
        {"Digest nonce=", "Digest{nonce=;}"},
        {"Digest a b c, nonce=n", "Digest{nonce=n;}"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf out = {0};
        print_challenges(&out, slice_of(rows[i].value));
        assert_string_equal(buf_text(&out), rows[i].cut);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_hashed_as_one),
        cmocka_unit_test(the_examples_of_the_rfcs),
        cmocka_unit_test(sessions),
        cmocka_unit_test(each_answer_is_counted),
        cmocka_unit_test(what_cannot_be_answered),
        cmocka_unit_test(challenges_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
