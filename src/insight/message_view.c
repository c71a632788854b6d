/* The inside of a TLS message on a terminal. */
#include "insight/message_view.h"

#include "base/escape.h"
#include "insight/brief.h"
#include "insight/fold.h"
#include "insight/trace_dump.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    INDENT = 7,
    MANY = 5, /* values that are worth a count in the label */
    LABEL_ROOM = 40,
};

/* "signatures (9)", "certificate 0" */
static void format_label(char label[LABEL_ROOM], const struct message_field *field)
{
    if (field->kind == FIELD_GROUP)
        snprintf(label, LABEL_ROOM, "%s %" PRIu64, field->name, field->number);
    else if (field->kind == FIELD_LIST && field->n > MANY)
        snprintf(label, LABEL_ROOM, "%s (%zu)", field->name, field->n);
    else
        snprintf(label, LABEL_ROOM, "%s", field->name);
}

static void append_span(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t n = seconds / units[i].seconds;
        if (n == 0 || seconds % units[i].seconds != 0)
            continue;
        buf_printf(out, " (%" PRIu64 " %s%s)", n, units[i].name, n == 1 ? "" : "s");
        return;
    }
}

static void append_number(struct buf *out, const struct message_field *field)
{
    static const char *const units[] = {
        [UNIT_NONE] = "", [UNIT_BYTES] = " byte", [UNIT_SECONDS] = " s", [UNIT_BITS] = " bit"};
    bool is_counted = field->unit == UNIT_BYTES || field->unit == UNIT_BITS;
    buf_printf(out, "%" PRIu64 "%s%s", field->number, units[field->unit], is_counted && field->number != 1 ? "s" : "");
    if (field->unit == UNIT_SECONDS)
        append_span(out, field->number);
}

static void append_hex(struct buf *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        buf_printf(out, "%02x", (unsigned char)bytes.ptr[i]);
}

static void fold_one(struct fold *fold, const struct message *m, const struct message_value *value)
{
    struct buf text = {0};
    escape_append(&text, message_value_text(m, value));
    if (value->size != NO_SIZE)
        buf_printf(&text, " (%u byte%s)", value->size, value->size == 1 ? "" : "s");
    fold_value(fold, buf_slice(&text));
    buf_done(&text);
}

static const char *word_for_nothing(const struct message_field *field)
{
    if (strcmp(field->name, "accepted issuers") == 0)
        return "any";
    if (strcmp(field->name, "record") == 0)
        return "the one before holds it too";
    return field->kind == FIELD_BYTES ? "empty" : "none";
}

static void fold_values(struct fold *fold, const struct message *m, const struct message_field *field, bool is_brief)
{
    struct buf text = {0};
    const struct message_value *values = message_values(m, field);
    switch (field->kind) {
    case FIELD_LIST:
        if (is_brief && brief_list(fold, m, field))
            break;
        for (size_t i = 0; i < field->n; i++)
            fold_one(fold, m, &values[i]);
        break;
    case FIELD_TEXT:
    case FIELD_GROUP:
        for (size_t i = 0; i < field->n; i++)
            fold_one(fold, m, &values[i]);
        break;
    case FIELD_NUMBER:
        append_number(&text, field);
        break;
    case FIELD_BYTES:
        append_hex(&text, message_value_text(m, values));
        break;
    case FIELD_UNREADABLE:
        buf_append_text(&text, "cannot be read");
        break;
    }
    if (buf_slice(&text).len > 0)
        fold_value(fold, buf_slice(&text));
    else if (!fold->has_value)
        fold_value(fold, slice_of(word_for_nothing(field)));
    buf_done(&text);
}

static void append_field(struct buf *out, const struct message *m, const struct message_field *field, bool is_brief,
                         unsigned width)
{
    char prefix[INDENT + 2 * 4 + 1], label[LABEL_ROOM];
    struct fold fold;
    unsigned depth = field->depth < 4 ? field->depth : 4;
    snprintf(prefix, sizeof prefix, "*%*s", (int)(INDENT - 1 + 2 * depth), "");
    format_label(label, field);
    fold_begin(&fold, out, width, MESSAGE_LABEL_END, prefix, label);
    fold_values(&fold, m, field, is_brief);
    fold_end(&fold);
}

static void append_dump(struct buf *out, struct slice bytes)
{
    struct buf rows = {0};
    trace_dump_rows(&rows, bytes, true);
    struct slice rest = buf_slice(&rows);
    while (rest.len > 0) {
        struct slice row = slice_first(rest, slice_find(rest, '\n'));
        buf_printf(out, "*%*s", INDENT - 1, "");
        buf_append(out, row);
        buf_append_byte(out, '\n');
        rest = slice_from(rest, row.len + 1);
    }
    buf_done(&rows);
}

void message_view_append(struct buf *out, const struct message *m, struct slice bytes, unsigned verbosity,
                         unsigned width)
{
    bool is_brief = verbosity < MESSAGE_VIEW_FULL;
    for (size_t i = 0; i < m->n_fields; i++)
        if (!is_brief || !m->fields[i].is_detail)
            append_field(out, m, &m->fields[i], is_brief, width);
    if (m->is_unreadable)
        buf_printf(out, "*%*s%s cannot be read\n", INDENT - 1, "", m->n_fields > 1 ? "the rest" : "it");
    if (verbosity >= MESSAGE_VIEW_HEX)
        append_dump(out, bytes);
}
