/* A certificate that was refused: why, what shows it, and what to do. */
#include "insight/cause.h"
#include "insight/cause_parts.h"
#include "insight/command.h"
#include "insight/near_name.h"
#include "insight/subject.h"
#include "tls/certificate.h"

#include "base/mem.h"
#include "base/release.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    NAMES_SHOWN = 12,
    SUBJECT_MOST = 28, /* columns */
};

static const struct block_place *place_of(const struct certificate_case *c)
{
    return c->block->place;
}

/* Rows of evidence. */

static bool has_error_at(const struct tls_verdict *v, size_t depth)
{
    for (size_t i = 0; i < v->n_errors; i++)
        if (v->errors[i].depth >= 0 && (size_t)v->errors[i].depth == depth)
            return true;
    return false;
}

static bool has_begun(const struct tls_verdict *v, size_t depth)
{
    for (size_t i = 0; i < v->n_errors; i++) {
        enum cause cause = v->errors[i].cause;
        if (v->errors[i].depth == (int)depth && (cause == CAUSE_NOT_YET_VALID || cause == CAUSE_CLOCK_WRONG))
            return false;
    }
    return true;
}

/* The one date that matters, so that the row fits into a terminal. */
static void append_validity(struct buf *out, const struct tls_certificate *certificate, bool has_begun)
{
    const char *from = *certificate->from ? certificate->from : "?";
    const char *until = *certificate->until ? certificate->until : "?";
    bool has_ended = certificate->left_s < 0;
    if (has_begun)
        buf_printf(out, "%s %.10s (", has_ended ? "ended" : "until", until);
    else
        buf_printf(out, "from %.10s (in ", from);
    tls_append_span(out, has_begun ? certificate->left_s : certificate->starts_s);
    buf_append_text(out, has_begun && has_ended ? " ago)" : ")");
}

/* "[0] localhost  ", the name in a column of that width. */
static void append_name(struct buf *out, const char *sign, const char *subject, size_t width)
{
    buf_printf(out, "[%s] ", sign);
    subject_append_column(out, subject, width);
    buf_append_text(out, "  ");
}

static void show_certificate(struct certificate_case *c, size_t depth, size_t width)
{
    const struct tls_certificate *certificate = &c->verdict->chain[depth];
    char sign[24];
    struct buf row = {0};
    snprintf(sign, sizeof sign, "%zu", depth);
    append_name(&row, sign, certificate->subject, width);
    buf_printf(&row, "%s, ", certificate->key);
    append_validity(&row, certificate, has_begun(c->verdict, depth));
    buf_append_text(&row, has_error_at(c->verdict, depth) ? "  FAIL" : "  OK");
    block_row(c->block, "evidence", "%s", buf_text(&row));
    buf_done(&row);
}

/* The chain as far as it goes, and whom it lacks. */
void cause_show_chain(struct certificate_case *c, const char *missing)
{
    size_t width = missing ? subject_wider(0, missing) : 0;
    for (size_t i = 0; i < c->verdict->n_chain; i++)
        width = subject_wider(width, c->verdict->chain[i].subject);
    width = width < SUBJECT_MOST ? width : SUBJECT_MOST;
    for (size_t i = 0; i < c->verdict->n_chain; i++)
        show_certificate(c, i, width);
    if (missing) {
        struct buf row = {0};
        append_name(&row, "?", missing, width);
        block_row(c->block, "evidence", "%snot sent, not in the store  FAIL", buf_text(&row));
        buf_done(&row);
    }
    block_row(c->block, "evidence", "trust store: %s", c->verdict->store);
}

void cause_show_names(struct certificate_case *c)
{
    struct buf names = {0};
    const struct tls_verdict *v = c->verdict;
    for (size_t i = 0; i < v->n_names && i < NAMES_SHOWN; i++)
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", subject_bare_name(v->names[i]));
    if (v->n_names > NAMES_SHOWN)
        buf_printf(&names, " and %zu more", v->n_names - NAMES_SHOWN);
    block_say(c->block, "evidence", "asked for %s; it is made for %s", place_of(c)->host,
              v->n_names > 0 ? buf_text(&names) : "no name or address at all");
    buf_done(&names);
}

static void fix_trust(struct certificate_case *c, const char *whose)
{
    block_say(c->block, "fix", "If you trust %s, get its certificate from whoever runs it and name the file:", whose);
    block_command(c->block, "", "--cacert FILE", place_of(c)->url);
}

/* The causes. */

/* Where the issuer can be fetched, and what came of it if somebody did. */
static void show_address(struct certificate_case *c)
{
    const char *finding = c->verdict->issuer_finding;
    bool is_fetchable = tls_certificate_is_fetchable(slice_of(c->at->aia));
    if (*c->at->aia)
        block_row(c->block, "evidence", "AIA: %s (%s)", c->at->aia,
                  finding        ? "asked"
                  : is_fetchable ? "not asked"
                                 : "not asked: only http:// addresses are");
    if (*c->at->aia && finding)
        block_say(c->block, "evidence", "checked: %s", finding);
}

/* Not where it was tried in vain. */
static void fix_by_address(struct certificate_case *c)
{
    bool is_in_vain = c->verdict->issuer_finding && !c->verdict->is_issuer_found;
    if (!tls_certificate_is_fetchable(slice_of(c->at->aia)) || is_in_vain)
        return;
    block_command(c->block, "save that chain:", "--aia save -o fullchain.pem", place_of(c)->url);
    block_command(c->block, "go on:", "--aia use", place_of(c)->url);
}

static void explain_missing_issuer(struct certificate_case *c)
{
    char *issuer = subject_short(c->at->issuer);
    char *subject = subject_short(c->at->subject);
    block_say(c->block, "cause",
              "The server sent %zu certificate%s. The one that signed \"%s\", \"%s\", was not among them and is not in "
              "the trust store: the server leaves out an intermediate, or this authority is not known here.",
              c->verdict->n_sent, c->verdict->n_sent == 1 ? "" : "s", subject, issuer);
    cause_show_chain(c, c->at->issuer);
    show_address(c);
    if (c->verdict->store_problem)
        block_say(c->block, "fix", "first of all, here: a trust store with certificates in it");
    block_say(c->block, "fix",
              "server: send the full chain, the leaf first (nginx: ssl_certificate fullchain.pem; apache: "
              "SSLCertificateFile with all of them)");
    fix_by_address(c);
    block_say(c->block, "fix", "here: put the certificate of \"%s\" into a file:", issuer);
    block_command_without(c->block, "", "--cacert FILE", "aia");
    mem_free(subject);
    mem_free(issuer);
}

static void explain_unknown_authority(struct certificate_case *c)
{
    const struct tls_certificate *last = &c->verdict->chain[c->verdict->n_chain - 1];
    char *root = subject_short(last->is_self_issued ? last->subject : last->issuer);
    block_say(c->block, "cause",
              "The chain is complete, but it ends at \"%s\", an authority that is not in the trust store. It is a "
              "private one, or a new public one that this system does not know yet.",
              root);
    cause_show_chain(c, last->is_self_issued ? NULL : last->issuer);
    fix_trust(c, "that authority");
    block_say(c->block, "fix", "or for all programs: apt-get install --only-upgrade ca-certificates, if it is public");
    mem_free(root);
}

static void explain_self_signed(struct certificate_case *c)
{
    block_say(c->block, "cause",
              "The certificate is signed by itself. Anybody can make one like it, so it proves nothing unless you have "
              "got this very certificate from a place that you trust.");
    cause_show_chain(c, NULL);
    fix_trust(c, "this server");
}

static void show_proxy_variables(struct certificate_case *c)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            block_row(c->block, "evidence", "%s is set", names[i]);
}

static void explain_inspection(struct certificate_case *c)
{
    char *issuer = subject_short(c->at->issuer);
    block_say(
        c->block, "cause",
        "It looks like an inspection box or program on the way opens the connection and signs it anew: the issuer "
        "is \"%s\", and not a public authority.",
        issuer);
    cause_show_chain(c, NULL);
    if (c->verdict->n_chain > 0 && c->verdict->chain[0].n_scts == 0)
        block_row(c->block, "evidence", "no certificate transparency timestamps, which public certificates have");
    show_proxy_variables(c);
    block_say(c->block, "fix",
              "If that is your company's or your own, get the certificate of \"%s\" from those who run it and name the "
              "file, or put it into /usr/local/share/ca-certificates/ and run update-ca-certificates:",
              issuer);
    block_command(c->block, "", "--cacert FILE", place_of(c)->url);
    mem_free(issuer);
}

static void explain_expired(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    struct buf span = {0};
    tls_append_span(&span, c->at->left_s);
    block_say(c->block, "cause", "The certificate of \"%s\" ended on %s, %s ago.", subject, c->at->not_after,
              buf_text(&span));
    buf_done(&span);
    cause_show_chain(c, NULL);
    if (c->error->depth == 0)
        block_say(c->block, "fix",
                  "server: renew the certificate and reload (certbot renew; then systemctl reload nginx)");
    else
        block_say(c->block, "fix", "server: send the renewed certificate of \"%s\", or a chain that does without it",
                  subject);
    mem_free(subject);
}

/* "2026-11-25 02:05" */
static const char *now_words(char *into, size_t size)
{
    time_t now = time(NULL);
    struct tm tm;
    into[0] = '\0';
    if (gmtime_r(&now, &tm))
        strftime(into, size, "%Y-%m-%d %H:%M", &tm);
    return into;
}

static void explain_not_yet_valid(struct certificate_case *c)
{
    char now[32];
    char *subject = subject_short(c->at->subject);
    struct buf span = {0};
    tls_append_span(&span, c->at->starts_s);
    block_say(c->block, "cause",
              "The certificate of \"%s\" is not valid before %s, in %s. Is this computer's clock right?", subject,
              c->at->not_before, buf_text(&span));
    buf_done(&span);
    cause_show_chain(c, NULL);
    block_row(c->block, "evidence", "this computer says %s UTC", now_words(now, sizeof now));
    block_row(c->block, "fix", "timedatectl set-ntp true     (or set the date by hand)");
    block_say(c->block, "fix",
              "If it is right, the server has its new certificate too early: wait, or go back to the last.");
    mem_free(subject);
}

static void explain_clock(struct certificate_case *c)
{
    char now[32];
    block_say(c->block, "cause", "This computer says %s UTC; the certificate starts %.10s.", now_words(now, sizeof now),
              c->at->from);
    if (c->at->n_scts > 0 && c->at->sct_s > time(NULL))
        block_row(c->block, "evidence", "a public log (certificate transparency) stamped it later than that");
    else if (c->verdict->stapled_later)
        block_row(c->block, "evidence", "its issuer signed the stapled OCSP response on %.10s",
                  c->verdict->stapled_later);
    else
        block_row(c->block, "evidence", "this peel was made on " PEEL_RELEASE_DATE ", after that");
    block_row(c->block, "fix", "timedatectl set-ntp true     (or set the date by hand)");
}

/* The command that asks for the name that the certificate has, at the address where we are. */
static void fix_name(struct certificate_case *c, const char *name)
{
    const struct block_place *place = place_of(c);
    if (place->proxy) {
        char *proxy = mem_printf("https://%s%s", name, strrchr(place->proxy, ':'));
        block_other_proxy(c->block, "", proxy);
        mem_free(proxy);
        return;
    }
    struct buf options = {0};
    bool is_ipv6 = strchr(place->host, ':') != NULL;
    char *here = mem_printf(is_ipv6 ? "[%s]:%u" : "%s:%u", place->host, place->port);
    char *rule = mem_printf("%s:%u:%s", name, place->port, place->leads_to ? place->leads_to : here);
    char *url = place->port == 443 ? mem_printf("https://%s/", name) : mem_printf("https://%s:%u/", name, place->port);
    buf_append_text(&options, "--connect-to ");
    command_append_word(&options, rule);
    block_command(c->block, "", buf_text(&options), url);
    buf_done(&options);
    mem_free(here);
    mem_free(rule);
    mem_free(url);
}

static void fix_names(struct certificate_case *c)
{
    const char *host = place_of(c)->host;
    block_say(c->block, "fix", "server: a certificate with %s:%s in its subjectAltName",
              near_name_is_of_address(host) ? "IP" : "DNS", host);
}

static void explain_wrong_name(struct certificate_case *c)
{
    struct near_name near = near_name_find(place_of(c)->host, c->verdict->names, c->verdict->n_names);
    block_say(c->block, "cause", "The server is, or answers as, another than the one asked for%s%s.",
              near.why ? ": " : "", near.why ? near.why : "");
    cause_show_names(c);
    if (near.name) {
        block_say(c->block, "fix", "If the server called %s is meant, ask for it by that name:", near.name);
        fix_name(c, near.name);
    }
    fix_names(c);
    near_name_done(&near);
}

static void explain_no_names(struct certificate_case *c)
{
    char *subject = subject_short(c->at->subject);
    block_say(
        c->block, "cause",
        "The certificate has no subjectAltName for a host or an address. Its common name (\"%s\") does not count: "
        "RFC 9525 did away with that, and so did all browsers.",
        subject);
    cause_show_names(c);
    fix_names(c);
    mem_free(subject);
}

static void (*const explanations[CAUSE_COUNT])(struct certificate_case *) = {
    [CAUSE_CLOCK_WRONG] = explain_clock,
    [CAUSE_INSPECTION] = explain_inspection,
    [CAUSE_SELF_SIGNED] = explain_self_signed,
    [CAUSE_UNKNOWN_AUTHORITY] = explain_unknown_authority,
    [CAUSE_MISSING_ISSUER] = explain_missing_issuer,
    [CAUSE_REVOKED] = cause_explain_revoked,
    [CAUSE_EXPIRED] = explain_expired,
    [CAUSE_NOT_YET_VALID] = explain_not_yet_valid,
    [CAUSE_NO_NAMES] = explain_no_names,
    [CAUSE_WRONG_NAME] = explain_wrong_name,
    [CAUSE_WRONG_PURPOSE] = cause_explain_wrong_purpose,
    [CAUSE_NOT_A_CA] = cause_explain_not_a_ca,
    [CAUSE_NAME_CONSTRAINT] = cause_explain_constraint,
    [CAUSE_WEAK_CERTIFICATE] = cause_explain_weak,
    [CAUSE_CHAIN_TOO_LONG] = cause_explain_chain_too_long,
    [CAUSE_BAD_CERTIFICATE] = cause_explain_other,
};

static const struct tls_verify_error *first_error_of(const struct tls_verdict *verdict, enum cause cause)
{
    for (size_t i = 0; i < verdict->n_errors; i++)
        if (verdict->errors[i].cause == cause)
            return &verdict->errors[i];
    return NULL;
}

static void append_one(struct buf *out, const struct block_place *place, const struct tls_verdict *verdict,
                       const struct tls_verify_error *error)
{
    struct block block = {.out = out, .place = place};
    bool is_in_chain = error->depth >= 0 && (size_t)error->depth < verdict->n_chain;
    struct certificate_case c = {.block = &block,
                                 .verdict = verdict,
                                 .error = error,
                                 .at = is_in_chain ? &verdict->chain[error->depth] : verdict->leaf};
    block_head(&block, 60, "certificate of %s: %s", verdict->where, cause_title(error->cause));
    if (verdict->store_problem && !verdict->anchor)
        block_say(&block, "cause", "%s", verdict->store_problem);
    (explanations[error->cause] ? explanations[error->cause] : cause_explain_other)(&c);
    block_more(&block, error->cause);
}

void cause_append_certificate(struct buf *out, const struct block_place *place, const struct tls_verdict *verdict)
{
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        const struct tls_verify_error *error = first_error_of(verdict, cause);
        if (error && verdict->leaf)
            append_one(out, place, verdict, error);
    }
}
