/* What the setters share: how to fail, how to warn, how to read a file. */
#include "cli/setters.h"

#include "base/escape.h"
#include "base/mem.h"
#include "cli/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* Long enough for any sentence; what an argument makes longer is cut. */
enum {
    SENTENCE_MAX = 900,
    READ_STEP = 64 * 1024
};

static bool refuse(struct parse *parse, enum peel_code code, const char *typed, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static bool refuse(struct parse *parse, enum peel_code code, const char *typed, const char *format, va_list args)
{
    char text[SENTENCE_MAX];
    char shown[SENTENCE_MAX];
    vsnprintf(text, sizeof text, format, args);
    parse->is_misused = true;
    return error_set(parse->err, code, "%s%s%s%s", typed ? "option " : "", typed ? typed : "", typed ? ": " : "",
                     escape_into(shown, sizeof shown, slice_of(text)));
}

bool parse_fail(struct parse *parse, enum peel_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    refuse(parse, code, parse->typed, format, args);
    va_end(args);
    return false;
}

bool parse_refuse(struct parse *parse, enum peel_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    refuse(parse, code, NULL, format, args);
    va_end(args);
    return false;
}

bool parse_fail_number(struct parse *parse, const char *value)
{
    return parse_fail(parse, PEEL_FAILED_INIT, "expected a %s numerical parameter",
                      value[0] == '-' ? "positive" : "proper");
}

bool parse_fail_too_large(struct parse *parse)
{
    return parse_fail(parse, PEEL_FAILED_INIT, "too large number");
}

static void remark(struct parse *parse, const char *prefix, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void remark(struct parse *parse, const char *prefix, const char *format, va_list args)
{
    char text[SENTENCE_MAX];
    vsnprintf(text, sizeof text, format, args);
    buf_append_text(parse->remarks, prefix);
    buf_append_byte(parse->remarks, ' ');
    escape_append(parse->remarks, slice_of(text));
    buf_append_byte(parse->remarks, '\n');
}

void parse_remark(struct parse *parse, const char *prefix, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    remark(parse, prefix, format, args);
    va_end(args);
}

void parse_warn(struct parse *parse, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!parse->command->console.silent)
        remark(parse, "Warning:", format, args);
    va_end(args);
}

void *parse_grow(void *array, size_t n, size_t size)
{
    char *grown = mem_realloc(array, (n + 1) * size);
    memset(grown + n * size, 0, size);
    return grown;
}

static bool read_all(int fd, struct buf *into)
{
    for (;;) {
        struct span space = buf_reserve(into, READ_STEP);
        ssize_t n = read(fd, space.ptr, space.len);
        if (n == 0)
            return true;
        if (n > 0)
            buf_added(into, (size_t)n);
        else if (errno != EINTR)
            return false;
    }
}

bool parse_read_file(struct parse *parse, const char *path, struct buf *into)
{
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin && journal_give_stdin(parse, into))
        return true;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read_all(fd, into);
    int reason = errno;
    if (fd >= 0 && !is_stdin)
        close(fd);
    if (ok && is_stdin)
        journal_keep_stdin(parse, buf_slice(into));
    if (ok)
        return true;
    return parse_fail(parse, PEEL_READ_ERROR, "cannot read %s%s%s: %s", is_stdin ? "" : "'", is_stdin ? "stdin" : path,
                      is_stdin ? "" : "'", strerror(reason));
}

bool parse_check_line(struct parse *parse, const char *value)
{
    if (!strpbrk(value, "\r\n"))
        return true;
    return parse_fail(parse, PEEL_BAD_FUNCTION_ARGUMENT,
                      "a line end in its argument is refused: it would add lines to the request");
}
