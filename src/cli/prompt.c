/* Asking for a password on the terminal. */
#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum {
    PASSWORD_MAX = 2048
};

/* What the terminal was like before, to be put back. False when it is none. */
static bool echo_off(int fd, struct termios *before)
{
    if (tcgetattr(fd, before) != 0)
        return false;
    struct termios quiet = *before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    return tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
}

/* Byte by byte: what stands behind the line in a stdin is for others to read. */
static void read_line(int fd, struct buf *into)
{
    for (size_t n = 0; n < PASSWORD_MAX; n++) {
        char c = '\n';
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != 1 || c == '\n')
            return;
        if (c != '\r' && c != '\0')
            buf_append_byte(into, c);
    }
}

void prompt_password(const char *prompt, struct buf *into)
{
    struct termios before;
    int tty = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int fd = tty >= 0 ? tty : STDIN_FILENO;
    bool is_quiet = echo_off(fd, &before);
    fputs(prompt, stderr);
    fflush(stderr);
    read_line(fd, into);
    if (is_quiet) {
        tcsetattr(fd, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (tty >= 0)
        close(tty);
}
