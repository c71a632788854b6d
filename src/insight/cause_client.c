/* A client certificate that a server wants, or does not want: why, what shows it, and what to do. */
#include "insight/cause.h"
#include "insight/cause_parts.h"
#include "insight/subject.h"
#include "tls/certificate.h"

#include "base/mem.h"

#include <string.h>

static void show_issuers(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    for (size_t i = 0; i < f->n_issuers; i++)
        block_row(c->block, "evidence", "%s%s", i == 0 ? "accepted issuers: " : "                  ", f->issuers[i]);
    if (f->n_issuers_more > 0)
        block_row(c->block, "evidence", "                  and %zu more", f->n_issuers_more);
    if (f->n_issuers == 0)
        block_row(c->block, "evidence", "it does not say which issuers it accepts");
}

void cause_explain_client_cert_wanted(struct connection_case *c)
{
    block_say(
        c->block, "cause",
        c->facts->is_established
            ? "TLS stood, then the server refused: it asked for a client certificate and none was sent. (In TLS 1.3 "
              "that comes only after the handshake.)"
            : "The server asks for a client certificate, and none was sent.");
    show_issuers(c);
    cause_show_alert(c);
    block_command(c->block, "", "--cert FILE --key FILE", c->block->place->url);
}

/* What an alert says of a client certificate (RFC 8446 section 6.2); NULL where it says nothing. */
static const char *refusal_words(int alert)
{
    switch (alert) {
    case 42:
        return "it is damaged, or its signature is wrong";
    case 43:
        return "it is of a kind that is not accepted";
    case 44:
        return "it was revoked";
    case 45:
        return "it has expired, or is not yet valid";
    case 48:
        return "its issuer is not known there, or an intermediate between the two is lacking";
    case 49:
        return "it is good, but its owner may not come in";
    default:
        return NULL;
    }
}

static bool is_for_clients(const struct tls_certificate *own)
{
    const char *list = own->extended_key_usage;
    bool is_cut = strlen(list) + 1 == sizeof own->extended_key_usage;
    return !*list || is_cut || strstr(list, "clientAuth") || strstr(list, "anyExtendedKeyUsage");
}

static void append_seen_of_issuer(struct buf *out, const struct tls_breakdown *f)
{
    size_t n_accepted = f->n_issuers + f->n_issuers_more;
    if (n_accepted == 0 || f->is_own_listed)
        return;
    char *issuer = subject_short(f->own->issuer);
    buf_printf(out, "%sit was issued by \"%s\", which is not ", out->len > 0 ? "; " : "", issuer);
    if (n_accepted == 1)
        buf_append_text(out, "the one that is accepted");
    else
        buf_printf(out, "among the %zu that are accepted", n_accepted);
    mem_free(issuer);
}

/* What is wrong with ours as far as it can be told without the server; nothing when all looks well. */
static void append_seen(struct buf *out, const struct tls_breakdown *f)
{
    const struct tls_certificate *own = f->own;
    if (!own)
        return;
    if (own->left_s < 0) {
        buf_printf(out, "it ended on %s, ", own->not_after);
        tls_append_span(out, own->left_s);
        buf_append_text(out, " ago");
    } else if (own->starts_s > 0) {
        buf_printf(out, "it is not valid before %s, in ", own->not_before);
        tls_append_span(out, own->starts_s);
    }
    if (!is_for_clients(own))
        buf_printf(out, "%sit is made for %s, and not for clientAuth (extended key usage)", out->len > 0 ? "; " : "",
                   own->extended_key_usage);
    append_seen_of_issuer(out, f);
}

void cause_explain_client_cert_refused(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    struct buf seen = {0};
    append_seen(&seen, f);
    const char *why = refusal_words(f->alert);
    if (!why && seen.len == 0)
        why = "it is from another issuer than those that are accepted, or not known there";
    block_say(c->block, "cause", "The client certificate was sent, and the server does not want it%s%s.",
              why ? ": " : "", why ? why : "");
    if (seen.len > 0)
        block_say(c->block, "cause", "What is seen from here: %s.", buf_text(&seen));
    buf_done(&seen);
    if (f->own)
        block_row(c->block, "evidence", "ours: %s, issued by %s", f->own->subject, f->own->issuer);
    show_issuers(c);
    cause_show_alert(c);
    block_command(c->block, "another certificate:", "--cert FILE --key FILE", c->block->place->url);
    if (f->alert == 48)
        block_say(c->block, "fix", "If an intermediate is lacking, put it into the same file, behind the certificate.");
}

void cause_append_client_cert_lacking(struct buf *out, const struct block_place *place, int status)
{
    struct block block = {.out = out, .place = place};
    block_say(
        &block, "cause",
        "TLS stands, but the server asked for a client certificate, none was sent, and it answers %d: most likely "
        "for that reason.",
        status);
    block_command(&block, "", "--cert FILE --key FILE", place->url);
    block_more(&block, CAUSE_CLIENT_CERT_WANTED);
}
