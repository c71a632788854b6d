/* The pages of --explain. */
#include "insight/explain.h"

#include "base/cause.h"
#include "base/near.h"
#include "base/wrap.h"
#include "insight/names.h"

#include <stdlib.h>

enum {
    LABEL = 11,
    TITLES = 25, /* the column in which the index has them */
};

struct page {
    const char *what, *look, *fix;
};

static const struct page pages[CAUSE_COUNT] = {
#define PAGE(cause, what, look, fix) [CAUSE_##cause] = {what, look, fix},
#include "insight/explain_causes.def"
#undef PAGE
};

static const struct {
    int number;
    const char *text;
} alerts[] =
    {
#define ALERT(number, text) {number, text},
#define CERTIFICATE_ALERT(number, text)                                                                                \
    {number, text                                                                                                      \
     " It is the client's when the server sends this, and the server's when peel does (-v shows which: < or >)."},
#include "insight/explain_alerts.def"
#undef CERTIFICATE_ALERT
#undef ALERT
},
  codes[] = {
#define EXIT_CODE(name, number, text) {number, text},
#include "base/exit_codes.def"
#undef EXIT_CODE
};

static const struct {
    uint16_t code;
    const char *alias, *what, *without, *option; /* "": none */
} extensions[] = {
#define EXTENSION(code, alias, what, without, option) {code, alias, what, without, option},
#include "insight/explain_extensions.def"
#undef EXTENSION
};

enum {
    N_ALERTS = sizeof alerts / sizeof *alerts,
    N_CODES = sizeof codes / sizeof *codes,
    N_EXTENSIONS = sizeof extensions / sizeof *extensions,
};

static const char *alert_name(size_t i)
{
    return name_of_alert((uint8_t)alerts[i].number);
}

/* All that have a page are known by name. */
static const char *extension_name(size_t i)
{
    char number[NAME_SIZE];
    const char *name = name_of_extension(number, extensions[i].code);
    return name == number ? "" : name;
}

static bool is_word(struct slice word, const char *name)
{
    return *name && slice_equal_nocase(word, slice_of(name));
}

/* "  label    text", folded. */
static void append_folded(struct buf *out, size_t width, const char *label, const char *text)
{
    buf_printf(out, "  %-*s", LABEL - 2, label);
    wrap_append(out, (struct wrap){width, LABEL, LABEL}, slice_of(text));
    buf_append_byte(out, '\n');
}

/* "self-signed" and "self-signed": once is enough. */
static bool says_more(const char *title, const char *id)
{
    while (*title && (*title == *id || (*title == ' ' && *id == '-')))
        title++, id++;
    return *title || *id;
}

static void append_cause(struct buf *out, size_t width, enum cause cause)
{
    const char *id = cause_id(cause), *title = cause_title(cause);
    buf_append_text(out, id);
    if (says_more(title, id)) {
        buf_append_text(out, ": ");
        wrap_append(out, (struct wrap){width, strlen(id) + 2, 2}, slice_of(title));
    }
    buf_append_text(out, "\n\n");
    append_folded(out, width, "cause", pages[cause].what);
    append_folded(out, width, "look", pages[cause].look);
    append_folded(out, width, "fix", pages[cause].fix);
}

static bool append_alert(struct buf *out, size_t width, size_t i)
{
    buf_printf(out, "%salert %d: %s\n\n", out->len > 0 ? "\n" : "", alerts[i].number, alert_name(i));
    append_folded(out, width, "", alerts[i].text);
    return true;
}

static bool append_code(struct buf *out, size_t width, size_t i)
{
    buf_printf(out, "%sexit code %d\n\n", out->len > 0 ? "\n" : "", codes[i].number);
    append_folded(out, width, "", codes[i].text);
    return true;
}

static bool append_extension(struct buf *out, size_t width, size_t i)
{
    bool has_alias = *extensions[i].alias;
    buf_printf(out, "extension %u: %s%s%s%s\n\n", extensions[i].code, extension_name(i), has_alias ? " (" : "",
               extensions[i].alias, has_alias ? ")" : "");
    append_folded(out, width, "what", extensions[i].what);
    append_folded(out, width, "without", extensions[i].without);
    if (*extensions[i].option)
        append_folded(out, width, "option", extensions[i].option);
    return true;
}

/* -1 when it is none. */
static int number_of(struct slice word)
{
    int number = 0;
    if (word.len == 0 || word.len > 3)
        return -1;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return -1;
        number = number * 10 + (word.ptr[i] - '0');
    }
    return number;
}

/* Deeper than the causes; names is empty then. */
static void append_names(struct buf *out, size_t width, const char *title, struct buf *names)
{
    enum {
        DEEPER = 4
    };
    buf_printf(out, "%s\n%*s", title, DEEPER, "");
    wrap_append(out, (struct wrap){width, DEEPER, DEEPER}, buf_slice(names));
    buf_append_byte(out, '\n');
    buf_clear(names);
}

static void append_index(struct buf *out, size_t width)
{
    buf_append_text(out, "Causes:\n");
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        buf_printf(out, "  %-22s ", cause_id(cause));
        wrap_append(out, (struct wrap){width, TITLES, TITLES}, slice_of(cause_title(cause)));
        buf_append_byte(out, '\n');
    }
    struct buf names = {0};
    for (size_t i = 0; i < N_ALERTS; i++)
        buf_printf(&names, "%s%s (%d)", i > 0 ? ", " : "", alert_name(i), alerts[i].number);
    append_names(out, width, "Alerts of TLS, by name or number:", &names);
    for (size_t i = 0; i < N_EXTENSIONS; i++)
        buf_printf(&names, *extensions[i].alias ? "%s%s (%s)" : "%s%s", i > 0 ? ", " : "", extension_name(i),
                   extensions[i].alias);
    append_names(out, width, "Extensions of TLS:", &names);
    wrap_append(out, (struct wrap){width, 0, 0}, SLICE("Exit codes, by number: see EXIT STATUS in peel(1)."));
    buf_append_byte(out, '\n');
    buf_done(&names);
}

static enum cause cause_of(struct slice word)
{
    enum cause cause = CAUSE_COUNT;
    while (--cause > CAUSE_NONE && !is_word(word, cause_id(cause)))
        continue;
    return cause;
}

bool explain_append(struct buf *out, struct slice word, size_t width)
{
    if (is_word(word, "list")) {
        append_index(out, width);
        return true;
    }
    enum cause cause = cause_of(word);
    int number = number_of(word);
    bool is_found = cause != CAUSE_NONE;
    if (is_found)
        append_cause(out, width, cause);
    for (size_t i = 0; i < N_CODES; i++)
        if (codes[i].number == number)
            is_found = append_code(out, width, i);
    for (size_t i = 0; i < N_ALERTS; i++)
        if (alerts[i].number == number || is_word(word, alert_name(i)))
            is_found = append_alert(out, width, i);
    for (size_t i = 0; i < N_EXTENSIONS; i++)
        if (is_word(word, extension_name(i)) || is_word(word, extensions[i].alias))
            is_found = append_extension(out, width, i);
    return is_found;
}

/* All words that have a page, one after the other, "" for an alias that is none; NULL at the end. */
static const char *word_at(size_t i)
{
    if (i < CAUSE_COUNT - 1)
        return cause_id((enum cause)(i + 1));
    i -= CAUSE_COUNT - 1;
    if (i < N_ALERTS)
        return alert_name(i);
    i -= N_ALERTS;
    if (i < N_EXTENSIONS)
        return extension_name(i);
    i -= N_EXTENSIONS;
    return i < N_EXTENSIONS ? extensions[i].alias : NULL;
}

/* As near_distance(); one of the words that make up a name is near too: "issuer". */
static size_t distance(struct slice typed, struct slice name)
{
    enum {
        PART_MIN = 4,
        PART_DISTANCE = 2,
    };
    size_t found = name.len > 0 ? near_distance(typed, name) : NEAR_NOT;
    for (size_t at = 1; found > PART_DISTANCE && typed.len >= PART_MIN && at + typed.len <= name.len; at++)
        if ((name.ptr[at - 1] == '-' || name.ptr[at - 1] == '_') &&
            slice_equal_nocase(slice_first(slice_from(name, at), typed.len), typed))
            found = PART_DISTANCE;
    return found;
}

void explain_suggest(struct buf *out, struct slice word)
{
    enum {
        SHOWN = 4
    };
    size_t nearest = NEAR_NOT, n_shown = 0;
    for (size_t i = 0; word_at(i); i++) {
        size_t found = distance(word, slice_of(word_at(i)));
        nearest = found < nearest ? found : nearest;
    }
    for (size_t i = 0; nearest != NEAR_NOT && word_at(i) && n_shown < SHOWN; i++)
        if (distance(word, slice_of(word_at(i))) == nearest)
            buf_printf(out, "%s%s", n_shown++ == 0 ? "; did you mean " : ", ", word_at(i));
    if (n_shown > 0)
        buf_append_byte(out, '?');
}
