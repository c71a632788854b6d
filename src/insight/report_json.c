/* A report as JSON. */
#include "insight/report_show.h"

#include "insight/block.h"
#include "insight/har_head.h"
#include "insight/names.h"
#include "insight/report_json_inside.h"
#include "insight/subject.h"

static void add_text(struct json *json, const char *key, const char *text)
{
    json_text(json, key, slice_of(text));
}

static void add_null(struct json *json, const char *key)
{
    json_key(json, key);
    buf_append_text(json->out, "null");
}

/* Without a text there is nothing of the kind. */
static void add_text_or_null(struct json *json, const char *key, const char *text)
{
    if (text && *text)
        add_text(json, key, text);
    else
        add_null(json, key);
}

/* The lines of a block that have this label. */
static void add_lines(struct json *json, const char *key, struct slice block, struct slice label)
{
    struct block_line line = {0};
    json_open(json, key, '[');
    while (block_next(&block, &line))
        if (slice_equal(line.label, label))
            json_text(json, NULL, slice_trim(line.text));
    json_close(json, ']');
}

static const struct report_fault *fault_of(const struct report *r, enum cause cause)
{
    for (size_t i = 0; r->tls && i < r->tls->n_faults; i++)
        if (r->tls->faults[i].cause == cause)
            return &r->tls->faults[i];
    return NULL;
}

static void add_cause(struct json *json, const struct report *r, struct slice block)
{
    enum cause cause = block_cause(block);
    const struct report_fault *fault = fault_of(r, cause);
    bool is_in_chain = fault && fault->depth >= 0 && (size_t)fault->depth < r->tls->n_chain;
    json_open(json, NULL, '{');
    add_text(json, "id", cause_id(cause));
    add_text(json, "title", cause_title(cause));
    json_bool(json, "ignored", fault && r->tls->is_ignored);
    if (fault) {
        json_number(json, "depth", fault->depth);
        json_number(json, "x509", fault->x509);
    }
    if (is_in_chain && *r->tls->chain[fault->depth].facts.aia)
        add_text(json, "aia", r->tls->chain[fault->depth].facts.aia);
    add_lines(json, "why", block, SLICE("cause"));
    add_lines(json, "evidence", block, SLICE("evidence"));
    add_lines(json, "fix", block, SLICE("fix"));
    json_close(json, '}');
}

static void add_result(struct json *json, const struct report *r)
{
    struct slice rest = buf_slice(&r->blocks), block;
    json_open(json, "result", '{');
    json_bool(json, "ok", r->code == 0);
    json_number(json, "code", r->code);
    add_text_or_null(json, "cause", cause_id(r->cause));
    add_text_or_null(json, "error", r->error);
    json_open(json, "causes", '[');
    while (block_next_whole(&rest, &block))
        add_cause(json, r, block);
    json_close(json, ']');
    json_close(json, '}');
}

static void add_alert(struct json *json, const struct report_alert *alert)
{
    if (!alert->is_known) {
        add_null(json, "alert");
        return;
    }
    json_open(json, "alert", '{');
    add_text(json, "dir", alert->is_sent ? "out" : "in");
    json_number(json, "number", alert->number);
    add_text(json, "name", name_of_alert((uint8_t)alert->number));
    json_close(json, '}');
}

static void add_tickets(struct json *json, const struct report_tls *tls)
{
    struct report_tickets tickets = report_tickets(tls);
    json_open(json, "tickets", '{');
    json_number(json, "count", tickets.n);
    json_number(json, "lifetime_s", (int64_t)tickets.lifetime_s);
    json_number(json, "early_data", (int64_t)tickets.early_data);
    json_close(json, '}');
}

static void add_revocation(struct json *json, const struct report_tls *tls)
{
    const struct tls_staple *staple = &tls->staple;
    if (!tls->has_staple) {
        add_null(json, "revocation");
        return;
    }
    json_open(json, "revocation", '{');
    add_text(json, "status", tls_staple_id(staple->status));
    json_bool(json, "checked", tls_staple_is_proven(staple->status));
    add_text_or_null(json, "this_update", staple->from);
    add_text_or_null(json, "next_update", staple->until);
    add_text_or_null(json, "revoked_at", staple->revoked);
    add_text_or_null(json, "reason", staple->reason);
    add_text_or_null(json, "responder", staple->responder);
    add_text_or_null(json, "detail", staple->detail);
    json_close(json, '}');
}

static void add_client_cert(struct json *json, const struct report_tls *tls)
{
    const struct message *request = NULL;
    const struct message_field *issuers = report_accepted_issuers(tls, &request);
    bool is_sent = report_certificate_sent(tls);
    json_open(json, "client_cert", '{');
    json_bool(json, "asked", report_certificate_asked(tls));
    json_bool(json, "sent", is_sent);
    add_text_or_null(json, "subject", is_sent ? tls->own_subject : NULL);
    json_open(json, "accepted_issuers", '[');
    for (size_t i = 0; issuers && i < issuers->n; i++)
        json_text(json, NULL, message_value_text(request, message_values(request, issuers) + i));
    json_close(json, ']');
    json_close(json, '}');
}

static void add_tls(struct json *json, const struct report_tls *tls)
{
    static const char *const early[] = {
        [EARLY_NOT_SENT] = "not-sent", [EARLY_REFUSED] = "refused", [EARLY_ACCEPTED] = "accepted"};
    const struct tls_summary *s = &tls->summary;
    json_open(json, "tls", '{');
    json_bool(json, "established", tls->is_established);
    add_text_or_null(json, "version", s->version);
    add_text_or_null(json, "cipher", s->cipher);
    add_text_or_null(json, "group", s->group);
    add_text_or_null(json, "sigalg", s->sigalg);
    add_text_or_null(json, "alpn", s->alpn);
    add_text_or_null(json, "sni", tls->server_name);
    json_bool(json, "resumed", s->is_resumed);
    json_number(json, "round_trips", tls->round_trips);
    add_text(json, "early_data", early[report_early_data(tls)]);
    json_bool(json, "staple", report_has_staple(tls));
    add_revocation(json, tls);
    add_text_or_null(json, "ja4", s->ja4);
    add_client_cert(json, tls);
    add_tickets(json, tls);
    add_alert(json, &tls->alert);
    json_close(json, '}');
}

static void add_messages(struct json *json, const struct report_tls *tls)
{
    json_open(json, "messages", '[');
    for (size_t i = 0; tls && i < tls->n_messages; i++) {
        const struct report_message *m = &tls->messages[i];
        json_open(json, NULL, '{');
        json_ms(json, "t", m->at_us);
        add_text(json, "dir", m->is_sent ? "out" : "in");
        add_text(json, "type", m->name);
        json_number(json, "size", (int64_t)m->size);
        add_text(json, "says", m->says);
        report_json_inside(json, &m->inside);
        json_close(json, '}');
    }
    json_close(json, ']');
    if (tls && tls->n_messages_more > 0)
        json_number(json, "messages_left_out", (int64_t)tls->n_messages_more);
}

static void add_faults(struct json *json, const struct report_tls *tls, size_t depth)
{
    json_open(json, "faults", '[');
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (report_has_fault(tls, depth, cause))
            add_text(json, NULL, cause_id(cause));
    json_close(json, ']');
}

/* "a, b" as ["a","b"]; one that says nothing is for everything. */
static void add_purposes(struct json *json, const char *key, const char *list)
{
    if (!*list) {
        add_null(json, key);
        return;
    }
    json_open(json, key, '[');
    for (const char *at = list; *at;) {
        size_t len = strcspn(at, ",");
        json_text(json, NULL, slice_make(at, len));
        at += len;
        at += strspn(at, ", ");
    }
    json_close(json, ']');
}

static void add_certificate(struct json *json, const struct report_tls *tls, size_t depth)
{
    const struct report_certificate *c = &tls->chain[depth];
    json_open(json, NULL, '{');
    add_text(json, "subject", c->facts.subject);
    add_text(json, "issuer", c->facts.issuer);
    add_text_or_null(json, "not_before", c->facts.from);
    add_text_or_null(json, "not_after", c->facts.until);
    json_number(json, "days_left", tls_days(c->facts.left_s));
    json_open(json, "san", '[');
    for (size_t i = 0; i < c->n_names; i++)
        add_text(json, NULL, subject_bare_name(c->names[i]));
    json_close(json, ']');
    add_text_or_null(json, "key", c->facts.key);
    add_purposes(json, "key_usage", c->facts.key_usage);
    add_purposes(json, "extended_key_usage", c->facts.extended_key_usage);
    add_text_or_null(json, "pin", c->pin);
    json_number(json, "sct", c->facts.n_scts);
    add_text_or_null(json, "aia", c->facts.aia);
    json_bool(json, "self_issued", c->facts.is_self_issued);
    add_faults(json, tls, depth);
    add_text_or_null(json, "pem", c->pem);
    json_close(json, '}');
}

static void add_trust(struct json *json, const struct report_tls *tls)
{
    json_open(json, "chain", '[');
    for (size_t i = 0; tls && i < tls->n_chain; i++)
        add_certificate(json, tls, i);
    json_close(json, ']');
    if (!tls) {
        add_null(json, "trust");
        return;
    }
    json_open(json, "trust", '{');
    add_text_or_null(json, "store", tls->trust);
    if (tls->store)
        json_number(json, "certificates", (int64_t)tls->n_trusted);
    else
        add_null(json, "certificates");
    add_text_or_null(json, "places", tls->store);
    add_text_or_null(json, "anchor", tls->anchor);
    add_text_or_null(json, "name", tls->matched_name ? subject_bare_name(tls->matched_name) : NULL);
    json_bool(json, "checked", !tls->is_ignored);
    json_bool(json, "from_session", tls->is_remembered);
    json_number(json, "sent", (int64_t)tls->n_sent);
    json_close(json, '}');
}

static void add_http(struct json *json, const struct report *r)
{
    if (r->status == 0) {
        add_null(json, "http");
        return;
    }
    json_open(json, "http", '{');
    json_number(json, "status", r->status);
    add_text_or_null(json, "version", r->http_version);
    add_text_or_null(json, "hsts", r->hsts);
    add_text_or_null(json, "alt_svc", r->alt_svc);
    json_close(json, '}');
}

static void add_time(struct json *json, const struct report *r)
{
    struct report_span spans[PHASE_COUNT];
    report_phases(r, spans);
    json_open(json, "time", '{');
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        if (spans[i].is_there)
            json_ms(json, report_phase_names[i], spans[i].len_us);
        else
            add_null(json, report_phase_names[i]);
    json_ms(json, "total", r->times.over_us - r->times.begun_us);
    json_close(json, '}');
}

static void add_warning(struct json *json, const struct report *r)
{
    struct report_end first = report_first_end(r->tls);
    if (r->warn_days < 0 || !first.is_known) {
        add_null(json, "warn");
        return;
    }
    json_open(json, "warn", '{');
    json_bool(json, "ending", report_is_ending(r));
    json_number(json, "days_left", tls_days(first.left_s));
    json_number(json, "limit", r->warn_days);
    json_close(json, '}');
}

void report_json_append(struct buf *out, const struct report *r)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "peel", 1);
    add_text(&json, "url", r->url);
    add_text(&json, "host", r->host);
    json_number(&json, "port", r->port);
    add_text_or_null(&json, "ip", r->address);
    add_text_or_null(&json, "proxy", r->proxy);
    har_append_time(&json, "at", r->begun_unix_us);
    json_bool(&json, "reused", r->is_reused);
    add_result(&json, r);
    if (r->tls)
        add_tls(&json, r->tls);
    else
        add_null(&json, "tls");
    add_messages(&json, r->tls);
    add_trust(&json, r->tls);
    add_http(&json, r);
    add_time(&json, r);
    add_warning(&json, r);
    json_close(&json, '}');
    buf_append_byte(out, '\n');
}
