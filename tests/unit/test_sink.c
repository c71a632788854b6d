/* output/sink: files, pipes that are full, devices that fail. */
#include "output/sink.h"

#include "base/mem.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *directory;

static int make_directory(void **state)
{
    (void)state;
    char name[] = "/tmp/peel-sink-XXXXXX";
    directory = mem_strdup(mkdtemp(name));
    return directory ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    int result = rmdir(directory);
    mem_free(directory);
    return result;
}

static char *file_content(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char text[100] = "";
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return mem_dup_slice(slice_make(text, n));
}

static void a_file_is_touched_by_its_first_byte_only(void **state)
{
    (void)state;
    char *path = mem_printf("%s/file", directory);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, "old", 3), 3);
    close(fd);

    struct error err = {0};
    sink_free(sink_new(path, false)); /* a transfer that got no body */
    char *content = file_content(path);
    assert_string_equal(content, "old");
    mem_free(content);

    struct sink *sink = sink_new(path, false);
    assert_true(sink_write(sink, SLICE("ne"), false, &err));
    assert_true(sink_write(sink, SLICE("w"), false, &err));
    assert_true(sink_finish(sink, &err));
    sink_free(sink);
    content = file_content(path);
    assert_string_equal(content, "new");
    mem_free(content);

    sink = sink_new(path, false); /* an empty body makes an empty file */
    assert_true(sink_finish(sink, &err));
    sink_free(sink);
    content = file_content(path);
    assert_string_equal(content, "");
    mem_free(content);
    unlink(path);
    mem_free(path);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *path, *error;
    } rows[] = {
        {"/dev/full", "No space left on device"},
        {"/", "Is a directory"},
        {"/no/such/directory/file", "No such file or directory"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct sink *sink = sink_new(rows[i].path, false);
        assert_false(sink_write(sink, SLICE("x"), false, &err));
        assert_int_equal(err.code, PEEL_WRITE_ERROR);
        assert_non_null(strstr(err.text, rows[i].path));
        assert_non_null(strstr(err.text, rows[i].error));
        sink_free(sink);
    }
}

/* Puts fd in stdout's place; the returned copy of the old one goes back with restore_stdout. */
static int replace_stdout(int fd)
{
    int kept = dup(STDOUT_FILENO);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    return kept;
}

static void restore_stdout(int kept)
{
    dup2(kept, STDOUT_FILENO);
    close(kept);
}

/* Both kinds of stdout that can say "not now": whatever the reader has not taken is kept, in order, and given later. */
static void a_slow_reader_gets_all(bool is_socket)
{
    int ends[2];
    assert_int_equal(is_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends), 0);
    int kept = replace_stdout(ends[1]);
    struct error err = {0};
    struct sink *sink = sink_new(NULL, false);
    uint32_t block[4096], next = 0, expected = 0;
    bool was_full = false, is_ok = true;
    for (int round = 0; round < 400 && is_ok; round++) {
        for (size_t i = 0; i < 4096; i++)
            block[i] = next++;
        is_ok = sink_write(sink, slice_make(block, sizeof block), false, &err);
        while (is_ok && sink_pending(sink) > 0) {
            was_full = true;
            uint32_t got[4096];
            ssize_t n = recv(ends[0], got, is_socket ? sizeof got : 0, is_socket ? MSG_WAITALL : 0);
            if (!is_socket)
                n = read(ends[0], got, sizeof got);
            for (size_t i = 0; i < (size_t)n / sizeof *got; i++)
                is_ok = is_ok && got[i] == expected++;
            is_ok = is_ok && sink_flush(sink, &err);
        }
    }
    bool is_shared_fd_blocking = (fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) == 0;
    sink_free(sink);
    restore_stdout(kept);
    close(ends[0]);
    assert_true(is_ok);
    assert_true(was_full);
    assert_true(is_shared_fd_blocking);
}

static void a_slow_pipe_is_waited_for(void **state)
{
    (void)state;
    a_slow_reader_gets_all(false);
}

static void a_slow_socket_is_waited_for(void **state)
{
    (void)state;
    a_slow_reader_gets_all(true);
}

static void a_reader_that_left_is_a_write_error(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    int kept = replace_stdout(ends[1]);
    struct error err = {0};
    struct sink *sink = sink_new(NULL, false);
    bool is_ok = sink_write(sink, SLICE("x"), false, &err);
    sink_free(sink);
    restore_stdout(kept);
    assert_false(is_ok);
    assert_int_equal(err.code, PEEL_WRITE_ERROR);
    assert_non_null(strstr(err.text, "Broken pipe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_touched_by_its_first_byte_only),
        cmocka_unit_test(a_file_that_cannot_be_written_is_named),
        cmocka_unit_test(a_slow_pipe_is_waited_for),
        cmocka_unit_test(a_slow_socket_is_waited_for),
        cmocka_unit_test(a_reader_that_left_is_a_write_error),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
