/* An entry of a HAR file. */
#include "insight/har_entry.h"

#include "http/date.h"
#include "insight/har_head.h"
#include "insight/redact.h"

#include <stdio.h>
#include <stdlib.h>

void har_entry_done(struct har_entry *e)
{
    buf_wipe(&e->url);
    buf_done(&e->method);
    buf_wipe(&e->sent_head);
    buf_wipe(&e->received_head);
    buf_wipe(&e->body);
    buf_done(&e->error);
    *e = (struct har_entry){0};
}

static uint64_t between(uint64_t from_us, uint64_t to_us)
{
    return to_us > from_us ? to_us - from_us : 0;
}

static uint64_t later(uint64_t a_us, uint64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

/* The phases one behind the other; what was not reached has no length, and one that failed lasts until the end. -1:
 * did not take place. ssl lies within connect. */
struct timings {
    int64_t blocked, dns, connect, ssl, send, wait, receive;
};

/* The request goes out as soon as the connection stands. */
static void time_connection(const struct har_entry *e, struct timings *t)
{
    uint64_t end_us = e->sending_us > 0 ? e->sending_us : e->over_us;
    bool is_https = slice_starts_with(buf_slice(&e->url), SLICE("https:"));
    if (e->resolved_us == 0) {
        t->dns = (int64_t)between(e->begun_us, end_us);
    } else { /* before it asked peel made itself ready: --cacert and the like are read */
        t->blocked = (int64_t)between(e->begun_us, e->asked_us);
        t->dns = (int64_t)between(e->asked_us, e->resolved_us);
        t->connect = (int64_t)between(e->resolved_us, end_us);
    }
    if (e->connected_us > 0 && is_https)
        t->ssl = (int64_t)between(e->connected_us, end_us);
}

static struct timings time_phases(const struct har_entry *e)
{
    struct timings t = {.blocked = -1, .dns = -1, .connect = -1, .ssl = -1};
    uint64_t sent_us = e->exchanged.request_sent_us, first_us = e->exchanged.first_byte_us;
    if (!e->is_reused)
        time_connection(e, &t);
    if (e->sending_us == 0)
        return t;
    if (e->is_reused)
        t.blocked = (int64_t)between(e->begun_us, e->sending_us);
    /* An answer may come before all has been sent. */
    if (sent_us == 0)
        sent_us = first_us > 0 ? first_us : e->over_us;
    t.send = (int64_t)between(e->sending_us, sent_us);
    t.wait = (int64_t)between(sent_us, first_us > 0 ? first_us : e->over_us);
    t.receive = first_us > 0 ? (int64_t)between(later(first_us, sent_us), e->over_us) : 0;
    return t;
}

static void append_ms_or_none(struct json *json, const char *key, int64_t us)
{
    if (us < 0)
        json_number(json, key, -1);
    else
        json_ms(json, key, (uint64_t)us);
}

static void append_timings(struct json *json, const struct timings *t)
{
    json_open(json, "timings", '{');
    append_ms_or_none(json, "blocked", t->blocked);
    append_ms_or_none(json, "dns", t->dns);
    append_ms_or_none(json, "connect", t->connect);
    append_ms_or_none(json, "ssl", t->ssl);
    append_ms_or_none(json, "send", t->send);
    append_ms_or_none(json, "wait", t->wait);
    append_ms_or_none(json, "receive", t->receive);
    json_close(json, '}');
}

static uint64_t sum(const struct timings *t)
{
    const int64_t parts[] = {t->blocked, t->dns, t->connect, t->send, t->wait, t->receive};
    uint64_t total = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        total += parts[i] > 0 ? (uint64_t)parts[i] : 0;
    return total;
}

static void append_body(struct json *json, const struct har_entry *e, bool with_secrets)
{
    unsigned long long len = e->exchanged.upload_bytes;
    if (e->body.len == 0)
        return;
    struct buf comment = {0};
    json_open(json, "postData", '{');
    json_text(json, "mimeType", har_field(buf_slice(&e->sent_head), SLICE("Content-Type")));
    json_text(json, "text", with_secrets ? buf_slice(&e->body) : SLICE(""));
    if (!with_secrets)
        buf_printf(&comment, "%llu bytes, left out as there may be secrets in them; --with-secrets keeps them", len);
    else if (len > e->body.len)
        buf_printf(&comment, "the first %zu of %llu bytes", e->body.len, len);
    if (comment.len > 0)
        json_text(json, "comment", buf_slice(&comment));
    json_close(json, '}');
    buf_done(&comment);
}

static void append_request(struct json *json, const struct har_entry *e, bool with_secrets)
{
    struct slice head = buf_slice(&e->sent_head), line = har_first_line(head);
    size_t version = line.len;
    while (version > 0 && line.ptr[version - 1] != ' ')
        version--;
    json_open(json, "request", '{');
    json_text(json, "method", buf_slice(&e->method));
    json_text(json, "url", buf_slice(&e->url));
    json_text(json, "httpVersion", slice_from(line, version));
    har_append_request_cookies(json, head, with_secrets);
    har_append_headers(json, head, with_secrets);
    har_append_query(json, buf_slice(&e->url));
    append_body(json, e, with_secrets);
    json_number(json, "headersSize", head.len > 0 ? (int64_t)head.len : -1);
    json_number(json, "bodySize", head.len > 0 ? (int64_t)e->exchanged.upload_bytes : -1);
    json_close(json, '}');
}

static void append_content(struct json *json, const struct har_entry *e)
{
    const struct trace_exchanged *x = &e->exchanged;
    uint64_t size = x->is_decoded ? x->content_bytes : x->body_bytes;
    json_open(json, "content", '{');
    json_number(json, "size", (int64_t)size);
    if (x->is_decoded)
        json_number(json, "compression", (int64_t)size - (int64_t)x->body_bytes);
    json_text(json, "mimeType", har_field(buf_slice(&e->received_head), SLICE("Content-Type")));
    json_close(json, '}');
}

/* "HTTP/1.1 404 Not Found"; all empty without a response. */
static void append_status(struct json *json, struct slice line)
{
    struct slice version = slice_first(line, slice_find(line, ' '));
    struct slice rest = slice_trim(slice_from(line, version.len));
    struct slice status = slice_first(rest, slice_find(rest, ' '));
    char digits[8] = "";
    memcpy(digits, status.ptr, status.len < 4 ? status.len : 3);
    json_number(json, "status", strtol(digits, NULL, 10));
    json_text(json, "statusText", slice_trim(slice_from(rest, status.len)));
    json_text(json, "httpVersion", version);
}

static void append_response(struct json *json, const struct har_entry *e, bool with_secrets)
{
    struct slice head = buf_slice(&e->received_head);
    struct slice location = har_field(head, SLICE("Location"));
    struct buf shown = {0};
    json_open(json, "response", '{');
    append_status(json, har_first_line(head));
    har_append_response_cookies(json, head, with_secrets);
    har_append_headers(json, head, with_secrets);
    append_content(json, e);
    if (!with_secrets)
        redact_value(&shown, SLICE("Location"), location);
    json_text(json, "redirectURL", with_secrets ? location : buf_slice(&shown));
    json_number(json, "headersSize", head.len > 0 ? (int64_t)head.len : -1);
    json_number(json, "bodySize", head.len > 0 ? (int64_t)e->exchanged.body_bytes : -1);
    if (e->error.len > 0)
        json_text(json, "_error", buf_slice(&e->error));
    json_close(json, '}');
    buf_done(&shown);
}

static void append_date(struct json *json, const char *key, const char *text)
{
    int64_t seconds = 0;
    if (http_date_parse(slice_of(text), &seconds) && seconds >= 0)
        har_append_time(json, key, (uint64_t)seconds * 1000000);
}

/* The names are those of the Chrome DevTools protocol; dates as everywhere in the file. */
static void append_security(struct json *json, const struct har_security *s)
{
    if (!s->is_known)
        return;
    json_open(json, "_securityDetails", '{');
    if (s->is_established) {
        json_text(json, "protocol", slice_of(s->version));
        json_text(json, "cipher", slice_of(s->cipher));
        if (s->group[0])
            json_text(json, "keyExchangeGroup", slice_of(s->group));
        json_bool(json, "resumed", s->is_resumed);
    }
    if (s->has_certificate) {
        json_text(json, "subjectName", slice_of(s->certificate.subject));
        json_text(json, "issuer", slice_of(s->certificate.issuer));
        append_date(json, "validFrom", s->certificate.not_before);
        append_date(json, "validTo", s->certificate.not_after);
    }
    json_close(json, '}');
}

void har_entry_append(struct buf *out, const struct har_entry *e, uint64_t epoch_us, bool with_secrets)
{
    struct json json = {.out = out};
    struct timings timings = time_phases(e);
    char connection[16];
    json_open(&json, NULL, '{');
    har_append_time(&json, "startedDateTime", epoch_us + e->begun_us);
    json_ms(&json, "time", sum(&timings));
    append_request(&json, e, with_secrets);
    append_response(&json, e, with_secrets);
    json_open(&json, "cache", '{');
    json_close(&json, '}');
    append_timings(&json, &timings);
    if (e->address[0])
        json_text(&json, "serverIPAddress", slice_of(e->address));
    snprintf(connection, sizeof connection, "%u", e->connection);
    if (e->has_connection)
        json_text(&json, "connection", slice_of(connection));
    append_security(&json, &e->security);
    json_close(&json, '}');
}
