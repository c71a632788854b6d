/* The pages of --explain. */
#include "insight/explain.h"

#include "base/cause.h"
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
#include "insight/explain_alerts.def"
#undef ALERT
},
  codes[] = {
#define EXIT_CODE(number, text) {number, text},
#include "base/exit_codes.def"
#undef EXIT_CODE
};

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
    buf_printf(out, "%salert %d: %s\n\n", out->len > 0 ? "\n" : "", alerts[i].number,
               name_of_alert((uint8_t)alerts[i].number));
    append_folded(out, width, "", alerts[i].text);
    return true;
}

static bool append_code(struct buf *out, size_t width, size_t i)
{
    buf_printf(out, "%sexit code %d\n\n", out->len > 0 ? "\n" : "", codes[i].number);
    append_folded(out, width, "", codes[i].text);
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

static void append_index(struct buf *out, size_t width)
{
    buf_append_text(out, "Causes:\n");
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        buf_printf(out, "  %-22s ", cause_id(cause));
        wrap_append(out, (struct wrap){width, TITLES, TITLES}, slice_of(cause_title(cause)));
        buf_append_byte(out, '\n');
    }
    wrap_append(out, (struct wrap){width, 0, 0},
                SLICE("Alerts, by number or name, and exit codes by number: see RFC 8446 section 6, and EXIT STATUS in "
                      "peel(1)."));
    buf_append_byte(out, '\n');
}

bool explain_append(struct buf *out, struct slice word, size_t width)
{
    if (slice_equal(word, SLICE("list"))) {
        append_index(out, width);
        return true;
    }
    enum cause cause = cause_by_id(word);
    int number = number_of(word);
    bool is_found = cause != CAUSE_NONE;
    if (is_found)
        append_cause(out, width, cause);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].number == number)
            is_found = append_code(out, width, i);
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (alerts[i].number == number || slice_equal(word, slice_of(name_of_alert((uint8_t)alerts[i].number))))
            is_found = append_alert(out, width, i);
    return is_found;
}
