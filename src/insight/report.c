/* What follows from a report's data. */
#include "insight/report.h"

#include "base/mem.h"
#include "http/auth.h"
#include "insight/revocation.h"

const char *const report_phase_names[PHASE_COUNT] = {
    [PHASE_DNS] = "dns", [PHASE_TCP] = "tcp", [PHASE_TLS] = "tls", [PHASE_WAIT] = "wait", [PHASE_BODY] = "body"};

void report_done(struct report *r)
{
    mem_free(r->url);
    mem_free(r->scheme);
    mem_free(r->host);
    mem_free(r->address);
    mem_free(r->proxy);
    mem_free(r->http_version);
    mem_free(r->hsts);
    mem_free(r->alt_svc);
    mem_free(r->error);
    buf_done(&r->blocks);
    *r = (struct report){0};
}

/* Each phase begins where the one before ended; the first that has no end is where it failed. */
void report_phases(const struct report *r, struct report_span spans[PHASE_COUNT])
{
    const struct report_times *t = &r->times;
    const uint64_t ends[PHASE_COUNT] = {t->resolved_us, t->connected_us, t->secured_us, t->first_byte_us,
                                        t->first_byte_us > 0 ? t->over_us : 0};
    bool is_tls = strcmp(r->scheme, "https") == 0;
    uint64_t at_us = t->begun_us;
    bool is_over = false;
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        bool is_skipped = (r->is_reused && i <= PHASE_TLS) || (i == PHASE_TLS && !is_tls);
        spans[i] = (struct report_span){0};
        if (is_over || is_skipped)
            continue;
        uint64_t end_us = ends[i] > 0 ? ends[i] : t->over_us;
        end_us = end_us > at_us ? end_us : at_us;
        is_over = ends[i] == 0;
        bool is_failed = r->code != 0 && (is_over || i == PHASE_BODY);
        spans[i] = (struct report_span){true, is_failed, at_us - t->begun_us, end_us - at_us};
        at_us = end_us;
    }
}

struct report_end report_first_end(const struct report_tls *tls)
{
    struct report_end first = {0};
    for (size_t i = 0; tls && i < tls->n_chain; i++) {
        const struct tls_certificate *c = &tls->chain[i].facts;
        if (!first.is_known || c->left_s < first.left_s)
            first = (struct report_end){true, c->subject, c->left_s};
    }
    return first;
}

bool report_is_ending(const struct report *r)
{
    struct report_end first = report_first_end(r->tls);
    return r->warn_days >= 0 && first.is_known && tls_days(first.left_s) < r->warn_days;
}

bool report_has_fault(const struct report_tls *tls, size_t depth, enum cause cause)
{
    for (size_t i = 0; i < tls->n_faults; i++) {
        const struct report_fault *fault = &tls->faults[i];
        if (fault->depth >= 0 && (size_t)fault->depth == depth && fault->cause == cause)
            return true;
    }
    return false;
}

/* The field of the first message that is called so and came from that side; NULL when there is none. */
static const struct message_field *find(const struct report_tls *tls, const char *message, bool is_sent,
                                        const char *field)
{
    for (size_t i = 0; i < tls->n_messages; i++) {
        const struct report_message *m = &tls->messages[i];
        if (m->is_sent == is_sent && strcmp(m->name, message) == 0)
            return message_find(&m->inside, field);
    }
    return NULL;
}

static const struct report_message *find_message(const struct report_tls *tls, const char *name, bool is_sent)
{
    for (size_t i = 0; i < tls->n_messages; i++)
        if (tls->messages[i].is_sent == is_sent && strcmp(tls->messages[i].name, name) == 0)
            return &tls->messages[i];
    return NULL;
}

enum report_early report_early_data(const struct report_tls *tls)
{
    if (!find(tls, "ClientHello", true, "early data"))
        return EARLY_NOT_SENT;
    return find(tls, "EncryptedExtensions", false, "early data") ? EARLY_ACCEPTED : EARLY_REFUSED;
}

bool report_has_staple(const struct report_tls *tls)
{
    if (tls->has_staple)
        return tls->staple.status != TLS_STAPLE_NONE;
    return find_message(tls, "CertificateStatus", false) || find(tls, "Certificate", false, "staple") ||
           find(tls, "CompressedCertificate", false, "staple");
}

bool report_is_revoked(const struct report_tls *tls)
{
    return tls && tls->has_staple && revocation_is_revoked(&tls->staple);
}

enum report_verdict report_verdict(const struct report *r)
{
    if (r->code != 0 || report_is_revoked(r->tls))
        return REPORT_BAD;
    bool is_unsure = (r->tls && r->tls->n_faults > 0) || report_is_ending(r) || report_lacks_certificate(r);
    return is_unsure ? REPORT_UNSURE : REPORT_GOOD;
}

bool report_certificate_asked(const struct report_tls *tls)
{
    return find_message(tls, "CertificateRequest", false);
}

bool report_certificate_sent(const struct report_tls *tls)
{
    enum {
        EMPTY = 8 /* header, context and length of an empty list (RFC 8446 section 4.4.2); TLS 1.2 has no context */
    };
    const struct report_message *m = find_message(tls, "Certificate", true);
    /* OpenSSL 3.5 compresses the message (RFC 8879), but no empty one. */
    return (m && m->size > EMPTY) || find_message(tls, "CompressedCertificate", true);
}

const struct message_field *report_accepted_issuers(const struct report_tls *tls, const struct message **request)
{
    const struct report_message *m = find_message(tls, "CertificateRequest", false);
    *request = m ? &m->inside : NULL;
    return m ? message_find(&m->inside, "accepted issuers") : NULL;
}

bool report_lacks_certificate(const struct report *r)
{
    return r->tls && http_may_want_certificate(r->status) && report_certificate_asked(r->tls) &&
           !report_certificate_sent(r->tls);
}

static uint64_t number_of(const struct message *m, const char *name)
{
    const struct message_field *field = message_find(m, name);
    return field && field->kind == FIELD_NUMBER ? field->number : 0;
}

struct report_tickets report_tickets(const struct report_tls *tls)
{
    struct report_tickets tickets = {0};
    for (size_t i = 0; i < tls->n_messages; i++) {
        const struct message *inside = &tls->messages[i].inside;
        if (tls->messages[i].is_sent || strcmp(tls->messages[i].name, "NewSessionTicket") != 0)
            continue;
        tickets.n++;
        tickets.lifetime_s = number_of(inside, "lifetime");
        tickets.early_data = number_of(inside, "early data");
    }
    return tickets;
}
