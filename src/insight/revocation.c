/* What a staple says, in words. */
#include "insight/revocation.h"

#include <time.h>

static const char *const sentences[TLS_STAPLE_STATUSES] = {
    [TLS_STAPLE_NONE] = "no staple",
    [TLS_STAPLE_GOOD] = "staple good",
    [TLS_STAPLE_REVOKED] = "says the staple",
    [TLS_STAPLE_UNKNOWN] = "staple unknown (the responder does not know the certificate)",
    [TLS_STAPLE_STALE] = "staple stale",
    [TLS_STAPLE_EARLY] = "staple not yet valid",
    [TLS_STAPLE_OTHER] = "staple about another certificate",
    [TLS_STAPLE_WRONG_SIGNER] = "staple not signed by the issuer",
    [TLS_STAPLE_UNCHECKED] = "staple not checked, as the issuer is not trusted here",
    [TLS_STAPLE_NO_ANSWER] = "staple without an answer",
    [TLS_STAPLE_UNREADABLE] = "staple cannot be decoded",
};

bool revocation_is_revoked(const struct tls_staple *staple)
{
    return *staple->revoked && tls_staple_is_proven(staple->status);
}

/* The day alone: whom the hour matters reads it in JSON. */
static void append_day(struct buf *out, const char *before, const char *time)
{
    if (*time)
        buf_printf(out, "%s%.10s", before, time);
}

void revocation_append(struct buf *out, const struct tls_staple *staple)
{
    bool is_stale = staple->status == TLS_STAPLE_STALE;
    if (revocation_is_revoked(staple)) {
        append_day(out, "REVOKED since ", staple->revoked);
        if (*staple->reason)
            buf_printf(out, " (%s)", staple->reason);
        buf_append_text(out, ", ");
    }
    buf_append_text(out, sentences[staple->status]);
    if (staple->status == TLS_STAPLE_NO_ANSWER || staple->status == TLS_STAPLE_WRONG_SIGNER)
        buf_printf(out, " (%s)", staple->detail);
    if (!tls_staple_is_proven(staple->status))
        return;
    append_day(out, ", from ", staple->from);
    append_day(out, is_stale ? ", a new one was due " : ", next due ", staple->until);
}

void revocation_append_ct(struct buf *out, const struct tls_certificate *certificate)
{
    char day[32] = "";
    time_t seconds = (time_t)certificate->first_sct_s;
    struct tm tm;
    if (certificate->n_scts == 0) {
        buf_append_text(out, "CT: none");
        return;
    }
    buf_printf(out, "CT: %u timestamp%s", certificate->n_scts, certificate->n_scts == 1 ? "" : "s");
    if (gmtime_r(&seconds, &tm) && strftime(day, sizeof day, "%Y-%m-%d", &tm) > 0)
        buf_printf(out, ", first %s", day);
}
