/* Texts with names, and how they are put into an argument. */
#include "cli/variables.h"

#include "base/base64.h"
#include "base/mem.h"
#include "url/url.h"

#include <stdint.h>

void variables_done(struct variables *variables)
{
    for (size_t i = 0; i < variables->n; i++) {
        mem_free(variables->all[i].name);
        buf_wipe(&variables->all[i].text);
    }
    mem_free(variables->all);
    *variables = (struct variables){0};
}

static struct variable *find(const struct variables *variables, struct slice name)
{
    for (size_t i = 0; i < variables->n; i++)
        if (slice_equal(slice_of(variables->all[i].name), name))
            return &variables->all[i];
    return NULL;
}

void variables_put(struct variables *variables, struct slice name, struct buf *text)
{
    struct variable *variable = find(variables, name);
    if (!variable) {
        variables->all = mem_realloc(variables->all, (variables->n + 1) * sizeof *variables->all);
        variable = &variables->all[variables->n++];
        *variable = (struct variable){.name = mem_dup_slice(name)};
    }
    buf_wipe(&variable->text);
    variable->text = *text;
    *text = (struct buf){0};
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= VARIABLE_NAME_MAX;
}

/* The functions: in -> out. */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void apply_trim(struct buf *out, struct slice in)
{
    while (in.len > 0 && is_space(in.ptr[0]))
        in = slice_from(in, 1);
    while (in.len > 0 && is_space(in.ptr[in.len - 1]))
        in.len--;
    buf_append(out, in);
}

/* RFC 8259 section 7. */
static void apply_json(struct buf *out, struct slice in)
{
    static const char special[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    for (size_t i = 0; i < in.len; i++) {
        char c = in.ptr[i];
        const char *at = c ? strchr(special, c) : NULL;
        if (at)
            buf_printf(out, "\\%c", letters[at - special]);
        else if ((unsigned char)c < 0x20)
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_append_byte(out, c);
    }
}

static int base64_value(char c)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

/* RFC 4648 section 4: whole groups of four, padding at the end only. */
static bool decode_base64(struct buf *out, struct slice in)
{
    if (in.len % 4 != 0 || in.len == 0)
        return false;
    size_t padding = 0;
    while (padding < 2 && in.ptr[in.len - 1 - padding] == '=')
        padding++;
    uint32_t bits = 0;
    for (size_t i = 0; i < in.len; i++) {
        int value = i < in.len - padding ? base64_value(in.ptr[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        size_t wanted = i + 1 == in.len ? 3 - padding : 3;
        for (size_t j = 0; i % 4 == 3 && j < wanted; j++)
            buf_append_byte(out, (char)(bits >> (16 - 8 * j)));
    }
    return true;
}

static void apply_64dec(struct buf *out, struct slice in)
{
    if (decode_base64(out, in))
        return;
    buf_wipe(out);
    buf_append_text(out, "[64dec-fail]");
}

typedef void (*function)(struct buf *out, struct slice in);

static function function_by_name(struct slice name)
{
    static const struct {
        const char *name;
        function apply;
    } rows[] = {{"trim", apply_trim},
                {"json", apply_json},
                {"url", url_percent_encode},
                {"b64", base64_append},
                {"64dec", apply_64dec}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_equal(name, slice_of(rows[i].name)))
            return rows[i].apply;
    return NULL;
}

/* What stands between {{ and }}; text is wiped by the caller. */
static const char *evaluate(const struct variables *variables, struct slice inner, struct buf *text,
                            struct slice *culprit)
{
    size_t n = slice_find(inner, ':');
    const struct variable *variable = find(variables, slice_first(inner, n));
    if (variable)
        buf_append(text, buf_slice(&variable->text));
    while (n < inner.len) {
        inner = slice_from(inner, n + 1);
        n = slice_find(inner, ':');
        *culprit = slice_first(inner, n);
        function apply = function_by_name(*culprit);
        if (!apply)
            return "unknown variable function";
        struct buf result = {0};
        apply(&result, buf_slice(text));
        buf_wipe(text);
        *text = result;
    }
    return NULL;
}

static size_t find_pair(struct slice s, const char *pair)
{
    const char *at = s.len ? memmem(s.ptr, s.len, pair, 2) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

const char *variables_expand(const struct variables *variables, struct slice text, struct buf *out,
                             struct slice *culprit)
{
    while (text.len > 0) {
        size_t open = find_pair(text, "{{");
        struct slice behind = slice_from(text, open < text.len ? open + 2 : open);
        size_t len = find_pair(behind, "}}");
        bool is_escaped = open < text.len && open > 0 && text.ptr[open - 1] == '\\';
        struct slice name = slice_first(behind, len);
        name.len = slice_find(name, ':');
        buf_append(out, slice_first(text, is_escaped ? open - 1 : open));
        if (open == text.len)
            return NULL;
        if (is_escaped || len == behind.len || !is_name(name)) {
            size_t kept = is_escaped || len == behind.len ? 0 : len + 2;
            buf_append(out, slice_make(text.ptr + open, 2 + kept));
            text = slice_from(behind, kept);
            continue;
        }
        struct buf value = {0};
        const char *problem = evaluate(variables, slice_first(behind, len), &value, culprit);
        if (!problem && slice_find(buf_slice(&value), '\0') < value.len) {
            *culprit = name;
            problem = "a NUL byte in the variable";
        }
        buf_append(out, buf_slice(&value));
        buf_wipe(&value);
        if (problem)
            return problem;
        text = slice_from(behind, len + 2);
    }
    return NULL;
}

/* Digits at *at. */
static bool read_number(const char **at, size_t *number)
{
    const char *start = *at;
    for (*number = 0; **at >= '0' && **at <= '9'; ++*at)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (size_t)(**at - '0'), number))
            return false;
    return *at > start;
}

const char *variable_spec_read(struct variable_spec *into, const char *text)
{
    *into = (struct variable_spec){.is_environment = *text == '%', .last = SIZE_MAX};
    const char *at = text + into->is_environment;
    size_t n = 0;
    while (is_name_byte(at[n]))
        n++;
    into->name = slice_make(at, n);
    at += n;
    if (!is_name(into->name))
        return "a name has 1 to 127 letters, digits and _";
    if (*at == '[') {
        at++;
        if (!read_number(&at, &into->first) || *at++ != '-')
            return "a range of bytes is [FIRST-LAST] or [FIRST-]";
        if (*at != ']' && (!read_number(&at, &into->last) || into->first > into->last))
            return "the range of bytes ends before it starts";
        if (*at++ != ']')
            return "the range of bytes is never closed";
    }
    if (*at && *at != '=' && *at != '@')
        return "a name has 1 to 127 letters, digits and _";
    if (!*at && !into->is_environment)
        return "expected NAME=TEXT or NAME@FILE";
    into->source = *at;
    into->rest = *at ? at + 1 : at;
    return NULL;
}
