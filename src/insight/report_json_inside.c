/* What a message says, as JSON. */
#include "insight/report_json_inside.h"

#include "base/escape.h"

struct inside {
    struct json *json;
    const struct message *message;
    size_t end; /* where json->out is full */
};

static bool is_full(const struct inside *in)
{
    return in->json->out->len >= in->end;
}

static void add_value(struct inside *in, const struct message_value *value)
{
    char text[INSIDE_TEXT_MAX];
    escape_into(text, sizeof text, message_value_text(in->message, value));
    json_open(in->json, NULL, '{');
    json_text(in->json, "text", slice_of(text));
    if (value->code != NO_CODE)
        json_number(in->json, "code", value->code);
    if (value->size != NO_SIZE)
        json_number(in->json, "size", value->size);
    json_close(in->json, '}');
}

static void add_values(struct inside *in, const struct message_field *field)
{
    const struct message_value *values = message_values(in->message, field);
    size_t n = 0;
    json_open(in->json, "values", '[');
    while (n < field->n && !is_full(in))
        add_value(in, &values[n++]);
    json_close(in->json, ']');
    if (n < field->n)
        json_number(in->json, "left_out", (int64_t)(field->n - n));
}

static void add_number(struct inside *in, const struct message_field *field)
{
    static const char *const units[] = {[UNIT_BYTES] = "bytes", [UNIT_SECONDS] = "seconds", [UNIT_BITS] = "bits"};
    json_number(in->json, "number", (int64_t)field->number);
    if (field->unit != UNIT_NONE)
        json_text(in->json, "unit", slice_of(units[field->unit]));
}

static void add_bytes(struct inside *in, const struct message_field *field)
{
    struct slice bytes = message_value_text(in->message, message_values(in->message, field));
    struct buf hex = {0};
    for (size_t i = 0; i < bytes.len && i < INSIDE_HEX_MAX; i++)
        buf_printf(&hex, "%02x", (unsigned char)bytes.ptr[i]);
    json_text(in->json, "hex", buf_slice(&hex));
    json_number(in->json, "size", (int64_t)bytes.len);
    buf_done(&hex);
}

/* But for its closing bracket. */
static void open_field(struct inside *in, const struct message_field *field)
{
    json_open(in->json, NULL, '{');
    json_text(in->json, "name", slice_of(field->name));
    switch (field->kind) {
    case FIELD_LIST:
    case FIELD_TEXT:
        add_values(in, field);
        break;
    case FIELD_NUMBER:
        add_number(in, field);
        break;
    case FIELD_BYTES:
        add_bytes(in, field);
        break;
    case FIELD_GROUP:
        json_number(in->json, "index", (int64_t)field->number);
        add_values(in, field);
        json_open(in->json, "fields", '[');
        break;
    case FIELD_UNREADABLE:
        json_bool(in->json, "unreadable", true);
        break;
    }
}

static void close_group(struct inside *in)
{
    json_close(in->json, ']');
    json_close(in->json, '}');
}

/* Groups hold what is deeper. How many did not fit. */
static size_t add_fields(struct inside *in)
{
    unsigned depth = 0;
    size_t n_left_out = 0;
    json_open(in->json, "fields", '[');
    for (size_t i = 0; i < in->message->n_fields; i++) {
        const struct message_field *field = &in->message->fields[i];
        for (; depth > field->depth; depth--)
            close_group(in);
        if (is_full(in)) {
            n_left_out++;
            continue;
        }
        open_field(in, field);
        if (field->kind == FIELD_GROUP)
            depth++;
        else
            json_close(in->json, '}');
    }
    for (; depth > 0; depth--)
        close_group(in);
    json_close(in->json, ']');
    return n_left_out;
}

void report_json_inside(struct json *json, const struct message *message)
{
    if (message->n_fields == 0 && message->n_left_out == 0 && !message->is_unreadable)
        return;
    json_open(json, "inside", '{');
    struct inside in = {.json = json, .message = message, .end = json->out->len + INSIDE_MAX};
    size_t n_left_out = message->n_left_out + add_fields(&in);
    if (n_left_out > 0)
        json_number(json, "left_out", (int64_t)n_left_out);
    if (message->is_unreadable)
        json_bool(json, "unreadable", true);
    json_close(json, '}');
}
