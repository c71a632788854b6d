/* Escape sequences for styles (ECMA-48, SGR). */
#include "output/style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What is beyond is nonsense. */
enum {
    COLUMNS_LEAST = 20,
    COLUMNS_MOST = 10000,
};

static const char *const style_start[] = {
    [STYLE_PLAIN] = "",         [STYLE_DIM] = "\033[2m",     [STYLE_BOLD] = "\033[1m",        [STYLE_CYAN] = "\033[36m",
    [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m", [STYLE_RED_BOLD] = "\033[1;31m",
};

bool style_has_line_control(int fd)
{
    const char *terminal = getenv("TERM");
    return isatty(fd) == 1 && !(terminal && strcmp(terminal, "dumb") == 0);
}

bool style_has_colours(int fd)
{
    const char *refusal = getenv("NO_COLOR");
    return style_has_line_control(fd) && !(refusal && *refusal);
}

unsigned style_columns(int fd)
{
    struct winsize size;
    if (isatty(fd) == 1 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= COLUMNS_LEAST)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long n = columns ? strtol(columns, NULL, 10) : 0;
    return n >= COLUMNS_LEAST && n <= COLUMNS_MOST ? (unsigned)n : 0;
}

void style_append(struct buf *out, bool is_styled, enum console_style style, struct slice text)
{
    bool is_coloured = is_styled && style != STYLE_PLAIN && text.len > 0;
    if (is_coloured)
        buf_append_text(out, style_start[style]);
    buf_append(out, text);
    if (is_coloured)
        buf_append_text(out, "\033[0m");
}
