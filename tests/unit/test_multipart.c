/* http/multipart: the bytes of a form. */
#include "http/multipart.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

/* What the form becomes, with "B" as its boundary. */
static char *text_of(const struct form *form, const char *media_type)
{
    struct error err = {0};
    struct buf out = {0};
    struct body *b = body_new();
    assert_true(multipart_add(b, form, media_type, "B", &err));
    enum body_status status = BODY_BYTES;
    while (status == BODY_BYTES) {
        size_t n = 0;
        status = body_read(b, (struct span){buf_reserve(&out, 5).ptr, 5}, &n, &err);
        buf_added(&out, n);
    }
    assert_int_equal(status, BODY_END);
    assert_int_equal(body_length(b), out.len);
    body_free(b);
    return buf_take(&out);
}

static struct form_part *add_text(struct form *form, const char *name, const char *data)
{
    struct form_part *part = form_add(&form->root);
    part->name = mem_strdup(name);
    part->data = mem_strdup(data);
    return part;
}

static void heads_are_those_of_curl(void **state)
{
    (void)state;
    static const struct {
        const char *name, *filename, *type, *header;
        enum encoding encoding;
        bool is_backslash_escaped;
        const char *head;
    } rows[] = {
        {.name = "a", .head = "Content-Disposition: form-data; name=\"a\"\r\n"},
        {.head = "Content-Disposition: form-data\r\n"},
        {.name = "a\"\\\r\nb", .head = "Content-Disposition: form-data; name=\"a%22\\%0D%0Ab\"\r\n"},
        {.name = "a\"\\b",
         .is_backslash_escaped = true,
         .head = "Content-Disposition: form-data; name=\"a\\\"\\\\b\"\r\n"},
        {.name = "a",
         .filename = "x.PNG",
         .head = "Content-Disposition: form-data; name=\"a\"; filename=\"x.PNG\"\r\nContent-Type: image/png\r\n"},
        {.name = "a",
         .type = "text/plain; charset=utf-8",
         .head = "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=utf-8\r\n"},
        {.name = "a",
         .encoding = ENCODING_BINARY,
         .head = "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: binary\r\n"},
        {.name = "a", .header = "X: y", .head = "Content-Disposition: form-data; name=\"a\"\r\nX: y\r\n"},
        {.name = "a", .header = "content-disposition: z", .head = "content-disposition: z\r\n"},
        {.name = "a",
         .header = "Content-Type: b/c",
         .head = "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: b/c\r\n"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct form form = {.root.kind = FORM_PARTS, .is_backslash_escaped = rows[i].is_backslash_escaped};
        struct form_part *part = add_text(&form, rows[i].name, "data");
        part->filename = mem_strdup(rows[i].filename);
        part->type = mem_strdup(rows[i].type);
        part->encoding = rows[i].encoding;
        if (rows[i].header) {
            part->headers = mem_array(1, sizeof *part->headers);
            part->headers[part->n_headers++] = mem_strdup(rows[i].header);
        }
        char *text = text_of(&form, "multipart/form-data");
        char *expected = mem_printf("--B\r\n%s\r\ndata\r\n--B--\r\n", rows[i].head);
        assert_string_equal(text, expected);
        mem_free(text);
        mem_free(expected);
        form_done(&form);
    }
}

static void parts_within_parts_have_a_boundary_of_their_own(void **state)
{
    (void)state;
    struct form form = {.root.kind = FORM_PARTS};
    struct form_part *group = form_add(&form.root);
    group->kind = FORM_PARTS;
    group->name = mem_strdup("g");
    struct form_part *inner = form_add(group);
    inner->data = mem_strdup("x");
    inner->filename = mem_strdup("f");
    char *text = text_of(&form, "multipart/form-data");
    char boundary[MULTIPART_BOUNDARY_SIZE] = "";
    const char *at = strstr(text, "boundary=");
    assert_non_null(at);
    memcpy(boundary, at + 9, sizeof boundary - 1);
    char *expected = mem_printf("--B\r\nContent-Disposition: form-data; name=\"g\"\r\nContent-Type: multipart/mixed; "
                                "boundary=%s\r\n\r\n--%s\r\nContent-Disposition: attachment; "
                                "filename=\"f\"\r\n\r\nx\r\n--%s--\r\n\r\n--B--\r\n",
                                boundary, boundary, boundary);
    assert_string_equal(text, expected);
    mem_free(text);
    mem_free(expected);
    form_done(&form);
}

static void outside_of_form_data_parts_are_attachments(void **state)
{
    (void)state;
    struct form form = {.root.kind = FORM_PARTS};
    add_text(&form, "a", "1");
    char *text = text_of(&form, "multipart/mixed");
    assert_string_equal(text, "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--B--\r\n");
    mem_free(text);
    form_done(&form);
}

static void a_missing_file_is_told_beforehand(void **state)
{
    (void)state;
    struct form form = {.root.kind = FORM_PARTS};
    struct form_part *part = add_text(&form, "a", "/nonexistent");
    part->kind = FORM_FILE;
    struct body *b = body_new();
    struct error err = {0};
    assert_false(multipart_add(b, &form, "multipart/form-data", "B", &err));
    assert_int_equal(err.code, PEEL_READ_ERROR);
    body_free(b);
    form_done(&form);
}

static void boundaries_look_like_curls_and_differ(void **state)
{
    (void)state;
    char one[MULTIPART_BOUNDARY_SIZE], two[MULTIPART_BOUNDARY_SIZE];
    multipart_make_boundary(one);
    multipart_make_boundary(two);
    assert_int_equal(strlen(one), 46);
    assert_int_equal(strspn(one, "-"), 24);
    assert_int_equal(strspn(one + 24, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 22);
    assert_string_not_equal(one, two);
}

static void types_follow_the_last_suffix(void **state)
{
    (void)state;
    assert_string_equal(multipart_type_of_name("a.b.HTML"), "text/html");
    assert_string_equal(multipart_type_of_name("x.jpeg"), "image/jpeg");
    assert_string_equal(multipart_type_of_name("x.svg"), "image/svg+xml");
    assert_null(multipart_type_of_name("x.tar"));
    assert_null(multipart_type_of_name("txt"));
    assert_null(multipart_type_of_name(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_those_of_curl),
        cmocka_unit_test(parts_within_parts_have_a_boundary_of_their_own),
        cmocka_unit_test(outside_of_form_data_parts_are_attachments),
        cmocka_unit_test(a_missing_file_is_told_beforehand),
        cmocka_unit_test(boundaries_look_like_curls_and_differ),
        cmocka_unit_test(types_follow_the_last_suffix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
