/* The messages of a handshake on a page. */
#include "insight/report_html.h"

#include "insight/handshake.h"
#include "insight/html.h"

enum {
    HEIGHT_OF_TIME = 90, /* pixels that all gaps share, as the time between the messages is long */
};

static void append_value(struct buf *out, const struct message *m, const struct message_value *value)
{
    buf_append_text(out, "<span class=\"v\">");
    html_text(out, message_value_text(m, value));
    if (value->size != NO_SIZE)
        buf_printf(out, " (%u byte%s)", value->size, value->size == 1 ? "" : "s");
    buf_append_text(out, "</span>");
}

static void append_hex(struct buf *out, struct slice bytes)
{
    buf_append_text(out, "<code>");
    for (size_t i = 0; i < bytes.len; i++)
        buf_printf(out, "%02x", (unsigned char)bytes.ptr[i]);
    buf_append_text(out, bytes.len > 0 ? "</code>" : "empty</code>");
}

static void append_number(struct buf *out, const struct message_field *field)
{
    static const char *const units[] = {
        [UNIT_NONE] = "", [UNIT_BYTES] = " bytes", [UNIT_SECONDS] = " s", [UNIT_BITS] = " bits"};
    buf_printf(out, "%llu%s", (unsigned long long)field->number, units[field->unit]);
}

static void append_field(struct buf *out, const struct message *m, const struct message_field *field)
{
    const struct message_value *values = message_values(m, field);
    buf_printf(out, "<dt class=\"d%u\">", field->depth < 3 ? field->depth : 3);
    html_text(out, slice_of(field->name));
    if (field->kind == FIELD_GROUP)
        buf_printf(out, " %llu", (unsigned long long)field->number);
    buf_append_text(out, "</dt><dd>");
    if (field->kind == FIELD_NUMBER)
        append_number(out, field);
    else if (field->kind == FIELD_UNREADABLE)
        buf_append_text(out, "cannot be read");
    else if (field->kind == FIELD_BYTES)
        append_hex(out, message_value_text(m, values));
    for (size_t i = 0; i < field->n && field->kind != FIELD_BYTES; i++)
        append_value(out, m, &values[i]);
    buf_append_text(out, "</dd>");
}

static void append_inside(struct buf *out, const struct message *m)
{
    buf_append_text(out, "<div class=\"inside\"><dl>");
    for (size_t i = 0; i < m->n_fields; i++)
        append_field(out, m, &m->fields[i]);
    buf_append_text(out, "</dl>");
    if (m->n_left_out > 0)
        buf_printf(out, "<p>It has %zu fields, which are too many to be kept.</p>", m->n_left_out);
    if (m->is_unreadable)
        buf_append_text(out, "<p>The rest cannot be read.</p>");
    buf_append_text(out, "</div>");
}

static void append_message(struct buf *out, const struct report_message *m)
{
    bool is_fatal = strncmp(m->says, "fatal", 5) == 0;
    buf_printf(out, "<details class=\"msg %s%s\"><summary><span class=\"t\">%.1f ms</span><span class=\"w\">",
               m->is_sent ? "out" : "in", is_fatal ? " alert" : "", (double)m->at_us / 1000);
    html_element(out, "b", "", m->name);
    html_element(out, "span", "says", m->says);
    buf_printf(out, "<span class=\"size\">%zu B</span></span></summary>", m->size);
    append_inside(out, &m->inside);
    buf_append_text(out, "</details>\n");
}

void report_html_messages(struct buf *out, const struct report_tls *tls)
{
    if (!tls || tls->n_messages == 0)
        return;
    uint64_t total_us = tls->messages[tls->n_messages - 1].at_us, before_us = 0;
    buf_append_text(out, "<section class=\"card\"><h2>Messages</h2>\n<div class=\"ends\"><span class=\"c\">peel</span>"
                         "<span class=\"s\">server</span></div>\n");
    for (size_t i = 0; i < tls->n_messages; i++) {
        const struct report_message *m = &tls->messages[i];
        uint64_t passed_us = m->at_us > before_us ? m->at_us - before_us : 0;
        unsigned gap = total_us > 0 ? (unsigned)(passed_us * HEIGHT_OF_TIME / total_us) : 0;
        if (gap > 0)
            buf_printf(out, "<div class=\"gap\" style=\"height:%upx\"></div>\n", gap);
        append_message(out, m);
        before_us = m->at_us > before_us ? m->at_us : before_us;
    }
    if (tls->n_messages_more > 0)
        buf_printf(out, "<p class=\"hint\">%zu more came.</p>", tls->n_messages_more);
    buf_append_text(out,
                    "<p class=\"hint\">Gaps are as long as the time that passed; what came in one read has one time. "
                    "Open a message to see what it says.</p></section>\n");
}
