/* output/console: lines into a file and onto a pseudo terminal. */
#include "base/buf.h"
#include "base/mem.h"
#include "output/console.h"

#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

/* A place for --stderr: a file, or a terminal whose other end is read. */
struct place {
    char path[64];
    int fd;    /* what is read */
    int slave; /* the terminal's near side, kept open; -1: a file */
};

static struct place place_file(void)
{
    struct place p = {.path = "/tmp/peel-test-XXXXXX", .slave = -1};
    p.fd = mkstemp(p.path);
    assert_true(p.fd >= 0);
    return p;
}

static struct place place_terminal(unsigned short columns)
{
    struct place p = {0};
    struct winsize size = {.ws_col = columns, .ws_row = 24};
    struct termios mode;
    assert_int_equal(openpty(&p.fd, &p.slave, p.path, NULL, &size), 0);
    assert_int_equal(tcgetattr(p.slave, &mode), 0);
    cfmakeraw(&mode);
    assert_int_equal(tcsetattr(p.slave, TCSANOW, &mode), 0);
    assert_int_equal(fcntl(p.fd, F_SETFL, O_NONBLOCK), 0);
    return p;
}

/* All that was written since the last call; a raw pseudo terminal has it ready when the write is over. */
static const char *written(struct place *p, struct buf *out)
{
    buf_clear(out);
    for (;;) {
        struct span room = buf_reserve(out, 4096);
        ssize_t n = read(p->fd, room.ptr, room.len);
        if (n <= 0)
            return buf_text(out);
        buf_added(out, (size_t)n);
    }
}

static void place_done(struct place *p)
{
    close(p->fd);
    if (p->slave >= 0)
        close(p->slave);
    else
        unlink(p->path);
}

static void say_a_bit_of_all(struct console *c)
{
    struct error err = {0};
    error_set(&err, PEEL_PEER_FAILED_VERIFICATION, "certificate of x: expired");
    console_line(c, STYLE_DIM, SLICE("* dim"));
    console_line_start_styled(c, STYLE_GREEN, 1, SLICE("< ok"));
    console_line(c, STYLE_PLAIN, SLICE("plain"));
    console_warn(c, "no %s", "such option");
    console_error(c, &err);
}

static int forget_terminal_wishes(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    return setenv("TERM", "xterm", 1);
}

static void a_file_gets_plain_lines_and_silence_rules_hold(void **state)
{
    (void)state;
    static const struct {
        bool silent, show_error;
        const char *text;
    } rows[] = {
        {false, false, "* dim\n< ok\nplain\nWarning: no such option\npeel: (60) certificate of x: expired\n"},
        {false, true, "* dim\n< ok\nplain\nWarning: no such option\npeel: (60) certificate of x: expired\n"},
        {true, false, "* dim\n< ok\nplain\n"},
        {true, true, "* dim\n< ok\nplain\npeel: (60) certificate of x: expired\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        struct place p = place_file();
        struct console_settings s = {.silent = rows[i].silent, .show_error = rows[i].show_error, .stderr_file = p.path};
        struct console *c = console_new(&s);
        assert_false(console_is_terminal(c));
        assert_int_equal(console_width(c), 80);
        say_a_bit_of_all(c);
        assert_string_equal(written(&p, &out), rows[i].text);
        console_free(c);
        buf_done(&out);
        place_done(&p);
    }
}

static void a_terminal_gets_colours(void **state)
{
    (void)state;
    static const struct {
        const char *no_color, *term, *text;
    } rows[] = {
        {NULL, "xterm",
         "\033[2m* dim\033[0m\n\033[32m<\033[0m ok\nplain\n\033[33mWarning:\033[0m no such option\n"
         "\033[1;31mpeel: (60)\033[0m certificate of x: expired\n"},
        {"", "xterm",
         "\033[2m* dim\033[0m\n\033[32m<\033[0m ok\nplain\n\033[33mWarning:\033[0m no such option\n"
         "\033[1;31mpeel: (60)\033[0m certificate of x: expired\n"},
        {"1", "xterm", "* dim\n< ok\nplain\nWarning: no such option\npeel: (60) certificate of x: expired\n"},
        {NULL, "dumb", "* dim\n< ok\nplain\nWarning: no such option\npeel: (60) certificate of x: expired\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        struct place p = place_terminal(100);
        if (rows[i].no_color)
            setenv("NO_COLOR", rows[i].no_color, 1);
        setenv("TERM", rows[i].term, 1);
        struct console *c = console_new(&(struct console_settings){.stderr_file = p.path});
        assert_true(console_is_terminal(c));
        assert_int_equal(console_width(c), 100);
        say_a_bit_of_all(c);
        assert_string_equal(written(&p, &out), rows[i].text);
        console_free(c);
        forget_terminal_wishes(state);
        buf_done(&out);
        place_done(&p);
    }
}

static void warnings_wrap_and_are_escaped(void **state)
{
    (void)state;
    struct buf out = {0};
    struct place p = place_terminal(31);
    setenv("NO_COLOR", "1", 1);
    struct console *c = console_new(&(struct console_settings){.stderr_file = p.path});
    console_warn(c, "a few words that do not fit\x1b into the width, averyveryverylongwordatlast");
    assert_string_equal(written(&p, &out), "Warning: a few words that do \n"
                                           "Warning: not fit\\x1b into the \n"
                                           "Warning: width, \n"
                                           "Warning: averyveryverylongword\n"
                                           "Warning: atlast\n");
    console_free(c);
    forget_terminal_wishes(state);
    buf_done(&out);
    place_done(&p);
}

static struct progress at(uint64_t done, uint64_t elapsed_ms)
{
    return (struct progress){.name = "f", .done = done, .total = 100, .elapsed_us = elapsed_ms * 1000};
}

static void progress(struct console *c, uint64_t done, uint64_t elapsed_ms)
{
    struct progress p = at(done, elapsed_ms);
    console_progress(c, &p, false);
}

static void the_progress_line_comes_late_and_goes_before_a_line(void **state)
{
    (void)state;
    struct buf out = {0};
    struct place p = place_terminal(60);
    struct console *c = console_new(&(struct console_settings){.stderr_file = p.path});
    progress(c, 1, 999);
    assert_string_equal(written(&p, &out), "");
    progress(c, 50, 1000);
    assert_string_equal(written(&p, &out), "\rf            [#######--------]  50%  50/100 B  50 B/s  0:01\033[K");
    progress(c, 60, 1099);
    assert_string_equal(written(&p, &out), "");
    console_line(c, STYLE_PLAIN, SLICE("line"));
    assert_string_equal(written(&p, &out), "\r\033[Kline\n");
    console_line(c, STYLE_PLAIN, SLICE("line"));
    assert_string_equal(written(&p, &out), "line\n");
    progress(c, 60, 1100);
    assert_non_null(strstr(written(&p, &out), " 60%"));
    console_progress_end(c);
    assert_string_equal(written(&p, &out), "\r\033[K");
    console_progress_end(c);
    progress(c, 60, 5); /* the next transfer */
    assert_string_equal(written(&p, &out), "");
    progress(c, 60, 1000);
    assert_non_null(strstr(written(&p, &out), " 60%"));
    console_free(c);
    assert_string_equal(written(&p, &out), "\r\033[K");
    buf_done(&out);
    place_done(&p);
}

static void nothing_is_drawn_where_it_does_not_belong(void **state)
{
    (void)state;
    static const struct {
        bool is_terminal, body_on_terminal;
        struct console_settings settings;
    } rows[] = {
        {true, false, {.silent = true}},      {true, false, {.silent = true, .progress_bar = true}},
        {true, false, {.no_progress = true}}, {true, true, {0}},
        {true, true, {.progress_bar = true}}, {false, false, {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        struct place p = rows[i].is_terminal ? place_terminal(80) : place_file();
        struct console_settings s = rows[i].settings;
        s.stderr_file = p.path;
        struct console *c = console_new(&s);
        struct progress now = at(50, 2000);
        console_progress(c, &now, rows[i].body_on_terminal);
        console_progress_end(c);
        assert_string_equal(written(&p, &out), "");
        console_free(c);
        buf_done(&out);
        place_done(&p);
    }
}

static void the_bar_of_hashes_goes_into_files_too(void **state)
{
    (void)state;
    struct buf out = {0}, expected = {0};
    struct place p = place_file();
    struct console *c = console_new(&(struct console_settings){.stderr_file = p.path, .progress_bar = true});
    progress(c, 0, 0);
    buf_printf(&expected, "\r%72s   0.0%%", "");
    assert_string_equal(written(&p, &out), buf_text(&expected));
    progress(c, 40, 50);
    assert_string_equal(written(&p, &out), "");
    progress(c, 100, 60);
    assert_non_null(strstr(written(&p, &out), "## 100.0%"));
    progress(c, 100, 61);
    assert_string_equal(written(&p, &out), "");
    console_progress_end(c);
    assert_string_equal(written(&p, &out), "\n");
    console_free(c);
    buf_done(&out);
    buf_done(&expected);
    place_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_gets_plain_lines_and_silence_rules_hold),
        cmocka_unit_test(a_terminal_gets_colours),
        cmocka_unit_test(warnings_wrap_and_are_escaped),
        cmocka_unit_test(the_progress_line_comes_late_and_goes_before_a_line),
        cmocka_unit_test(nothing_is_drawn_where_it_does_not_belong),
        cmocka_unit_test(the_bar_of_hashes_goes_into_files_too),
    };
    return cmocka_run_group_tests(tests, forget_terminal_wishes, NULL);
}
