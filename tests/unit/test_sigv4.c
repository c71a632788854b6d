/* http/sigv4: AWS's published examples, and what other providers and odd requests make of it. */
#include "http/sigv4.h"

#include "base/hash.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

#define SUITE_KEY    "AKIDEXAMPLE"
#define SUITE_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define S3_KEY       "AKIAIOSFODNN7EXAMPLE"
#define S3_SECRET    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define OF_NOTHING   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum {
    SUITE_TIME = 1440938160, /* 20150830T123600Z */
    S3_TIME = 1369353600     /* 20130524T000000Z */
};

struct row {
    const char *scope, *key, *secret, *host, *method, *target;
    const char *fields[4][2];
    const char *body; /* NULL: OF_NOTHING */
    int64_t now_unix_s;
};

static void print(struct buf *out, const struct row *row)
{
    struct error err = {0};
    struct http_headers headers = {0};
    char payload[HASH_HEX_SIZE];
    struct slice body = slice_of(row->body);
    for (size_t i = 0; i < 4 && row->fields[i][0]; i++)
        http_headers_add(&headers, slice_of(row->fields[i][0]), slice_of(row->fields[i][1]));
    assert_true(hash_hex(payload, HASH_SHA256, &body, 1));
    struct sigv4_request request = {.key = row->key,
                                    .secret = row->secret,
                                    .method = row->method,
                                    .target = slice_of(row->target),
                                    .host = slice_of(row->host),
                                    .headers = &headers,
                                    .payload = payload,
                                    .now_unix_s = row->now_unix_s};
    assert_true(sigv4_read_scope(&request.scope, row->scope, &err));
    assert_true(sigv4_complete_scope(&request.scope, row->host, &err));
    assert_true(sigv4_print(out, &request, &err));
    http_headers_done(&headers);
}

#define SUITE(method, target)                                                                                          \
    "aws:amz:us-east-1:service", SUITE_KEY, SUITE_SECRET, "example.amazonaws.com", method, target
#define S3(method, target) "aws:amz:us-east-1:s3", S3_KEY, S3_SECRET, "examplebucket.s3.amazonaws.com", method, target

static void the_published_examples(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct row row;
        const char *signed_fields, *signature;
    } rows[] = {
        {"get-vanilla",
         {SUITE("GET", "/"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"get-vanilla-query-order-key-case",
         {SUITE("GET", "/?Param2=value2&Param1=value1"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"get-vanilla-utf8-query",
         {SUITE("GET", "/?\xe1\x88\xb4=bar"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        {"get-unreserved",
         {SUITE("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        {"get-utf8",
         {SUITE("GET", "/\xe1\x88\xb4"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        {"get-space",
         {SUITE("GET", "/example space/"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
        {"get-slashes",
         {SUITE("GET", "//example//"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
        {"get-header-key-duplicate",
         {SUITE("GET", "/"),
          {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
          NULL,
          SUITE_TIME},
         "host;my-header1;x-amz-date",
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"get-header-value-trim",
         {SUITE("GET", "/"), {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}, NULL, SUITE_TIME},
         "host;my-header1;my-header2;x-amz-date",
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        {"post-vanilla",
         {SUITE("POST", "/"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"post-vanilla-query",
         {SUITE("POST", "/?Param1=value1"), {{0}}, NULL, SUITE_TIME},
         "host;x-amz-date",
         "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
        {"post-x-www-form-urlencoded",
         {SUITE("POST", "/"), {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1", SUITE_TIME},
         "content-type;host;x-amz-date",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
        {"the IAM user guide's ListUsers",
         {"aws:amz:us-east-1:iam",
          SUITE_KEY,
          SUITE_SECRET,
          "iam.amazonaws.com",
          "GET",
          "/?Action=ListUsers&Version=2010-05-08",
          {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
          NULL,
          SUITE_TIME},
         "content-type;host;x-amz-date",
         "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
        {"S3: GET Object",
         {S3("GET", "/test.txt"), {{"Range", "bytes=0-9"}}, NULL, S3_TIME},
         "host;range;x-amz-content-sha256;x-amz-date",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        {"S3: PUT Object",
         {S3("PUT", "/test%24file.text"),
          {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
          "Welcome to Amazon S3.",
          S3_TIME},
         "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        {"S3: the same, asked for without encoding",
         {S3("PUT", "/test$file.text"),
          {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
          "Welcome to Amazon S3.",
          S3_TIME},
         "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        {"S3: GET Bucket lifecycle",
         {S3("GET", "/?lifecycle"), {{0}}, NULL, S3_TIME},
         "host;x-amz-content-sha256;x-amz-date",
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        {"S3: GET Bucket (List Objects)",
         {S3("GET", "/?max-keys=2&prefix=J"), {{0}}, NULL, S3_TIME},
         "host;x-amz-content-sha256;x-amz-date",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
        {"the user's own date and digest",
         {S3("GET", "/?lifecycle"),
          {{"X-AMZ-DATE", "20130524T000000Z"}, {"X-Amz-Content-SHA256", OF_NOTHING}},
          NULL,
          0},
         "host;x-amz-content-sha256;x-amz-date",
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf out = {0};
        char *ends[] = {mem_printf("SignedHeaders=%s, ", rows[i].signed_fields),
                        mem_printf("Signature=%s\r\n", rows[i].signature)};
        print(&out, &rows[i].row);
        for (size_t k = 0; k < N_OF(ends); k++) {
            if (!strstr(buf_text(&out), ends[k]))
                fail_msg("%s: %s, and not %s", rows[i].name, buf_text(&out), ends[k]);
            mem_free(ends[k]);
        }
        buf_done(&out);
    }
}

static void other_providers_have_words_of_their_own(void **state)
{
    (void)state;
    static const struct {
        const char *scope, *begins, *has;
    } rows[] = {
        {"xXx:yYy:r:s",
         "Authorization: XXX4-HMAC-SHA256 Credential=k/19700101/r/s/xxx4_request, SignedHeaders=host;x-yyy-date, ",
         "\r\nX-Yyy-Date: 19700101T000000Z\r\n"},
        {"xxx:yyy:r", "Authorization: XXX4-HMAC-SHA256 Credential=k/19700101/r/one/xxx4_request, ",
         "\r\nX-Yyy-Date: 19700101T000000Z\r\n"},
        {"xxx", "Authorization: XXX4-HMAC-SHA256 Credential=k/19700101/two/one/xxx4_request, ",
         "\r\nX-Xxx-Date: 19700101T000000Z\r\n"},
        {"xxx:yyy:r:s3",
         "Authorization: XXX4-HMAC-SHA256 Credential=k/19700101/r/s3/xxx4_request, "
         "SignedHeaders=host;x-yyy-date, ",
         "Z\r\n"},
        {"aws:amz:r:s3", "Authorization: AWS4-HMAC-SHA256 ", "\r\nx-amz-content-sha256: " OF_NOTHING "\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct row row = {rows[i].scope, "k", "s", "one.two.test:9000", "GET", "/", {{0}}, NULL, 0};
        struct buf out = {0};
        print(&out, &row);
        assert_true(slice_starts_with(buf_slice(&out), slice_of(rows[i].begins)));
        assert_non_null(strstr(buf_text(&out), rows[i].has));
        buf_done(&out);
    }
}

/* Requests that mean the same have one signature; others do not. */
static void what_is_signed(void **state)
{
    (void)state;
    static const struct {
        const char *scope, *one, *other;
        bool is_same;
    } rows[] = {
        {"aws:amz:r:s", "/?b=1&a=2", "/?a=2&b=1", true},
        {"aws:amz:r:s", "/?a=b&a=a", "/?a=a&a=b", true},
        {"aws:amz:r:s", "/?a&b", "/?a=&b=", true},
        {"aws:amz:r:s", "/?a=x+y", "/?a=x%20y", true},
        {"aws:amz:r:s", "/?a=x%2by", "/?a=x%2By", true},
        {"aws:amz:r:s", "/?a=x%2by", "/?a=x+y", false},
        {"aws:amz:r:s", "/?a=/", "/?a=%2F", true},
        {"aws:amz:r:s", "/?&a=1&&", "/?a=1", true},
        {"aws:amz:r:s", "/?a.b=1&a=2", "/?a=2&a.b=1", true},
        {"aws:amz:r:s", "/?", "/", true},
        {"aws:amz:r:s", "/a//b", "/a/b", true},
        {"aws:amz:r:s", "/a%2Fb", "/a/b", false},
        {"aws:amz:r:s", "/a%3Ab", "/a:b", false},
        {"aws:amz:r:s3", "/a//b", "/a/b", false},
        {"aws:amz:r:s3", "/a%3Ab", "/a:b", true},
        {"aws:amz:r:s3", "/a=b", "/a%3db", true},
        {"aws:amz:r:s3", "/a%2Fb", "/a/b", false},
        {"aws:amz:r:s", "/", "/x", false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf one = {0}, other = {0};
        struct row row = {rows[i].scope, "k", "s", "h", "GET", rows[i].one, {{0}}, NULL, 0};
        print(&one, &row);
        row.target = rows[i].other;
        print(&other, &row);
        if (slice_equal(buf_slice(&one), buf_slice(&other)) != rows[i].is_same)
            fail_msg("%s and %s", rows[i].one, rows[i].other);
        buf_done(&one);
        buf_done(&other);
    }
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const scopes[] = {
        "", ":b", "a::c:d", "a:b::d", "a:b:c:", "a234567890123456789012345678901234567890123456789012345678901234x"};
    struct sigv4_scope scope;
    struct error err = {0};
    for (size_t i = 0; i < N_OF(scopes); i++) {
        assert_false(sigv4_read_scope(&scope, scopes[i], &err));
        assert_int_equal(err.code, PEEL_BAD_FUNCTION_ARGUMENT);
    }
    static const char *const hosts[] = {"localhost", "service.region", ".region.test", "service..test"};
    for (size_t i = 0; i < N_OF(hosts); i++) {
        err = (struct error){0};
        assert_true(sigv4_read_scope(&scope, "aws:amz", &err));
        assert_false(sigv4_complete_scope(&scope, hosts[i], &err));
        assert_int_equal(err.code, PEEL_URL_MALFORMED);
    }
    static const char *const dates[] = {"", "now", "20150830T123600", "20150830 123600Z", "20150830T123600Zx"};
    for (size_t i = 0; i < N_OF(dates); i++) {
        struct http_headers headers = {0};
        struct buf out = {0};
        http_headers_add(&headers, SLICE("x-amz-date"), slice_of(dates[i]));
        err = (struct error){0};
        assert_true(sigv4_read_scope(&scope, "aws:amz:r:s", &err));
        struct sigv4_request request = {scope, "k", "s", "GET", SLICE("/"), SLICE("h"), &headers, OF_NOTHING, 0};
        assert_false(sigv4_print(&out, &request, &err));
        assert_int_equal(err.code, PEEL_BAD_FUNCTION_ARGUMENT);
        assert_int_equal(out.len, 0);
        http_headers_done(&headers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_examples),
        cmocka_unit_test(other_providers_have_words_of_their_own),
        cmocka_unit_test(what_is_signed),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
