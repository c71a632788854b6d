/* http/: the netrc file. */
#include "base/mem.h"
#include "http/netrc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static void same(const char *label, const char *got, const char *wanted)
{
    if ((got == NULL) != (wanted == NULL) || (got && strcmp(got, wanted) != 0))
        fail_msg("%s: \"%s\", not \"%s\"", label, got ? got : "(none)", wanted ? wanted : "(none)");
}

static void entries_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted, *user, *password;
    } rows[] = {
        {"", NULL, NULL, NULL},
        {"machine h login a password b", NULL, "a", "b"},
        {"machine h\n\tlogin a\r\n\tpassword b\r\n", NULL, "a", "b"},
        {"MACHINE H LOGIN a PassWord b", NULL, "a", "b"},
        {"machine h password b login a", NULL, "a", "b"},
        {"machine h login a password b account c", NULL, "a", "b"},
        {"machine h account login login a", NULL, "a", NULL}, /* what stands behind "account" is no keyword */
        {"machine h login password password login", NULL, "password", "login"},
        {"machine other login a password b", NULL, NULL, NULL},
        {"machine hh login a password b machine h. login c", NULL, NULL, NULL},
        {"machine other login a password b machine h login c password d", NULL, "c", "d"},
        {"machine h login a password b machine h login c password d", NULL, "a", "b"},
        {"machine h login a", NULL, "a", NULL},
        {"machine h password b", NULL, NULL, "b"},
        {"machine h", NULL, NULL, NULL},
        {"machine h machine other login a password b", NULL, NULL, NULL}, /* not the other's */
        {"machine other login a password b default", NULL, NULL, NULL},
        {"machine h default login d password e", NULL, "d", "e"},
        {"default login d password e machine h login a password b", NULL, "d", "e"},
        {"machine h login a login b password c password d", NULL, "b", "d"},
        {"# machine h login x\nmachine h # login y\nlogin a password b#c", NULL, "a", "b#c"},
        {"macdef init\nmachine h login x password y\n\nmachine h login a password b", NULL, "a", "b"},
        {"macdef init\ncd \"broken\n\r\nmachine h login a password b", NULL, "a", "b"},
        {"macdef init\nmachine h login x password y", NULL, NULL, NULL},
        {"machine h login", NULL, NULL, NULL},
        {"machine", NULL, NULL, NULL},
        {"machine h login \"a b\" password \"\\\"\\\\\\n\\r\\t\\q\"", NULL, "a b", "\"\\\n\r\tq"},
        {"machine \"h\" login a password \"\"", NULL, "a", ""},
        {"machine h password \"#x\" login a", NULL, "a", "#x"},
        {"machine h login a password b machine h login c password d", "c", "c", "d"},
        {"machine h login a password b machine h login c password d", "x", NULL, NULL},
        {"machine h password p login a machine h password q", "c", NULL, "q"}, /* nobody's password is the user's */
        {"machine h login c machine h machine h password d login c", "c", "c", "d"},
        {"machine h login c", "c", NULL, NULL},
        {"machine h login C password d", "c", NULL, NULL},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct netrc_login found = {0};
        struct error err = {0};
        assert_true(netrc_find(&found, slice_of(rows[i].text), "h", rows[i].wanted, &err));
        same(rows[i].text, found.user, rows[i].user);
        same(rows[i].text, found.password, rows[i].password);
        netrc_login_done(&found);
    }
}

static void refuse(struct slice text, const char *words)
{
    struct netrc_login found = {0};
    struct error err = {0};
    assert_false(netrc_find(&found, text, "h", NULL, &err));
    assert_int_equal(err.code, PEEL_READ_ERROR);
    assert_non_null(strstr(err.text, words));
    assert_null(found.user);
    assert_null(found.password);
}

static void what_is_no_netrc_is_refused(void **state)
{
    (void)state;
    refuse(SLICE("machine h login a password \"b"), "line 1: a quoted word has no end");
    refuse(SLICE("machine h login a\npassword \"b\nc\""), "line 2: a quoted word has no end");
    refuse(SLICE("machine h login a password \"b\\"), "line 1: a quoted word has no end");
    refuse(SLICE("machine h login a\0b"), "NUL");
    /* What lies behind the answer is not looked at. */
    struct netrc_login found = {0};
    struct error err = {0};
    assert_true(netrc_find(&found, SLICE("machine h login a password b machine i password \"x"), "h", NULL, &err));
    netrc_login_done(&found);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    static char text[NETRC_SIZE_MAX + 2];
    memset(text, 'x', sizeof text);
    refuse(slice_make(text, 64 * 1024), "line 1: longer than 16384 bytes");
    refuse(slice_make(text, NETRC_SIZE_MAX + 1), "larger than 131072 bytes");
    struct netrc_login found = {0};
    struct error err = {0};
    assert_true(netrc_find(&found, slice_make(text, NETRC_LINE_MAX), "h", NULL, &err));
    assert_null(found.user);
    memset(text, '\n', NETRC_SIZE_MAX);
    assert_true(netrc_find(&found, slice_make(text, NETRC_SIZE_MAX), "h", NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_found),
        cmocka_unit_test(what_is_no_netrc_is_refused),
        cmocka_unit_test(sizes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
