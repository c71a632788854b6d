/* cli/variables: names, ranges, functions. */
#include "base/mem.h"
#include "cli/variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void put(struct variables *variables, const char *name, struct slice text)
{
    struct buf copy = {0};
    buf_append(&copy, text);
    variables_put(variables, slice_of(name), &copy);
}

static void texts_are_put_in_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expanded;
        const char *problem, *culprit;
    } rows[] = {
        {"", "", NULL, NULL},
        {"plain", "plain", NULL, NULL},
        {"{{a}}", "one", NULL, NULL},
        {"1{{a}}2{{a}}{{b_2}}3", "1one2one two\n3", NULL, NULL},
        {"x{{unset}}y", "xy", NULL, NULL},
        {"\\{{a}} {{a}}", "{{a}} one", NULL, NULL},
        {"{{not.good}}{{}}{{ a}}{{a }}", "{{not.good}}{{}}{{ a}}{{a }}", NULL, NULL},
        {"{{a", "{{a", NULL, NULL},
        {"{{{a}}}", "{{{a}}}", NULL, NULL},
        {"{{", "{{", NULL, NULL},
        {"{{b_2:trim}}", "two", NULL, NULL},
        {"{{b_2:url}}", "%20two%0A", NULL, NULL},
        {"{{b_2:trim:url}}", "two", NULL, NULL},
        {"{{b_2:json}}", " two\\n", NULL, NULL},
        {"{{q:json}}", "\\\"\\\\\\t\\u0001\xc3\xa4", NULL, NULL},
        {"{{a:b64}}", "b25l", NULL, NULL},
        {"{{a:b64:64dec}}", "one", NULL, NULL},
        {"{{b_2:b64:64dec}}", " two\n", NULL, NULL},
        {"{{a:64dec}}", "[64dec-fail]", NULL, NULL},
        {"{{unset:64dec}}", "[64dec-fail]", NULL, NULL},
        {"{{nul:b64}}", "YQBi", NULL, NULL},
        {"{{nul:url}}", "a%00b", NULL, NULL},
        {"{{nul:json}}", "a\\u0000b", NULL, NULL},
        {"{{nul}}", NULL, "a NUL byte in the variable", "nul"},
        {"{{a:trim,url}}", NULL, "unknown variable function", "trim,url"},
        {"{{a:}}", NULL, "unknown variable function", ""},
        {"{{a:TRIM}}", NULL, "unknown variable function", "TRIM"},
    };
    struct variables variables = {0};
    put(&variables, "a", SLICE("old"));
    put(&variables, "a", SLICE("one"));
    put(&variables, "b_2", SLICE(" two\n"));
    put(&variables, "q", SLICE("\"\\\t\x01\xc3\xa4"));
    put(&variables, "nul", SLICE("a\0b"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        struct slice culprit = {0};
        const char *problem = variables_expand(&variables, slice_of(rows[i].text), &out, &culprit);
        assert_string_equal(problem ? problem : "", rows[i].problem ? rows[i].problem : "");
        if (problem)
            assert_true(slice_equal(culprit, slice_of(rows[i].culprit)));
        else
            assert_string_equal(buf_text(&out), rows[i].expanded);
        buf_done(&out);
    }
    variables_done(&variables);
}

static void padding_of_base64_counts(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {{"YQ==", "a"},
                {"YWI=", "ab"},
                {"YWJj", "abc"},
                {"YWJjZA==", "abcd"},
                {"YQ=", "[64dec-fail]"},
                {"Y===", "[64dec-fail]"},
                {"YQ==YQ==", "[64dec-fail]"},
                {"Y W=", "[64dec-fail]"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct variables variables = {0};
        struct buf out = {0};
        struct slice culprit;
        put(&variables, "v", slice_of(rows[i].in));
        assert_null(variables_expand(&variables, SLICE("{{v:64dec}}"), &out, &culprit));
        assert_string_equal(buf_text(&out), rows[i].out);
        buf_done(&out);
        variables_done(&variables);
    }
}

static void a_definition_has_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name; /* NULL: refused */
        bool is_environment;
        size_t first, last;
        char source;
        const char *rest;
    } rows[] = {
        {"a=b", "a", false, 0, SIZE_MAX, '=', "b"}, {"a=", "a", false, 0, SIZE_MAX, '=', ""},
        {"a@f", "a", false, 0, SIZE_MAX, '@', "f"}, {"A_1=b=c@d", "A_1", false, 0, SIZE_MAX, '=', "b=c@d"},
        {"%a", "a", true, 0, SIZE_MAX, '\0', ""},   {"%a=b", "a", true, 0, SIZE_MAX, '=', "b"},
        {"a[5-9]=b", "a", false, 5, 9, '=', "b"},   {"a[5-]@f", "a", false, 5, SIZE_MAX, '@', "f"},
        {"a[5-5]@f", "a", false, 5, 5, '@', "f"},   {"%a[0-1]", "a", true, 0, 1, '\0', ""},
        {"a", NULL, false, 0, 0, 0, NULL},          {"", NULL, false, 0, 0, 0, NULL},
        {"=b", NULL, false, 0, 0, 0, NULL},         {"%=b", NULL, false, 0, 0, 0, NULL},
        {"a-b=c", NULL, false, 0, 0, 0, NULL},      {"a[9-5]=b", NULL, false, 0, 0, 0, NULL},
        {"a[-5]=b", NULL, false, 0, 0, 0, NULL},    {"a[5]=b", NULL, false, 0, 0, 0, NULL},
        {"a[5-6=b", NULL, false, 0, 0, 0, NULL},    {"a[5-99999999999999999999]=b", NULL, false, 0, 0, 0, NULL},
        {"a[5-6]", NULL, false, 0, 0, 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct variable_spec spec;
        const char *problem = variable_spec_read(&spec, rows[i].text);
        assert_int_equal(problem == NULL, rows[i].name != NULL);
        if (problem)
            continue;
        assert_true(slice_equal(spec.name, slice_of(rows[i].name)));
        assert_int_equal(spec.is_environment, rows[i].is_environment);
        assert_true(spec.first == rows[i].first && spec.last == rows[i].last);
        assert_int_equal(spec.source, rows[i].source);
        assert_string_equal(spec.rest, rows[i].rest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_put_in_their_place),
        cmocka_unit_test(padding_of_base64_counts),
        cmocka_unit_test(a_definition_has_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
