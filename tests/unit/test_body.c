/* http/body, http/encode: what comes out, in which steps, how long it is, and again from the start. */
#include "http/body.h"

#include "base/mem.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

/* A file with these bytes; unlink and mem_free it. */
static char *file_with(struct slice bytes)
{
    char *path = mem_strdup("/tmp/peel-body-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    close(fd);
    return path;
}

static void remove_file(char *path)
{
    unlink(path);
    mem_free(path);
}

/* All of it, step bytes at a time; mem_free it. */
static char *read_all(struct body *b, size_t step, size_t *len)
{
    struct buf out = {0};
    struct error err = {0};
    for (;;) {
        size_t n = 0;
        enum body_status status = body_read(b, (struct span){buf_reserve(&out, step).ptr, step}, &n, &err);
        assert_true(status == BODY_BYTES || status == BODY_END);
        assert_true(n <= step);
        if (status == BODY_END)
            break;
        buf_added(&out, n);
    }
    *len = out.len;
    return buf_take(&out);
}

static void pieces_come_in_order_at_every_step(void **state)
{
    (void)state;
    char *path = file_with(SLICE("from a file"));
    struct error err = {0};
    struct body *b = body_new();
    body_add_text(b, SLICE("[one]"));
    assert_true(body_add_file(b, path, ENCODING_NONE, &err));
    body_add_borrowed(b, SLICE(""));
    assert_true(body_add_file(b, path, ENCODING_BASE64, &err));
    body_add_borrowed(b, SLICE("[end]"));
    static const char expected[] = "[one]from a fileZnJvbSBhIGZpbGU=[end]";
    assert_int_equal(body_length(b), sizeof expected - 1);
    for (size_t step = 1; step < sizeof expected + 1; step++) {
        size_t len = 0;
        char *all = read_all(b, step, &len);
        assert_string_equal(all, expected);
        mem_free(all);
        assert_true(body_rewind(b, &err));
    }
    body_free(b);
    remove_file(path);
}

static void rewinding_in_the_middle_starts_over(void **state)
{
    (void)state;
    char *path = file_with(SLICE("0123456789"));
    struct error err = {0};
    for (size_t cut = 0; cut <= 20; cut++) {
        struct body *b = body_new();
        assert_true(body_add_file(b, path, ENCODING_NONE, &err));
        assert_true(body_add_file(b, path, ENCODING_QUOTED_PRINTABLE, &err));
        char some[20];
        size_t n = 0;
        body_read(b, (struct span){some, cut}, &n, &err);
        assert_true(body_rewind(b, &err));
        size_t len = 0;
        char *all = read_all(b, 7, &len);
        assert_string_equal(all, "01234567890123456789");
        mem_free(all);
        body_free(b);
    }
    remove_file(path);
}

static void files_that_cannot_be_sent_say_why(void **state)
{
    (void)state;
    static const char *const paths[] = {"/nonexistent/file", "/tmp"};
    for (size_t i = 0; i < N_OF(paths); i++) {
        struct error err = {0};
        struct body *b = body_new();
        assert_false(body_add_file(b, paths[i], ENCODING_NONE, &err));
        assert_int_equal(err.code, PEEL_READ_ERROR);
        assert_non_null(strstr(err.text, paths[i]));
        body_free(b);
    }
}

static void a_file_that_shrinks_is_an_error(void **state)
{
    (void)state;
    char *path = file_with(SLICE("0123456789"));
    struct error err = {0};
    struct body *b = body_new();
    assert_true(body_add_file(b, path, ENCODING_NONE, &err));
    assert_int_equal(truncate(path, 4), 0);
    char some[20];
    size_t n = 0;
    assert_int_equal(body_read(b, (struct span){some, sizeof some}, &n, &err), BODY_FAILED);
    assert_int_equal(err.code, PEEL_READ_ERROR);
    body_free(b);
    remove_file(path);
}

static void a_beginning_can_be_left_out(void **state)
{
    (void)state;
    char *path = file_with(SLICE("0123456789"));
    for (uint64_t offset = 1; offset <= 11; offset++) {
        struct error err = {0};
        struct body *b = body_new();
        assert_true(body_add_file(b, path, ENCODING_NONE, &err));
        bool is_something_left = offset < 10;
        assert_int_equal(body_skip(b, offset, &err), is_something_left);
        assert_int_equal(err.code, is_something_left ? PEEL_OK : PEEL_PARTIAL_FILE);
        for (size_t step = 1; is_something_left && step <= 10; step++) {
            assert_int_equal(body_length(b), 10 - offset);
            size_t len = 0;
            char *all = read_all(b, step, &len);
            assert_string_equal(all, &"0123456789"[offset]);
            mem_free(all);
            assert_true(body_rewind(b, &err));
        }
        body_free(b);
    }
    remove_file(path);
}

static void what_is_no_file_has_no_middle(void **state)
{
    (void)state;
    struct error err = {0};
    struct body *b = body_new();
    assert_true(body_add_file(b, "/dev/zero", ENCODING_NONE, &err));
    assert_false(body_skip(b, 1, &err));
    assert_int_equal(err.code, PEEL_READ_ERROR);
    body_free(b);
}

/* One that grows is sent as long as was promised. */
static void a_file_that_grows_is_cut(void **state)
{
    (void)state;
    char *path = file_with(SLICE("0123"));
    struct error err = {0};
    struct body *b = body_new();
    assert_true(body_add_file(b, path, ENCODING_NONE, &err));
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "4567", 4), 4);
    close(fd);
    size_t len = 0;
    char *all = read_all(b, 20, &len);
    assert_string_equal(all, "0123");
    mem_free(all);
    body_free(b);
    remove_file(path);
}

static void a_pipe_is_awaited_and_not_rewound(void **state)
{
    (void)state;
    int ends[2];
    struct error err = {0};
    char some[20];
    size_t n = 0;
    int kept = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    struct body *b = body_new();
    body_add_stdin_stream(b);
    assert_true(body_length(b) == BODY_LENGTH_UNKNOWN);
    assert_int_equal(body_read(b, (struct span){some, sizeof some}, &n, &err), BODY_WAIT);
    assert_int_equal(body_wait_fd(b), STDIN_FILENO);
    assert_true(body_rewind(b, &err)); /* nothing was taken out of it */
    assert_int_equal(write(ends[1], "abc", 3), 3);
    assert_int_equal(body_read(b, (struct span){some, sizeof some}, &n, &err), BODY_BYTES);
    assert_int_equal(n, 3);
    assert_false(body_rewind(b, &err));
    assert_int_equal(err.code, PEEL_SEND_FAIL_REWIND);
    close(ends[1]);
    assert_int_equal(body_read(b, (struct span){some, sizeof some}, &n, &err), BODY_END);
    body_free(b);
    dup2(kept, STDIN_FILENO);
    close(kept);
}

static void encodings_are_those_of_mime(void **state)
{
    (void)state;
#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10
    static const struct {
        enum encoding encoding;
        struct slice in;
        const char *out;
    } rows[] = {
        {ENCODING_BASE64, SLICE_INIT(""), ""},
        {ENCODING_BASE64, SLICE_INIT("a"), "YQ=="},
        {ENCODING_BASE64, SLICE_INIT("abc"), "YWJj"},
        {ENCODING_BASE64, SLICE_INIT("\xff\xfe"), "//4="},
        {ENCODING_BASE64, SLICE_INIT("012345678901234567890123456789012345678901234567890123456"),
         "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2"},
        {ENCODING_BASE64, SLICE_INIT("0123456789012345678901234567890123456789012345678901234567"),
         "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2\r\nNw=="},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT("plain"), "plain"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT("a=b\xc3\xa9"), "a=3Db=C3=A9"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT("a \r\nb\t\r\n"), "a=20\r\nb=09\r\n"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT("a b "), "a b=20"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT("a\nb\rc"), "a=0Ab=0Dc"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT(X70 "123456"), X70 "123456"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT(X70 "1234567"), X70 "12345=\r\n67"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT(X70 "123=56"), X70 "123=\r\n=3D56"},
        {ENCODING_QUOTED_PRINTABLE, SLICE_INIT(X70 "123456\r\n7"), X70 "123456\r\n7"},
        {ENCODING_7BIT, SLICE_INIT("as it is\n"), "as it is\n"},
        {ENCODING_8BIT, SLICE_INIT("\xff"), "\xff"},
    };
    struct error err = {0};
    for (size_t i = 0; i < N_OF(rows); i++) {
        for (size_t step = 1; step <= rows[i].in.len + 1; step++) {
            struct encoder e = {.encoding = rows[i].encoding};
            struct buf out = {0};
            struct slice rest = rows[i].in;
            do {
                struct slice next = slice_first(rest, step);
                rest = slice_from(rest, next.len);
                assert_true(encoder_feed(&e, next, rest.len == 0, &out, &err));
            } while (rest.len > 0);
            assert_string_equal(buf_text(&out), rows[i].out);
            uint64_t len = encoding_length(rows[i].encoding, rows[i].in.len);
            assert_true(len == UINT64_MAX || len == strlen(rows[i].out));
            buf_done(&out);
        }
    }
    struct encoder e = {.encoding = ENCODING_7BIT};
    struct buf out = {0};
    assert_false(encoder_feed(&e, SLICE("a\x80"), true, &out, &err));
    assert_int_equal(err.code, PEEL_READ_ERROR);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_order_at_every_step), cmocka_unit_test(rewinding_in_the_middle_starts_over),
        cmocka_unit_test(files_that_cannot_be_sent_say_why),  cmocka_unit_test(a_file_that_shrinks_is_an_error),
        cmocka_unit_test(a_beginning_can_be_left_out),        cmocka_unit_test(what_is_no_file_has_no_middle),
        cmocka_unit_test(a_file_that_grows_is_cut),           cmocka_unit_test(a_pipe_is_awaited_and_not_rewound),
        cmocka_unit_test(encodings_are_those_of_mime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
