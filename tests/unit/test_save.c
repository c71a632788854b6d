/* output/save: whole or not at all. */
#include "base/buf.h"
#include "output/save.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/peel-save-XXXXXX";

static void assert_file(const char *path, const char *text, mode_t mode)
{
    char got[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_string_equal(got, text);
    if (mode)
        assert_int_equal(st.st_mode & 07777, mode);
}

static int enter(void **state)
{
    (void)state;
    umask(0);
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* empty: no temporary file was left behind */
}

static void files_are_replaced(void **state)
{
    (void)state;
    struct error err = {0};
    assert_true(save_whole("new", SLICE("one"), &err));
    assert_file("new", "one", 0600);
    assert_int_equal(chmod("new", 0640), 0);
    assert_int_equal(symlink("new", "link"), 0);
    assert_true(save_whole("link", SLICE("two"), &err));
    assert_file("new", "two", 0640);
    char target[8] = "";
    assert_int_equal(readlink("link", target, sizeof target - 1), 3);
    char name[251] = "";
    memset(name, 'n', 250);
    assert_true(save_whole(name, SLICE("long"), &err));
    assert_file(name, "long", 0600);
    assert_true(save_whole("/dev/null", SLICE("gone"), &err));
    assert_int_equal(symlink("made", "dangling"), 0);
    assert_true(save_whole("dangling", SLICE("made"), &err));
    assert_file("made", "made", 0600);
    assert_int_equal(unlink("dangling") + unlink("made"), 0);
    assert_int_equal(unlink("new") + unlink("link") + unlink(name), 0);
}

static void a_failure_leaves_the_old_file(void **state)
{
    (void)state;
    static const char *const paths[] = {"/dev/full", "no/such/folder", "/proc/self/nothing", "."};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct error err = {0};
        assert_false(save_whole(paths[i], SLICE("x"), &err));
        assert_int_equal(err.code, PEEL_WRITE_ERROR);
        assert_non_null(strstr(err.text, paths[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_are_replaced),
                                       cmocka_unit_test(a_failure_leaves_the_old_file)};
    return cmocka_run_group_tests(tests, enter, leave);
}
