/* What a TLS message says, as data. */
#include "insight/message.h"

#include "base/mem.h"

void message_done(struct message *m)
{
    mem_free(m->fields);
    mem_free(m->values);
    buf_done(&m->text);
    *m = (struct message){0};
}

void message_clear(struct message *m)
{
    m->n_fields = m->n_values = m->n_left_out = 0;
    m->name[0] = '\0';
    m->is_unreadable = m->is_in_detail = false;
    m->depth = 0;
    buf_clear(&m->text);
}

size_t message_size(const struct message *m)
{
    return m->n_fields * sizeof *m->fields + m->n_values * sizeof *m->values + m->text.len;
}

void message_drop(struct message *m)
{
    struct message dropped = {.is_unreadable = m->is_unreadable, .n_left_out = m->n_fields};
    memcpy(dropped.name, m->name, sizeof dropped.name);
    message_done(m);
    *m = dropped;
}

struct slice message_value_text(const struct message *m, const struct message_value *value)
{
    return value->len > 0 ? slice_make(buf_slice(&m->text).ptr + value->at, value->len) : SLICE("");
}

const struct message_value *message_values(const struct message *m, const struct message_field *field)
{
    return field->n > 0 ? m->values + field->first : NULL;
}

const struct message_field *message_find(const struct message *m, const char *name)
{
    for (size_t i = 0; i < m->n_fields; i++)
        if (strcmp(m->fields[i].name, name) == 0)
            return &m->fields[i];
    return NULL;
}

static struct message_field *begin_field(struct message *m, const char *name, enum field_kind kind)
{
    if (!m->fields || m->n_fields == m->fields_cap) {
        m->fields_cap = m->fields_cap > 0 ? 2 * m->fields_cap : 32;
        m->fields = mem_realloc(m->fields, m->fields_cap * sizeof *m->fields);
    }
    m->fields[m->n_fields] = (struct message_field){
        .name = name, .kind = kind, .depth = m->depth, .is_detail = m->is_in_detail, .first = m->n_values};
    return &m->fields[m->n_fields++];
}

void message_list(struct message *m, const char *name)
{
    begin_field(m, name, FIELD_LIST);
}

void message_value(struct message *m, struct slice text, uint32_t code, uint32_t size)
{
    if (m->n_values == m->values_cap) {
        m->values_cap = m->values_cap > 0 ? 2 * m->values_cap : 64;
        m->values = mem_realloc(m->values, m->values_cap * sizeof *m->values);
    }
    m->values[m->n_values++] = (struct message_value){buf_slice(&m->text).len, text.len, code, size};
    m->fields[m->n_fields - 1].n++;
    buf_append(&m->text, text);
}

void message_text(struct message *m, const char *name, const char *text)
{
    message_name(m, name, text, NO_CODE);
}

void message_name(struct message *m, const char *name, const char *text, uint32_t code)
{
    begin_field(m, name, FIELD_TEXT);
    message_value(m, slice_of(text), code, NO_SIZE);
}

void message_number(struct message *m, const char *name, uint64_t number, enum field_unit unit)
{
    struct message_field *field = begin_field(m, name, FIELD_NUMBER);
    field->number = number;
    field->unit = unit;
}

void message_bytes(struct message *m, const char *name, struct slice bytes)
{
    begin_field(m, name, FIELD_BYTES);
    message_value(m, bytes, NO_CODE, NO_SIZE);
}

void message_unreadable(struct message *m, const char *name)
{
    struct message_field *last = m->n_fields > 0 ? &m->fields[m->n_fields - 1] : NULL;
    bool is_begun = last && last->kind == FIELD_LIST && last->n == 0 && strcmp(last->name, name) == 0;
    if (is_begun)
        last->kind = FIELD_UNREADABLE;
    else
        begin_field(m, name, FIELD_UNREADABLE);
}

void message_enter(struct message *m, const char *name, uint64_t number)
{
    begin_field(m, name, FIELD_GROUP)->number = number;
    m->depth++;
}

void message_leave(struct message *m)
{
    m->depth--;
}

void message_details(struct message *m, bool on)
{
    m->is_in_detail = on;
}
