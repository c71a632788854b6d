/* output/target: files replaced, numbered, put into place, taken back. */
#include "output/target.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int enter_directory(void **state)
{
    (void)state;
    char name[] = "/tmp/peel-target-XXXXXX";
    return mkdtemp(name) && chdir(name) == 0 ? 0 : -1;
}

static int leave_directory(void **state)
{
    (void)state;
    char here[200];
    if (!getcwd(here, sizeof here) || chdir("/") != 0)
        return -1;
    return rmdir(here);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect_content(const char *path, const char *wanted)
{
    char text[100] = "(nothing)";
    FILE *file = fopen(path, "rb");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
    }
    assert_string_equal(text, wanted);
}

/* Opens and writes; commits when asked. NULL when it could not be opened. */
static struct target *written(const struct target_plan *plan, const char *text)
{
    struct error err = {0};
    struct target *target = target_new(plan);
    int fd = target_open(target, &err);
    if (fd < 0) {
        assert_int_equal(err.code, PEEL_WRITE_ERROR);
        target_free(target);
        return NULL;
    }
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    return target;
}

static void commit(struct target *target)
{
    struct error err = {0};
    assert_true(target_commit(target, &err));
    target_free(target);
}

static void what_exists_is_treated_as_planned(void **state)
{
    (void)state;
    static const struct {
        enum target_existing existing;
        bool is_atomic;
        const char *path, *content, *old_content;
    } rows[] = {
        {TARGET_REPLACE, false, "f", "new", "new"},      {TARGET_REPLACE, true, "f", "new", "new"},
        {TARGET_APPEND, false, "f", "oldnew", "oldnew"}, {TARGET_NUMBER, false, "f.1", "new", "old"},
        {TARGET_NUMBER, true, "f.1", "new", "old"},      {TARGET_REFUSE, false, NULL, NULL, "old"},
        {TARGET_REFUSE, true, NULL, NULL, "old"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put("f", "old");
        struct target_plan plan = {.path = "f", .existing = rows[i].existing, .is_atomic = rows[i].is_atomic};
        struct target *target = written(&plan, "new");
        assert_int_equal(target != NULL, rows[i].path != NULL);
        if (target) {
            if (rows[i].is_atomic)
                expect_content("f", "old");
            commit(target);
            expect_content(rows[i].path, rows[i].content);
        }
        expect_content("f", rows[i].old_content);
        unlink("f");
        unlink("f.1");
    }
}

static void a_symlink_never_leads_away_from_a_name_that_a_peer_chose(void **state)
{
    (void)state;
    put("victim", "old");
    assert_int_equal(symlink("victim", "link"), 0);
    assert_int_equal(symlink("nothing", "dangling"), 0);
    struct target_plan plan = {.path = "link", .existing = TARGET_REFUSE};
    assert_null(written(&plan, "new"));
    plan.path = "dangling";
    assert_null(written(&plan, "new"));
    plan.is_atomic = true;
    assert_null(written(&plan, "new"));
    assert_int_equal(access("nothing", F_OK), -1);
    expect_content("victim", "old");
    /* The user's own name is followed, and a symlink stays one, with --atomic too. */
    plan = (struct target_plan){.path = "link", .is_atomic = true};
    commit(written(&plan, "new"));
    struct stat status;
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    expect_content("victim", "new");
    unlink("link");
    unlink("dangling");
    unlink("victim");
}

static void an_uncommitted_atomic_file_leaves_nothing(void **state)
{
    (void)state;
    put("f", "old");
    assert_int_equal(chmod("f", 0640), 0);
    struct target_plan plan = {.path = "f", .is_atomic = true};
    target_free(written(&plan, "new"));
    expect_content("f", "old");
    commit(written(&plan, "new"));
    struct stat status;
    assert_int_equal(stat("f", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    unlink("f"); /* leave_directory finds whatever else is there */
}

static void only_what_was_opened_is_removed(void **state)
{
    (void)state;
    struct target_plan plan = {.path = "f", .existing = TARGET_NUMBER};
    put("f", "old");
    struct target *target = written(&plan, "new");
    target_remove(target);
    target_free(target);
    expect_content("f", "old");
    assert_int_equal(access("f.1", F_OK), -1);

    plan.existing = TARGET_REPLACE;
    target = written(&plan, "new");
    unlink("f");
    put("f", "another's");
    target_remove(target);
    target_free(target);
    expect_content("f", "another's");
    unlink("f");

    target = target_new(&plan); /* never opened */
    put("f", "old");
    target_remove(target);
    target_free(target);
    expect_content("f", "old");
    unlink("f");
}

static void folders_and_modes(void **state)
{
    (void)state;
    struct stat status;
    mode_t mask = umask(022);
    struct target_plan plan = {.path = "a/b/f", .mode = 0600};
    assert_null(written(&plan, "x"));
    plan.create_dirs = true;
    commit(written(&plan, "x"));
    assert_int_equal(stat("a/b/f", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat("a/b", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0750);
    umask(mask);
    unlink("a/b/f");
    rmdir("a/b");
    rmdir("a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_exists_is_treated_as_planned),
        cmocka_unit_test(a_symlink_never_leads_away_from_a_name_that_a_peer_chose),
        cmocka_unit_test(an_uncommitted_atomic_file_leaves_nothing),
        cmocka_unit_test(only_what_was_opened_is_removed),
        cmocka_unit_test(folders_and_modes),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
