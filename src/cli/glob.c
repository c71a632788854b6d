/* Which URL is the n-th? Its number in a mixed radix, one digit a pattern: nothing else is remembered. */
#include "cli/glob.h"

#include "base/mem.h"
#include "cli/caret.h"
#include "cli/glob_state.h"

#include <inttypes.h>

struct glob *glob_new(const char *url, struct error *err)
{
    struct glob *glob = mem_alloc(sizeof *glob);
    if (glob_read(glob, slice_of(url), err))
        return glob;
    glob_free(glob);
    return NULL;
}

struct glob *glob_new_plain(const char *text)
{
    struct glob *glob = mem_alloc(sizeof *glob);
    glob->parts = mem_alloc(sizeof *glob->parts);
    glob->parts[0] = (struct glob_part){.kind = GLOB_TEXT, .texts = mem_alloc(sizeof(char *)), .count = 1};
    glob->parts[0].texts[0] = mem_strdup(text);
    glob->n_parts = 1;
    glob->count = 1;
    return glob;
}

void glob_free(struct glob *glob)
{
    if (!glob)
        return;
    for (size_t i = 0; i < glob->n_parts; i++) {
        struct glob_part *part = &glob->parts[i];
        for (uint64_t j = 0; part->texts && j < part->count; j++)
            mem_free_secret(part->texts[j]);
        mem_free(part->texts);
        mem_free(part->name);
    }
    mem_free(glob->parts);
    mem_free(glob);
}

uint64_t glob_count(const struct glob *glob)
{
    return glob->count;
}

/* Which of part i's texts URL number n has. */
static uint64_t digit_of(const struct glob *glob, size_t i, uint64_t n)
{
    for (size_t behind = glob->n_parts; behind-- > i + 1;)
        n /= glob->parts[behind].count;
    return n % glob->parts[i].count;
}

static void append_part(const struct glob *glob, size_t i, uint64_t n, struct buf *out)
{
    const struct glob_part *part = &glob->parts[i];
    uint64_t digit = digit_of(glob, i, n);
    if (part->kind == GLOB_LETTERS)
        buf_append_byte(out, (char)(part->first + digit * part->step));
    else if (part->kind == GLOB_NUMBERS)
        buf_printf(out, "%0*" PRIu64, part->width, part->first + digit * part->step);
    else
        buf_append_text(out, part->texts[digit]);
}

bool glob_next(struct glob *glob, struct buf *url)
{
    buf_clear(url);
    if (glob->next == glob->count)
        return false;
    for (size_t i = 0; i < glob->n_parts; i++)
        append_part(glob, i, glob->next, url);
    glob->next++;
    return true;
}

void glob_rewind(struct glob *glob)
{
    glob->next = 0;
}

/* A "#" in a name: "#1" or "#<name>". */
struct reference {
    bool is_named;
    struct slice name;
    size_t number;
    size_t len; /* of all of it */
};

static bool read_reference(struct reference *into, struct slice rest)
{
    *into = (struct reference){.is_named = rest.len > 1 && rest.ptr[1] == '<', .len = 1};
    if (rest.ptr[0] != '#')
        return false;
    if (into->is_named) {
        into->name = slice_from(rest, 2);
        into->name.len = slice_find(into->name, '>');
        into->len = into->name.len + 3;
        return into->len <= rest.len; /* never closed: no name */
    }
    for (; into->len < rest.len && into->len < 7 && rest.ptr[into->len] >= '0' && rest.ptr[into->len] <= '9';
         into->len++)
        into->number = into->number * 10 + (size_t)(rest.ptr[into->len] - '0');
    return into->len > 1;
}

/* The part of glob that is meant, or n_parts. skipped patterns are counted before. */
static size_t find_part(const struct glob *glob, const struct reference *reference, size_t skipped)
{
    size_t seen = skipped;
    for (size_t i = 0; i < glob->n_parts; i++) {
        const struct glob_part *part = &glob->parts[i];
        seen += part->kind != GLOB_TEXT;
        if (reference->is_named ? part->name && slice_equal(slice_of(part->name), reference->name)
                                : part->kind != GLOB_TEXT && seen == reference->number)
            return i;
    }
    return glob->n_parts;
}

/* Nothing that steers the name out of the folder that the user wrote around it. */
static bool is_harmless(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '/' || (unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool append_substitute(const struct glob *glob, size_t part, struct buf *out, struct error *err)
{
    struct buf text = {0};
    append_part(glob, part, glob->next - 1, &text);
    bool ok = is_harmless(buf_slice(&text));
    if (ok)
        buf_append(out, buf_slice(&text));
    else
        error_set(err, PEEL_WRITE_ERROR,
                  "A pattern's text with '/' or a control byte in it cannot be part of an "
                  "--output name");
    buf_done(&text);
    return ok;
}

/* The component that ends at the end of out, when a substitute is in it. */
static bool check_component(const struct buf *out, size_t start, bool has_substitute, struct error *err)
{
    struct slice component = slice_from(buf_slice(out), start);
    if (!has_substitute || !(slice_equal(component, SLICE(".")) || slice_equal(component, SLICE(".."))))
        return true;
    return error_set(err, PEEL_WRITE_ERROR, "The --output name would have the component \"%.*s\" from a pattern",
                     (int)component.len, component.ptr);
}

/* What the reference stands for, at the end of out; *is_found says whether a pattern was meant. */
static bool append_reference(const struct glob *const globs[2], const struct reference *reference, struct buf *out,
                             bool *is_found, struct error *err)
{
    size_t skipped = 0;
    *is_found = false;
    for (size_t i = 0; i < 2 && globs[i]; i++) {
        size_t part = find_part(globs[i], reference, skipped);
        *is_found = part < globs[i]->n_parts;
        if (*is_found)
            return append_substitute(globs[i], part, out, err);
        skipped += globs[i]->n_patterns;
    }
    return true;
}

bool glob_fill_name(const struct glob *glob, const struct glob *more, const char *name, struct buf *out,
                    struct error *err)
{
    const struct glob *const globs[2] = {glob, more};
    bool has_patterns = glob->n_patterns > 0 || (more && more->n_patterns > 0);
    struct slice rest = slice_of(name);
    size_t component = 0;
    bool has_substitute = false;
    buf_clear(out);
    while (rest.len > 0) {
        struct reference reference;
        bool is_found = false;
        bool is_reference = has_patterns && read_reference(&reference, rest);
        if (is_reference && !append_reference(globs, &reference, out, &is_found, err))
            return false;
        if (is_found) {
            has_substitute = true;
            rest = slice_from(rest, reference.len);
            continue;
        }
        if (is_reference && reference.is_named)
            return caret_error(err, PEEL_BAD_FUNCTION_ARGUMENT, "no glob exists with this name", slice_of(name),
                               (size_t)(rest.ptr - name) + reference.len - 1);
        if (rest.ptr[0] == '/') {
            if (!check_component(out, component, has_substitute, err))
                return false;
            component = out->len + 1;
            has_substitute = false;
        }
        buf_append_byte(out, rest.ptr[0]);
        rest = slice_from(rest, 1);
    }
    return check_component(out, component, has_substitute, err);
}
