/* A URL with patterns in it -> its parts. */
#include "cli/glob_state.h"

#include "base/mem.h"
#include "cli/caret.h"
#include "cli/secrets.h"
#include "url/url.h"

struct reader {
    struct glob *glob;
    struct slice url;
    size_t at;
    struct error *err;
};

static bool fail(struct reader *r, const char *problem, size_t offset)
{
    char *shown = mem_dup_slice(r->url);
    secrets_hide_in_url(shown);
    caret_error(r->err, PEEL_URL_MALFORMED, problem, slice_make(shown, r->url.len), offset);
    mem_free_secret(shown);
    return false;
}

static char peek(const struct reader *r)
{
    return r->at < r->url.len ? r->url.ptr[r->at] : '\0';
}

static struct glob_part *add_part(struct reader *r, enum glob_kind kind)
{
    struct glob *glob = r->glob;
    glob->parts = mem_realloc(glob->parts, (glob->n_parts + 1) * sizeof *glob->parts);
    struct glob_part *part = &glob->parts[glob->n_parts++];
    *part = (struct glob_part){.kind = kind};
    return part;
}

static void add_text(struct glob_part *part, struct buf *text)
{
    part->texts = mem_realloc(part->texts, (part->count + 1) * sizeof *part->texts);
    part->texts[part->count++] = buf_take(text);
}

/* <name> at the start of a pattern. */
static bool read_name(struct reader *r, struct glob_part *part)
{
    if (peek(r) != '<')
        return true;
    size_t start = r->at + 1;
    struct slice name = slice_from(r->url, start);
    name.len = slice_find(name, '>');
    if (name.len == 0 || start + name.len == r->url.len)
        return fail(r, "bad name of a pattern", r->at);
    part->name = mem_dup_slice(name);
    for (struct glob_part *other = r->glob->parts; other < part; other++)
        if (other->name && strcmp(other->name, part->name) == 0)
            return fail(r, "a second pattern of the same name", start);
    r->at = start + name.len + 1;
    return true;
}

/* Behind "{". */
static bool read_set(struct reader *r)
{
    size_t open = r->at - 1;
    struct glob_part *part = add_part(r, GLOB_SET);
    struct buf text = {0};
    if (!read_name(r, part))
        return false;
    size_t start = r->at;
    const char *problem = NULL;
    for (; !problem; r->at++) {
        char c = peek(r);
        if (r->at == r->url.len)
            problem = "unmatched brace";
        else if (c == '{' || c == '[')
            problem = "nested brace";
        else if (c == ']')
            problem = "unexpected close bracket";
        else if (c == '}' && r->at == start)
            problem = "empty string within braces";
        else if (c == '}' || c == ',')
            add_text(part, &text);
        else if (c == '\\' && r->at + 1 < r->url.len)
            buf_append_byte(&text, r->url.ptr[++r->at]);
        else
            buf_append_byte(&text, c);
        if (!problem && c == '}') {
            r->at++;
            return true;
        }
    }
    buf_done(&text);
    return fail(r, problem, r->at > r->url.len ? open : r->at - 1);
}

/* Digits as a number; false when there are none or too many. */
static bool read_number(struct reader *r, uint64_t *number)
{
    size_t start = r->at;
    for (*number = 0; peek(r) >= '0' && peek(r) <= '9'; r->at++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(peek(r) - '0'), number))
            return false;
    }
    return r->at > start;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One end of a range: a letter, or a number as the other end is one. */
static bool read_end(struct reader *r, struct glob_part *part, uint64_t *value)
{
    if (part->kind == GLOB_NUMBERS)
        return read_number(r, value);
    *value = (unsigned char)peek(r);
    return is_letter(peek(r)) && ++r->at;
}

/* Behind "[": first-last, maybe :step, and "]". Where the words are wrong, the position is that of the range; where the
 * numbers are, behind it. */
static bool read_range(struct reader *r)
{
    uint64_t last = 0;
    struct slice rest = slice_from(r->url, r->at);
    if (slice_find(rest, ']') == rest.len)
        return fail(r, "unmatched bracket", r->at - 1);
    struct glob_part *part = add_part(r, GLOB_NUMBERS);
    if (!read_name(r, part))
        return false;
    size_t start = r->at;
    part->kind = is_letter(peek(r)) ? GLOB_LETTERS : GLOB_NUMBERS;
    part->step = 1;
    bool ok = read_end(r, part, &part->first);
    if (part->kind == GLOB_NUMBERS && peek(r) == '-' && r->at > start + 1 && r->url.ptr[start] == '0')
        part->width = (int)(r->at - start < 32 ? r->at - start : 32);
    ok = ok && peek(r) == '-' && ++r->at && read_end(r, part, &last);
    if (ok && peek(r) == ':') {
        r->at++;
        ok = read_number(r, &part->step);
    }
    if (!ok || peek(r) != ']')
        return fail(r, "bad range", ok ? r->at : start);
    r->at++;
    bool is_mixed = part->kind == GLOB_LETTERS && (part->first | 0x20) - part->first != (last | 0x20) - last;
    if (part->first > last || part->step == 0 || is_mixed ||
        (part->first == last ? part->step != 1 : part->step > last - part->first))
        return fail(r, "bad range", r->at);
    part->count = (last - part->first) / part->step;
    if (part->count >= GLOB_URLS_MAX)
        return fail(r, "a range of too many URLs", start);
    part->count++;
    return true;
}

/* [] or an IPv6 address at r->at: its length; else 0. */
static size_t address_length(const struct reader *r)
{
    struct slice rest = slice_from(r->url, r->at);
    size_t close = slice_find(rest, ']');
    if (close == rest.len)
        return 0;
    if (close == 1)
        return 2;
    char *host = NULL;
    char *zone = NULL;
    enum url_host_kind kind = URL_HOST_NAME;
    struct error ignored = {0};
    struct slice bracketed = slice_first(rest, close + 1);
    bool ok = slice_find(bracketed, ':') < bracketed.len && slice_find(bracketed, '<') == bracketed.len &&
              url_parse_host(&host, &zone, &kind, bracketed, &ignored);
    mem_free(host);
    mem_free(zone);
    return ok && kind == URL_HOST_IPV6 ? close + 1 : 0;
}

static bool read_text(struct reader *r)
{
    struct buf text = {0};
    while (r->at < r->url.len) {
        char c = peek(r);
        size_t n = c == '[' ? address_length(r) : 1;
        if (c == '{' || n == 0)
            break;
        if (c == '}' || c == ']') {
            buf_done(&text);
            return fail(r, "unmatched close brace/bracket", r->at);
        }
        if (c == '\\' && r->at + 1 < r->url.len && strchr("{}[]", r->url.ptr[r->at + 1]))
            r->at++;
        buf_append(&text, slice_make(r->url.ptr + r->at, n));
        r->at += n;
    }
    add_text(add_part(r, GLOB_TEXT), &text);
    return true;
}

bool glob_read(struct glob *glob, struct slice url, struct error *err)
{
    struct reader r = {.glob = glob, .url = url, .err = err};
    glob->count = 1;
    for (;;) {
        if (!read_text(&r))
            return false;
        if (r.at == url.len)
            return true;
        size_t start = r.at++;
        if (++glob->n_patterns > GLOB_PATTERNS_MAX)
            return fail(&r, "too many {} sets", start);
        if (!(url.ptr[start] == '{' ? read_set(&r) : read_range(&r)))
            return false;
        if (__builtin_mul_overflow(glob->count, glob->parts[glob->n_parts - 1].count, &glob->count) ||
            glob->count > GLOB_URLS_MAX)
            return fail(&r, "too many URLs", start);
    }
}
