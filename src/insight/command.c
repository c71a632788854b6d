/* Commands that are proposed. */
#include "insight/command.h"

#include <string.h>

static bool is_plain(const char *word)
{
    return *word &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_") == strlen(word);
}

void command_append_word(struct buf *out, const char *word)
{
    if (is_plain(word)) {
        buf_append_text(out, word);
        return;
    }
    buf_append_byte(out, '\'');
    for (; *word; word++)
        if (*word == '\'')
            buf_append_text(out, "'\\''");
        else
            buf_append_byte(out, *word);
    buf_append_byte(out, '\'');
}

/* The next word of a text; false at its end. */
static bool next_word(struct slice *rest, struct slice *word)
{
    *word = slice_first(*rest, slice_find(*rest, ' '));
    *rest = slice_from(*rest, word->len < rest->len ? word->len + 1 : word->len);
    return word->len > 0;
}

/* A certificate has its key and their forms with it, and there is one lowest version. */
static bool is_same(struct slice said, const char *given)
{
    static const struct slice certificate = SLICE_INIT("cert"),
                              with_it[] = {SLICE_INIT("cert-type"), SLICE_INIT("key-type")};
    static const struct slice lowest = SLICE_INIT("tlsv1");
    struct slice name = slice_of(given);
    if (slice_starts_with(said, SLICE("proxy-")) && slice_starts_with(name, SLICE("proxy-"))) {
        said = slice_from(said, strlen("proxy-"));
        name = slice_from(name, strlen("proxy-"));
    }
    for (size_t i = 0; i < sizeof with_it / sizeof *with_it; i++)
        if (slice_equal(said, certificate) && slice_equal(name, with_it[i]))
            return true;
    return slice_equal(said, name) || (slice_starts_with(said, lowest) && slice_starts_with(name, lowest));
}

/* By a list of names, or a sentence that has "--NAME" in it. */
static bool is_named(const char *names, const char *given)
{
    struct slice rest = slice_of(names ? names : ""), name;
    while (next_word(&rest, &name)) {
        name = slice_first(name, slice_find(name, ','));
        if (is_same(slice_starts_with(name, SLICE("--")) ? slice_from(name, 2) : name, given))
            return true;
    }
    return false;
}

/* options as they will be said. */
static void append_options(struct buf *out, const struct command_line *line)
{
    struct slice rest = slice_of(line->options), word;
    while (next_word(&rest, &word)) {
        bool is_changed = line->is_for_proxy && slice_starts_with(word, SLICE("--"));
        buf_append_text(out, is_changed ? "--proxy-" : "");
        buf_append(out, is_changed ? slice_from(word, 2) : word);
        buf_append_byte(out, ' ');
    }
}

static bool is_replaced(const struct command_line *line, struct slice options, const char *given)
{
    struct slice word;
    while (next_word(&options, &word)) {
        if (!slice_starts_with(word, SLICE("--")))
            continue;
        struct slice name = slice_from(word, 2);
        if (is_same(name, given) || (slice_starts_with(name, SLICE("no-")) && is_same(slice_from(name, 3), given)))
            return true;
    }
    return is_named(line->without, given) || is_named(line->not_here, given) ||
           (line->proxy && is_named("proxy proxy1.0", given));
}

/* By its letter where that is what people know: -x, -4, -6. */
static void append_given(struct buf *out, const struct trace_option *given)
{
    if (given->letter && strchr("x46", given->letter))
        buf_printf(out, "-%c ", given->letter);
    else
        buf_printf(out, "--%s%s ", given->is_off ? "no-" : "", given->name);
    if (!given->value)
        return;
    command_append_word(out, given->value);
    buf_append_byte(out, ' ');
}

void command_append(struct buf *out, const struct command_line *line)
{
    struct buf options = {0};
    append_options(&options, line);
    buf_append_text(out, "peel ");
    if (line->proxy) {
        buf_append_text(out, "-x ");
        command_append_word(out, line->proxy);
        buf_append_byte(out, ' ');
    }
    buf_append(out, buf_slice(&options));
    for (size_t i = 0; line->way && i < line->way->n; i++)
        if (!is_replaced(line, buf_slice(&options), line->way->options[i].name))
            append_given(out, &line->way->options[i]);
    command_append_word(out, line->url);
    buf_done(&options);
}
