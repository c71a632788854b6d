/* Lines for a person, and the progress line among them.
 *
 * Every line is one write(2), so that lines of several processes on one stderr do not mix, and nothing is lost when the
 * process ends. The progress line is cleared in the same write as the line that takes its place. */
#include "output/console.h"

#include "base/buf.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/wrap.h"
#include "output/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    WIDTH_UNKNOWN = 80,
    WARNING_WIDTH = 79, /* of curl's warnings when nobody says how wide it is */
    REDRAW_US = 100000,
    FIRST_DRAW_US = 1000000,
};

struct console {
    int fd;
    bool owns_fd;
    bool is_silent, shows_errors, has_no_progress, has_hash_bar;
    bool is_terminal;
    bool has_colours;
    bool has_line_control; /* the progress line can be redrawn */
    bool is_progress_shown;
    bool is_bar_complete; /* -#: 100 % has been drawn */
    uint64_t drawn_us;    /* elapsed_us of the last drawing */
    struct buf line;      /* kept between lines, so that a line costs no allocation */
};

#define CLEAR_LINE "\r\033[K"

/* What cannot be told is dropped: there is no place left to complain about it. stderr may be shared with a process that
 * made it non-blocking, so a full pipe or terminal is waited for. */
static void write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n >= 0) {
            bytes = slice_from(bytes, (size_t)n);
            continue;
        }
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        if (errno == EAGAIN && poll(&ready, 1, -1) >= 0)
            continue;
        if (errno != EINTR)
            return;
    }
}

static void append_styled(struct console *c, enum console_style style, struct slice text)
{
    style_append(&c->line, c->has_colours, style, text);
}

/* Starts a line where the progress line may stand. curl's bar of hashes is ended, not cleared, when it is in a file. */
static void begin_line(struct console *c)
{
    buf_clear(&c->line);
    if (c->is_progress_shown)
        buf_append_text(&c->line, c->has_line_control ? CLEAR_LINE : "\n");
    c->is_progress_shown = false;
}

static void end_line(struct console *c)
{
    buf_append_byte(&c->line, '\n');
    write_all(c->fd, buf_slice(&c->line));
}

static void open_output(struct console *c, const char *path)
{
    c->fd = STDERR_FILENO;
    if (path && strcmp(path, "-") == 0)
        c->fd = STDOUT_FILENO;
    else if (path) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
        c->owns_fd = fd >= 0;
        c->fd = fd >= 0 ? fd : STDERR_FILENO;
    }
}

struct console *console_new(const struct console_settings *settings)
{
    struct console *c = mem_alloc(sizeof *c);
    c->is_silent = settings->silent;
    c->shows_errors = !settings->silent || settings->show_error;
    c->has_no_progress = settings->silent || settings->no_progress;
    c->has_hash_bar = settings->progress_bar;
    open_output(c, settings->stderr_file);
    c->is_terminal = isatty(c->fd) == 1;
    c->has_line_control = style_has_line_control(c->fd);
    c->has_colours = style_has_colours(c->fd);
    bool is_file_wanted = settings->stderr_file && strcmp(settings->stderr_file, "-") != 0;
    if (is_file_wanted && !c->owns_fd)
        console_warn(c, "Failed to open %s!", settings->stderr_file);
    return c;
}

void console_free(struct console *console)
{
    if (!console)
        return;
    console_progress_end(console);
    if (console->owns_fd)
        close(console->fd);
    buf_done(&console->line);
    mem_free(console);
}

bool console_is_terminal(const struct console *console)
{
    return console->is_terminal;
}

unsigned console_width(const struct console *console)
{
    unsigned width = style_columns(console->fd);
    return width > 0 ? width : WIDTH_UNKNOWN;
}

void console_line(struct console *console, enum console_style style, struct slice text)
{
    console_line_start_styled(console, style, text.len, text);
}

void console_line_start_styled(struct console *console, enum console_style style, size_t styled_len, struct slice text)
{
    struct slice start = slice_first(text, styled_len);
    begin_line(console);
    append_styled(console, style, start);
    buf_append(&console->line, slice_from(text, start.len));
    end_line(console);
}

void console_text(struct console *console, struct slice text)
{
    if (text.len == 0)
        return;
    begin_line(console);
    buf_append(&console->line, text);
    write_all(console->fd, buf_slice(&console->line));
}

enum console_errors console_errors(const struct console *console)
{
    if (!console->shows_errors)
        return CONSOLE_ERRORS_NONE;
    return console->is_silent ? CONSOLE_ERRORS_SHORT : CONSOLE_ERRORS_FULL;
}

void console_headline(struct console *console, struct slice prefix, struct slice text)
{
    size_t indent = prefix.len + 1;
    begin_line(console);
    append_styled(console, STYLE_RED_BOLD, prefix);
    buf_append_byte(&console->line, ' ');
    wrap_append(&console->line, (struct wrap){console->is_terminal ? console_width(console) : 0, indent, indent}, text);
    end_line(console);
}

void console_error(struct console *console, const struct error *err)
{
    char prefix[32];
    snprintf(prefix, sizeof prefix, "peel: (%d)", (int)err->code);
    if (console->shows_errors && err->code != PEEL_OK)
        console_headline(console, slice_of(prefix), slice_of(err->text));
}

void console_misuse(struct console *console, struct slice text)
{
    console_headline(console, SLICE("peel:"), text);
}

/* As much of text as fits in room, up to a blank (with it, as curl does) if there is one; a longer word is cut where
 * the room ends. */
static struct slice next_row(struct slice text, size_t room)
{
    if (text.len <= room)
        return text;
    size_t cut = room - 1;
    while (cut > 0 && text.ptr[cut] != ' ')
        cut--;
    if (cut > 0)
        return slice_first(text, cut + 1);
    /* Not inside a character of UTF-8. */
    for (cut = room; cut > 1 && ((unsigned char)text.ptr[cut] & 0xc0) == 0x80;)
        cut--;
    return slice_first(text, cut);
}

/* curl wraps its warnings, each row with the prefix ("Warning:"). */
static void show_wrapped(struct console *console, struct slice prefix, struct slice text)
{
    unsigned width = style_columns(console->fd);
    size_t room = (width > 0 ? width - 1 : WARNING_WIDTH) - (prefix.len + 1);
    begin_line(console);
    do {
        struct slice row = next_row(text, room);
        text = slice_from(text, row.len);
        append_styled(console, STYLE_YELLOW, prefix);
        buf_append_byte(&console->line, ' ');
        buf_append(&console->line, row);
        if (text.len > 0)
            buf_append_byte(&console->line, '\n');
    } while (text.len > 0);
    end_line(console);
}

static void say(struct console *console, const char *prefix, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void say(struct console *console, const char *prefix, const char *format, va_list args)
{
    char *message = NULL;
    if (console->is_silent || vasprintf(&message, format, args) < 0)
        return;
    struct buf escaped = {0};
    escape_append(&escaped, slice_of(message));
    free(message);
    show_wrapped(console, slice_of(prefix), buf_slice(&escaped));
    buf_done(&escaped);
}

void console_warn(struct console *console, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(console, "Warning:", format, args);
    va_end(args);
}

void console_note(struct console *console, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(console, "Note:", format, args);
    va_end(args);
}

void console_remarks(struct console *console, struct slice lines)
{
    while (lines.len > 0) {
        struct slice line = slice_first(lines, slice_find(lines, '\n'));
        struct slice prefix = slice_first(line, slice_find(line, ' '));
        struct slice text = slice_from(line, prefix.len + 1);
        lines = slice_from(lines, line.len + 1);
        if (slice_equal(prefix, SLICE("peel:")))
            console_misuse(console, text);
        else
            show_wrapped(console, prefix, text);
    }
}

static uint64_t first_draw_us(const struct console *c, const struct progress *p)
{
    if (!c->has_hash_bar)
        return FIRST_DRAW_US;
    return p->total == 0 ? REDRAW_US : 0; /* a head that tells the total may be near */
}

/* Whether it is time: the first drawing, a tenth of a second since the last, or the bar's end. */
static bool is_drawing_due(const struct console *c, const struct progress *p)
{
    if (p->elapsed_us < first_draw_us(c, p))
        return false;
    bool is_first = !c->is_progress_shown && c->drawn_us == 0;
    bool is_complete_now = c->has_hash_bar && p->total > 0 && p->done >= p->total && !c->is_bar_complete;
    /* A clock that went back belongs to the next transfer. */
    return is_first || is_complete_now || p->elapsed_us < c->drawn_us || p->elapsed_us - c->drawn_us >= REDRAW_US;
}

void console_progress(struct console *console, const struct progress *progress, bool body_on_terminal)
{
    if (console->has_no_progress || body_on_terminal)
        return;
    /* curl draws its bar of hashes into files and pipes as well. */
    if (!console->has_hash_bar && !console->has_line_control)
        return;
    if (!is_drawing_due(console, progress))
        return;
    buf_clear(&console->line);
    if (console->has_hash_bar) {
        unsigned width = style_columns(console->fd);
        buf_append_byte(&console->line, '\r');
        progress_format_hashes(&console->line, progress, width > 0 ? width : WIDTH_UNKNOWN);
        console->is_bar_complete = progress->total > 0 && progress->done >= progress->total;
    } else {
        buf_append_text(&console->line, "\r");
        progress_format(&console->line, progress, console_width(console));
        buf_append_text(&console->line, "\033[K");
    }
    write_all(console->fd, buf_slice(&console->line));
    console->is_progress_shown = true;
    console->drawn_us = progress->elapsed_us;
}

void console_progress_end(struct console *console)
{
    if (console->is_progress_shown)
        write_all(console->fd, console->has_hash_bar ? SLICE("\n") : SLICE(CLEAR_LINE));
    console->is_progress_shown = false;
    console->is_bar_complete = false;
    console->drawn_us = 0;
}
