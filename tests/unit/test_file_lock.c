/* output/file_lock: one holder at a time, also of a file that is replaced. */
#include "base/error.h"
#include "base/mem.h"
#include "output/file_lock.h"
#include "output/private_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[32];
    char path[64], link[64];
};

static int make_place(void **state)
{
    struct place *p = *state = mem_alloc(sizeof *p);
    strcpy(p->folder, "/tmp/peel-lock-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->path, sizeof p->path, "%s/file", p->folder);
    snprintf(p->link, sizeof p->link, "%s/link", p->folder);
    return 0;
}

static int free_place(void **state)
{
    struct place *p = *state;
    unlink(p->path);
    unlink(p->link);
    rmdir(p->folder);
    mem_free(p);
    return 0;
}

static void expect_failure(const char *path, bool can_be_made, int error)
{
    assert_int_equal(file_lock(path, can_be_made, 0), -1);
    assert_int_equal(errno, error);
}

static void what_cannot_be_locked(void **state)
{
    const struct place *p = *state;
    expect_failure(p->path, false, ENOENT);
    assert_int_equal(symlink(p->path, p->link), 0);
    expect_failure(p->link, false, ELOOP);
    expect_failure(p->link, true, ELOOP);
    expect_failure(p->folder, true, EISDIR);
    expect_failure(p->path, false, ENOENT);
}

static void one_holder_at_a_time(void **state)
{
    const struct place *p = *state;
    struct stat status;
    int fd = file_lock(p->path, true, 0);
    assert_true(fd >= 0);
    assert_true(fstat(fd, &status) == 0 && (status.st_mode & 07777) == 0600 && status.st_size == 0);
    expect_failure(p->path, true, EWOULDBLOCK);
    assert_int_equal(file_lock(p->path, false, 20), -1);
    close(fd);
    fd = file_lock(p->path, false, 0);
    assert_true(fd >= 0);
    close(fd);
}

/* Then the lock on the old one is nobody's hindrance. */
static void a_file_that_is_replaced(void **state)
{
    const struct place *p = *state;
    struct error err = {0};
    int old = file_lock(p->path, true, 0);
    assert_true(old >= 0);
    assert_true(private_file_replace(p->path, SLICE("new"), &err));
    int new = file_lock(p->path, false, 0);
    char read_back[8];
    assert_true(new >= 0);
    assert_int_equal(read(new, read_back, sizeof read_back), 3);
    close(old);
    expect_failure(p->path, false, EWOULDBLOCK);
    close(new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_locked),
        cmocka_unit_test(one_holder_at_a_time),
        cmocka_unit_test(a_file_that_is_replaced),
    };
    return cmocka_run_group_tests(tests, make_place, free_place);
}
