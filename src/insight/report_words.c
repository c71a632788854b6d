/* What reports say in the same words, whatever their form. */
#include "insight/report_show.h"

#include "base/escape.h"
#include "base/mem.h"
#include "insight/subject.h"
#include "tls/certificate.h"

enum {
    ISSUERS_SHOWN = 6,
};

const char *report_verdict_word(const struct report *r)
{
    if (r->code != 0)
        return "FAILED";
    if (r->tls && r->tls->n_faults > 0)
        return "NOT CHECKED";
    if (report_is_revoked(r->tls))
        return "REVOKED";
    if (report_lacks_certificate(r))
        return "CERT WANTED";
    return report_is_ending(r) ? "ENDS SOON" : "ALL GOOD";
}

const char *report_lack_of_tls(const struct report *r)
{
    if (r->tls)
        return "no TLS came about";
    return *r->address || strcmp(r->scheme, "https") != 0 ? "without TLS" : "none came about";
}

void report_append_peer(struct buf *out, const struct report *r)
{
    bool is_named = r->proxy && !slice_starts_with(slice_of(r->proxy + strspn(r->proxy, "[")), slice_of(r->address));
    if (r->proxy)
        buf_printf(out, "through proxy %s", r->proxy);
    if (is_named)
        buf_printf(out, " (%s)", r->address);
    else if (!r->proxy)
        buf_append_text(out, r->address);
}

void report_append_warning(struct buf *out, const struct report *r)
{
    struct report_end first = report_first_end(r->tls);
    if (r->warn_days < 0 || !first.is_known)
        return;
    char *name = subject_short(first.subject);
    buf_printf(out, "certificate %s %s", name, first.left_s < 0 ? "ended " : "ends in ");
    tls_append_span(out, first.left_s);
    buf_printf(out, "%s (limit %d%s)", first.left_s < 0 ? " ago" : "", r->warn_days, report_is_ending(r) ? "" : ": OK");
    mem_free(name);
}

void report_append_validity(struct buf *out, const struct tls_certificate *c)
{
    if (c->starts_s <= 0) {
        tls_append_left(out, c->left_s);
        return;
    }
    buf_append_text(out, "starts in ");
    tls_append_span(out, c->starts_s);
}

void report_append_seconds(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t length;
        const char *name;
        bool has_plural;
    } units[] = {
        {31536000, "year", true}, {86400, "day", true}, {3600, "h", false}, {60, "min", false}, {1, "s", false}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t n = seconds / units[i].length;
        if (seconds % units[i].length != 0 || n == 0)
            continue;
        buf_printf(out, "%llu %s%s", (unsigned long long)n, units[i].name, units[i].has_plural && n > 1 ? "s" : "");
        return;
    }
    buf_append_text(out, "0 s");
}

void report_append_client_cert(struct buf *out, const struct report_tls *tls)
{
    const struct message *request = NULL;
    const struct message_field *issuers = report_accepted_issuers(tls, &request);
    bool is_sent = report_certificate_sent(tls);
    if (!report_certificate_asked(tls)) {
        if (tls->is_established && !tls->summary.is_resumed)
            buf_append_text(out, "not asked for");
        return;
    }
    buf_printf(out, "asked for, %s%s", is_sent ? "sent " : "none sent", is_sent ? tls->own_subject : "");
    for (size_t i = 0; issuers && i < issuers->n && i < ISSUERS_SHOWN; i++) {
        struct buf name = {0};
        escape_append(&name, message_value_text(request, message_values(request, issuers) + i));
        char *shown = subject_short(buf_text(&name));
        buf_printf(out, "%s%s", i == 0 ? "; accepted issuers: " : ", ", shown);
        mem_free(shown);
        buf_done(&name);
    }
    if (issuers && issuers->n > ISSUERS_SHOWN)
        buf_printf(out, " and %zu more", issuers->n - ISSUERS_SHOWN);
}

const char report_remembered[] = "from the session that was resumed: not sent and not checked again";

/* The place that held the anchor, "ca.pem (--cacert)", is all there is: "ca.pem (--cacert, 1 certificate)". */
static bool is_whole_store(const char *place, const char *store)
{
    size_t len = strlen(place);
    return len > 0 && strncmp(place, store, len - 1) == 0 && store[len - 1] == ',' && !strstr(store, "), ");
}

void report_append_trust(struct buf *out, const struct report_tls *tls)
{
    const char *store = tls->store ? tls->store : tls->trust;
    if (tls->anchor && !is_whole_store(tls->trust, store))
        buf_printf(out, "%s, out of ", tls->trust);
    buf_append_text(out, store);
    if (!tls->anchor && !tls->is_remembered)
        buf_append_text(out, ", which does not hold the end of this chain");
}

const char *report_early_words(const struct report_tls *tls)
{
    static const char *const words[] = {
        [EARLY_NOT_SENT] = "", [EARLY_REFUSED] = "sent, refused, and sent again", [EARLY_ACCEPTED] = "sent, accepted"};
    return words[report_early_data(tls)];
}
