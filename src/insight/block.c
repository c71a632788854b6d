/* Lines of a failure block. */
#include "insight/block.h"

#include "base/escape.h"
#include "base/mem.h"
#include "base/wrap.h"
#include "insight/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static char *escaped_text(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* The text, made safe to show; mem_free it. */
static char *escaped_text(const char *format, va_list args)
{
    char *raw = NULL;
    struct buf safe = {0};
    if (vasprintf(&raw, format, args) >= 0)
        escape_append(&safe, slice_of(raw));
    free(raw);
    return buf_take(&safe);
}

static void line(struct block *b, const char *label, struct slice text)
{
    bool is_new = !b->label || strcmp(b->label, label) != 0;
    buf_printf(b->out, "  %-9s ", is_new ? label : "");
    buf_append(b->out, text);
    buf_append_byte(b->out, '\n');
    b->label = label;
}

void block_place_blame(struct block_place *place, const char *host, const char *proxy)
{
    if (!proxy)
        return;
    place->host = host;
    place->proxy = proxy;
    place->through = NULL;
}

void block_head(struct block *b, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = escaped_text(format, args);
    va_end(args);
    buf_printf(b->out, "peel: (%d) %s\n", code, text);
    mem_free(text);
    b->label = NULL;
}

/* Takes the text. Below its first line it goes on deeper by indent; is_whole: all of it stays on that. */
static void lines(struct block *b, const char *label, char *text, bool is_whole, size_t indent)
{
    struct buf folded = {0};
    size_t width = b->place->width > 2 * BLOCK_INDENT ? b->place->width - BLOCK_INDENT : BLOCK_INDENT;
    wrap_append(&folded, (struct wrap){is_whole ? 0 : width, 0, indent}, slice_of(text));
    struct slice rest = buf_slice(&folded);
    do {
        struct slice part = slice_first(rest, slice_find(rest, '\n'));
        line(b, label, part);
        rest = slice_from(rest, part.len < rest.len ? part.len + 1 : part.len);
    } while (rest.len > 0);
    buf_done(&folded);
    mem_free(text);
}

void block_say(struct block *b, const char *label, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = escaped_text(format, args);
    va_end(args);
    lines(b, label, text, false, 0);
}

size_t block_find_command(struct slice text)
{
    static const char behind_note[] = ": peel ";
    if (slice_starts_with(text, SLICE("peel ")))
        return 0;
    const char *at = memmem(text.ptr, text.len, behind_note, strlen(behind_note));
    return at ? (size_t)(at - text.ptr) + 2 : text.len;
}

void block_row(struct block *b, const char *label, const char *format, ...)
{
    enum {
        SECOND_COLUMN = 4
    };
    va_list args;
    va_start(args, format);
    char *text = escaped_text(format, args);
    va_end(args);
    bool is_command = block_find_command(slice_of(text)) < strlen(text);
    lines(b, label, text, is_command, text[0] == '[' ? SECOND_COLUMN : 0);
}

void block_more(struct block *b, enum cause cause)
{
    block_row(b, "more", "peel --explain %s", cause_id(cause));
}

/* Whether there is a --proxy-NAME for each --NAME. */
static bool have_proxy_form(const char *options)
{
    static const struct slice known[] = {SLICE_INIT("--cacert"), SLICE_INIT("--cert"), SLICE_INIT("--key"),
                                         SLICE_INIT("--ciphers")};
    struct slice rest = slice_of(options);
    while (rest.len > 0) {
        struct slice word = slice_first(rest, slice_find(rest, ' '));
        rest = slice_from(rest, word.len < rest.len ? word.len + 1 : word.len);
        bool is_known = !slice_starts_with(word, SLICE("--"));
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known = is_known || slice_equal(word, known[i]);
        if (!is_known)
            return false;
    }
    return true;
}

/* Of note and command one row, or two when that is too long. */
static void command_row(struct block *b, const char *note, struct buf *command)
{
    if (!*note || BLOCK_INDENT + strlen(note) + 1 + command->len <= b->place->width) {
        block_row(b, "fix", "%s%s%s", note, *note ? " " : "", buf_text(command));
    } else {
        block_say(b, "fix", "%s", note);
        block_row(b, "fix", "%s", buf_text(command));
    }
}

/* For the place's proxy, if that is what failed; else the line says where it goes. */
static void propose(struct block *b, const char *note, struct command_line *line)
{
    if (b->place->proxy && !have_proxy_form(line->options))
        return;
    struct buf command = {0};
    char *proxy = b->place->proxy ? mem_printf("https://%s", b->place->proxy) : NULL;
    line->way = b->place->way;
    line->not_here = b->place->not_here;
    line->is_for_proxy = proxy && !line->proxy;
    if (!line->proxy)
        line->proxy = proxy;
    command_append(&command, line);
    command_row(b, note, &command);
    buf_done(&command);
    mem_free(proxy);
}

void block_command(struct block *b, const char *note, const char *options, const char *url)
{
    struct command_line line = {.options = options, .url = url};
    propose(b, note, &line);
}

void block_command_without(struct block *b, const char *note, const char *options, const char *without)
{
    struct command_line line = {.options = options, .without = without, .url = b->place->url};
    propose(b, note, &line);
}

void block_other_proxy(struct block *b, const char *note, const char *proxy)
{
    struct command_line line = {.options = "", .proxy = proxy, .url = b->place->url};
    propose(b, note, &line);
}

bool block_next(struct slice *rest, struct block_line *line)
{
    if (rest->len == 0)
        return false;
    struct slice all = slice_first(*rest, slice_find(*rest, '\n'));
    *rest = slice_from(*rest, all.len < rest->len ? all.len + 1 : all.len);
    bool is_head = all.len < BLOCK_INDENT || all.ptr[0] != ' ';
    struct slice label = is_head ? SLICE("") : slice_trim(slice_first(all, BLOCK_INDENT));
    if (is_head || label.len > 0)
        line->label = label;
    line->text = is_head ? all : slice_from(all, BLOCK_INDENT);
    return true;
}

bool block_next_whole(struct slice *rest, struct slice *block)
{
    struct slice start = *rest;
    struct block_line line = {0};
    while (block_next(rest, &line))
        if (slice_equal(line.label, SLICE("more")))
            break;
    *block = slice_first(start, start.len - rest->len);
    return block->len > 0;
}

enum cause block_cause(struct slice block)
{
    struct block_line line = {0};
    while (block_next(&block, &line))
        if (slice_equal(line.label, SLICE("more")))
            return cause_by_id(slice_from(line.text, sizeof "peel --explain " - 1));
    return CAUSE_NONE;
}
