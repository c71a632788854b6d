/* A line -> word and value. */
#include "cli/config_line.h"

#include "base/buf.h"
#include "base/mem.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice skip(struct slice s, const char *separators)
{
    while (s.len > 0 && (is_blank(s.ptr[0]) || strchr(separators, s.ptr[0])))
        s = slice_from(s, 1);
    return s;
}

/* Up to the next blank or separator. */
static struct slice word_of(struct slice s, const char *separators)
{
    size_t n = 0;
    while (n < s.len && !is_blank(s.ptr[n]) && !strchr(separators, s.ptr[n]))
        n++;
    return slice_first(s, n);
}

/* Behind the opening quote. */
static char *read_quoted(struct slice s, bool *is_closed)
{
    struct buf text = {0};
    *is_closed = false;
    while (s.len > 0 && !*is_closed) {
        char c = s.ptr[0];
        s = slice_from(s, 1);
        if (c == '"') {
            *is_closed = true;
            continue;
        }
        if (c == '\\' && s.len > 0) {
            static const char letters[] = "tnrv";
            static const char meant[] = "\t\n\r\v";
            const char *at = strchr(letters, s.ptr[0]);
            c = at ? meant[at - letters] : s.ptr[0];
            s = slice_from(s, 1);
        }
        buf_append_byte(&text, c);
    }
    return buf_take(&text);
}

static void read_value(struct config_line *into, struct slice rest)
{
    if (rest.len == 0)
        return;
    if (rest.ptr[0] == '"') {
        bool is_closed;
        into->value = read_quoted(slice_from(rest, 1), &is_closed);
        if (!is_closed)
            into->remark = "has a double quote that is never closed.";
        return;
    }
    struct slice value = word_of(rest, "");
    struct slice behind = skip(slice_from(rest, value.len), "");
    into->value = mem_dup_slice(value);
    if (rest.ptr[0] == '\'')
        into->remark = "uses argument with leading single quote. It is probably a mistake. Consider double quotes.";
    else if (behind.len > 0 && behind.ptr[0] != '#')
        into->remark = "uses argument with unquoted whitespace. This may cause side-effects. Consider double quotes.";
}

static void read_section(struct config_line *into, struct slice line)
{
    size_t close = slice_find(line, ']');
    struct slice behind = close < line.len ? skip(slice_from(line, close + 1), "") : line;
    into->kind = CONFIG_WRONG;
    /* An IPv6 address may stand in brackets of its own. */
    if (slice_starts_with(line, SLICE("[[")) && behind.len > 0 && behind.ptr[0] == ']' && behind.ptr != line.ptr) {
        close++;
        behind = skip(slice_from(behind, 1), "");
    }
    if (close >= line.len || (behind.len > 0 && behind.ptr[0] != '#')) {
        into->remark = "a section is a host's name in brackets, and nothing behind them";
        return;
    }
    into->kind = CONFIG_SECTION;
    into->word = mem_dup_slice(slice_trim(slice_make(line.ptr + 1, close - 1)));
}

void config_line_read(struct config_line *into, struct slice line)
{
    *into = (struct config_line){.kind = CONFIG_NOTHING};
    line = skip(line, "");
    if (line.len == 0 || strchr("#/*", line.ptr[0]))
        return;
    if (slice_find(line, '\0') < line.len) {
        into->kind = CONFIG_WRONG;
        into->remark = "a NUL byte in it";
        return;
    }
    if (line.ptr[0] == '[') {
        read_section(into, line);
        return;
    }
    bool has_dashes = line.ptr[0] == '-';
    const char *separators = has_dashes ? "" : "=:";
    struct slice word = word_of(line, separators);
    into->kind = CONFIG_OPTION;
    into->word = mem_printf("%s%.*s", has_dashes ? "" : "--", (int)word.len, word.ptr);
    into->name = has_dashes ? into->word : into->word + 2;
    read_value(into, skip(slice_from(line, word.len), separators));
    /* "https:" reads like a name and its colon. */
    if (!has_dashes && into->value && strncmp(into->value, "//", 2) == 0) {
        config_line_done(into);
        into->kind = CONFIG_WRONG;
        into->remark = "a URL needs its option here: url = \"https://...\"";
    }
}

void config_line_done(struct config_line *line)
{
    mem_free_secret(line->word);
    mem_free_secret(line->value);
    *line = (struct config_line){0};
}
