/* output/filename and http/range: what a server says about names and parts. */
#include "output/filename.h"

#include "base/mem.h"
#include "http/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(char *got, const char *wanted)
{
    if (!wanted)
        assert_null(got);
    else
        assert_string_equal(got ? got : "(nothing)", wanted);
    mem_free(got);
}

static void a_disposition_names_one_component(void **state)
{
    (void)state;
    static const struct {
        const char *value, *name;
    } rows[] = {
        {"attachment; filename=plain.txt", "plain.txt"},
        {"attachment; filename=\"with space.txt\"", "with space.txt"},
        {"attachment; FileName = \"case.txt\" ; size=3", "case.txt"},
        {"filename=no-type.txt; charset=x", "no-type.txt"},
        {"attachment; filename='single'", "single"},
        {"attachment; filename=\"open end", "open end"},
        {"attachment; filename=\"a\\\"b\"", "a\"b"},
        {"attachment; name=\"filename=x\"; filename=right", "right"},
        {"attachment; filename=first; filename=second", "first"},
        {"attachment", NULL},
        {"", NULL},
        {"attachment; filename", NULL},
        {"attachment; filename=", NULL},
        {"attachment; filename=\"\"", NULL},
        /* Never a path. */
        {"attachment; filename=\"../../evil\"", "evil"},
        {"attachment; filename=/etc/x", "x"},
        {"attachment; filename=\"..\\x\"", "x"},
        {"attachment; filename=\"C:\\\\temp\\\\x\"", "x"},
        {"attachment; filename=\"a/b\\c/d\"", "d"},
        {"attachment; filename=\"a/\"", NULL},
        {"attachment; filename=.", NULL},
        {"attachment; filename=..", NULL},
        {"attachment; filename=\"/..\"", NULL},
        /* Never a file that shells and programs read by themselves. */
        {"attachment; filename=.bashrc", "_bashrc"},
        {"attachment; filename=...", "_.."},
        /* Never a control byte, and nothing that shows as something else. */
        {"attachment; filename=\"\033[\"", "_["},
        {"attachment; filename=\"a\nb\"", "a_b"},
        {"attachment; filename=\"\xc2\x9b\"", "__"},
        {"attachment; filename=\"\xe2\x80\xae"
         "fdp.exe\"",
         "___fdp.exe"},
        {"attachment; filename=\"\xff\"", "_"},
        {"attachment; filename=\"\xc3\xa4.txt\"", "\xc3\xa4.txt"},
        {"attachment; filename=x%00y", "x%00y"},
        /* RFC 8187. */
        {"attachment; filename*=UTF-8''%c3%a4.txt; filename=a.txt", "\xc3\xa4.txt"},
        {"attachment; filename=a.txt; filename*=UTF-8'de'%c3%a4.txt", "\xc3\xa4.txt"},
        {"attachment; filename*=iso-8859-1''%e4.txt", "\xc3\xa4.txt"},
        {"attachment; filename*=UTF-8''..%2fx", "x"},
        {"attachment; filename*=UTF-8''..%5cx", "x"},
        {"attachment; filename*=UTF-8''%2e%2e; filename=b", "b"},
        {"attachment; filename*=UTF-8''x%00y", "x_y"},
        {"attachment; filename*=KOI8-R''x; filename=b", "b"},
        {"attachment; filename*=UTF-8; filename=b", "b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(filename_from_disposition(slice_of(rows[i].value)), rows[i].name);
    expect(filename_from_disposition(SLICE("attachment; filename=\"a\0b\"")), "a_b");
    expect(filename_from_disposition(SLICE("attachment; filename=\"\0\"")), "_");
}

static void a_long_name_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'n', sizeof text);
    char *name = filename_from_peer(slice_make(text, 300));
    assert_int_equal(strlen(name), FILENAME_MOST);
    mem_free(name);
    for (size_t i = 0; i < 300; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    name = filename_from_peer(slice_make(text, 300));
    assert_int_equal(strlen(name), FILENAME_MOST - 1);
    mem_free(name);
}

static void a_url_names_its_last_component(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name;
    } rows[] = {
        {"/a/b.txt", "b.txt"},    {"/a/b/", "b"},          {"/", "curl_response"}, {"//", "curl_response"},
        {"/..", "curl_response"}, {"/.hidden", ".hidden"}, {"/a%2Fb", "a%2Fb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(filename_from_url_path(slice_of(rows[i].path)), rows[i].name);
}

static void a_content_range_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool is_good;
        uint64_t first, last, total;
    } rows[] = {
        {"bytes 0-99/1234", true, 0, 99, 1234}, {"bytes 5-9/*", true, 5, 9, 0},
        {"bytes: 5-9/10", true, 5, 9, 10},      {"Bytes=5-9/10", true, 5, 9, 10},
        {"bytes */10", true, 0, 0, 10},         {"bytes */*", false, 0, 0, 0},
        {"bytes 9-5/10", false, 9, 5, 10},      {"bytes 5-10/10", false, 5, 10, 10},
        {"bytes 5-9", false, 5, 9, 0},          {"bytes 99999999999999999999-1/2", false, UINT64_MAX, 0, 0},
        {"lines 5-9/10", false, 0, 0, 0},       {"", false, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct content_range range;
        assert_int_equal(content_range_parse(slice_of(rows[i].value), &range), rows[i].is_good);
        assert_true(!rows[i].is_good || range.first == rows[i].first);
        assert_true(!rows[i].is_good || range.last == rows[i].last);
        assert_true(!rows[i].is_good || range.total == rows[i].total);
    }
}

static void a_resumed_download_is_judged(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset;
        int status;
        const char *range;
        bool has_length;
        uint64_t length;
        enum resume_verdict verdict;
    } rows[] = {
        {5, 206, "bytes 5-9/10", true, 5, RESUME_GOES_ON},
        {5, 206, "bytes 5-", true, 5, RESUME_GOES_ON}, /* seen: no more than that */
        {5, 206, "bytes 4-9/10", true, 6, RESUME_REFUSED},
        {5, 206, "bytes 0-9/10", true, 10, RESUME_REFUSED},
        {5, 206, "bytes 5-3/10", true, 10, RESUME_REFUSED},
        {5, 206, "nonsense", true, 5, RESUME_REFUSED},
        {5, 206, NULL, true, 6, RESUME_REFUSED},
        {5, 200, NULL, true, 10, RESUME_REFUSED},
        {5, 200, NULL, false, 0, RESUME_REFUSED},
        {5, 200, NULL, true, 5, RESUME_IS_WHOLE},
        {5, 416, "bytes */5", true, 100, RESUME_IS_WHOLE},
        {5, 416, NULL, true, 100, RESUME_IS_WHOLE},
        {5, 404, NULL, true, 100, RESUME_REFUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            resume_judge(rows[i].offset, rows[i].status, rows[i].range, rows[i].has_length, rows[i].length),
            rows[i].verdict);
}

static struct http_headers headers_of(const char *const fields[][2], size_t n)
{
    struct http_headers headers = {0};
    for (size_t i = 0; i < n && fields[i][0]; i++)
        http_headers_add(&headers, slice_of(fields[i][0]), slice_of(fields[i][1]));
    return headers;
}

#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"

static void only_a_strong_validator_serves(void **state)
{
    (void)state;
    static const struct {
        const char *const fields[4][2];
        const char *validator;
    } rows[] = {
        {{{0}}, NULL},
        {{{"ETag", "\"v1\""}}, "\"v1\""},
        {{{"ETag", "\"\""}}, "\"\""},
        {{{"ETag", "W/\"v1\""}}, NULL},
        {{{"ETag", "v1"}}, NULL},
        {{{"ETag", "\""}}, NULL},
        {{{"ETag", "\"v1\""}, {"Accept-Ranges", "none"}}, NULL},
        {{{"ETag", "\"v1\""}, {"Accept-Ranges", "bytes"}}, "\"v1\""},
        {{{"Last-Modified", MODIFIED}}, NULL},
        {{{"Last-Modified", MODIFIED}, {"Date", MODIFIED}}, NULL},
        {{{"Last-Modified", MODIFIED}, {"Date", "Sun, 06 Nov 1994 08:49:38 GMT"}}, MODIFIED},
        {{{"Last-Modified", MODIFIED}, {"Date", "Sun, 06 Nov 1994 08:49:36 GMT"}}, NULL},
        {{{"Last-Modified", MODIFIED}, {"Date", "Sun, 06 Nov 1994 09:49:37 GMT"}, {"ETag", "W/\"1\""}}, NULL},
        {{{"Last-Modified", "soon"}, {"Date", MODIFIED}}, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_headers headers = headers_of(rows[i].fields, 4);
        const char *validator = range_validator(&headers);
        assert_int_equal(validator != NULL, rows[i].validator != NULL);
        if (validator)
            assert_string_equal(validator, rows[i].validator);
        http_headers_done(&headers);
    }
}

static void the_rest_is_all_of_the_rest(void **state)
{
    (void)state;
    static const struct {
        bool has_total;
        int status;
        bool has_length;
        uint64_t length;
        const char *const fields[3][2];
        bool is_rest;
    } rows[] = {
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}}, true},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}, {"ETag", "\"v1\""}}, true},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}, {"ETag", "\"v2\""}}, false},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}, {"ETag", "W/\"v1\""}}, false},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}, {"Content-Range", "bytes 5-9/10"}}, false},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-9/*"}}, true},
        {false, 206, true, 5, {{"Content-Range", "bytes 5-9/10"}}, true},
        {false, 206, true, 5, {{"Content-Range", "bytes 5-9/*"}}, false},
        {true, 206, true, 6, {{"Content-Range", "bytes 4-9/10"}}, false},
        {true, 206, true, 4, {{"Content-Range", "bytes 5-8/10"}}, false},
        {true, 206, true, 6, {{"Content-Range", "bytes 5-10/11"}}, false},
        {true, 206, true, 4, {{"Content-Range", "bytes 5-9/10"}}, false},
        {true, 206, false, 0, {{"Content-Range", "bytes 5-9/10"}}, false},
        {true, 206, true, 5, {{"Content-Range", "bytes 5-"}}, false},
        {true, 206, true, 5, {{"Content-Range", "bytes */10"}}, false},
        {true, 206, true, 5, {{0}}, false}, /* multipart/byteranges has none */
        {true, 200, true, 5, {{"Content-Range", "bytes 5-9/10"}}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct range_rest rest = {.offset = 5, .validator = "\"v1\"", .has_total = rows[i].has_total, .total = 10};
        struct http_headers headers = headers_of(rows[i].fields, 3);
        struct http_response_head head = {.status = rows[i].status,
                                          .headers = &headers,
                                          .has_length = rows[i].has_length,
                                          .length = rows[i].length,
                                          .has_body = true};
        assert_int_equal(range_is_rest(&rest, &head), rows[i].is_rest);
        http_headers_done(&headers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disposition_names_one_component), cmocka_unit_test(a_long_name_is_cut_at_a_whole_character),
        cmocka_unit_test(a_url_names_its_last_component),    cmocka_unit_test(a_content_range_is_read),
        cmocka_unit_test(a_resumed_download_is_judged),      cmocka_unit_test(only_a_strong_validator_serves),
        cmocka_unit_test(the_rest_is_all_of_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
