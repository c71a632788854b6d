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

/* The part that "#1" or "#<name>" at the start of rest means, or n_parts; *len is how long that is. */
static size_t find_part(const struct glob *glob, struct slice rest, size_t *len)
{
    bool is_named = rest.len > 1 && rest.ptr[1] == '<';
    struct slice name = slice_from(rest, is_named ? 2 : 1);
    size_t number = 0;
    size_t n = 0;
    if (is_named)
        n = slice_find(name, '>');
    while (!is_named && n < name.len && n < 6 && name.ptr[n] >= '0' && name.ptr[n] <= '9')
        number = number * 10 + (size_t)(name.ptr[n++] - '0');
    *len = is_named ? n + 3 : n + 1;
    if (is_named && n == name.len) /* never closed: no name */
        return glob->n_parts;
    size_t seen = 0;
    for (size_t i = 0; i < glob->n_parts; i++) {
        const struct glob_part *part = &glob->parts[i];
        seen += part->kind != GLOB_TEXT;
        if (is_named ? part->name && slice_equal(slice_of(part->name), slice_first(name, n))
                     : part->kind != GLOB_TEXT && seen == number)
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

bool glob_fill_name(const struct glob *glob, const char *name, struct buf *out, struct error *err)
{
    struct slice rest = slice_of(name);
    size_t component = 0;
    bool has_substitute = false;
    buf_clear(out);
    while (rest.len > 0) {
        size_t len = 1;
        size_t part = rest.ptr[0] == '#' ? find_part(glob, rest, &len) : glob->n_parts;
        if (part < glob->n_parts) {
            if (!append_substitute(glob, part, out, err))
                return false;
            has_substitute = true;
            rest = slice_from(rest, len);
            continue;
        }
        if (glob->n_patterns > 0 && len > 2 && len <= rest.len && rest.ptr[1] == '<')
            return caret_error(err, PEEL_BAD_FUNCTION_ARGUMENT, "no glob exists with this name", slice_of(name),
                               (size_t)(rest.ptr - name) + len - 1);
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
