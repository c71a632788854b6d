/* The alert by which the peer ended a connection: whose fault it tells of, in words. */
#include "tls/failure_parts.h"

#include "base/escape.h"
#include "tls/alerts.h"
#include "tls/certificate.h"

enum {
    ALERT_HANDSHAKE_FAILURE = 40,
    ALERT_BAD_CERTIFICATE = 42,
    ALERT_CERTIFICATE_UNKNOWN = 46,
    ALERT_UNKNOWN_CA = 48,
    ALERT_ACCESS_DENIED = 49,
    ALERT_PROTOCOL_VERSION = 70,
    ALERT_INSUFFICIENT_SECURITY = 71,
    ALERT_UNRECOGNIZED_NAME = 112,
    ALERT_CERTIFICATE_REQUIRED = 116,
    ALERT_NO_APPLICATION_PROTOCOL = 120,
    ISSUERS_SHOWN = 4,
};

static void say_certificate_wanted(struct failure *f)
{
    const STACK_OF(X509_NAME) *issuers = SSL_get0_peer_CA_list(f->engine->ssl);
    int n = issuers ? sk_X509_NAME_num(issuers) : 0;
    buf_append_text(&f->words, "the server asks for a client certificate");
    for (int i = 0; i < n && i < ISSUERS_SHOWN; i++) {
        char raw[256];
        char shown[120];
        tls_certificate_name(sk_X509_NAME_value(issuers, i), raw, sizeof raw);
        buf_printf(&f->words, "%s%s", i == 0 ? " (accepted issuers: " : " | ",
                   escape_into(shown, sizeof shown, slice_of(raw)));
    }
    if (n > ISSUERS_SHOWN)
        buf_printf(&f->words, " and %d more", n - ISSUERS_SHOWN);
    buf_append_text(&f->words, n > 0 ? "), use " : ", use ");
    buf_append_text(&f->words, f->engine->verify.proxy ? "--proxy-cert" : "--cert");
}

/* Whether an alert can be about the certificate that the server asked for (RFC 8446 section 6.2). */
static bool alert_is_about_certificate(int alert)
{
    return alert == ALERT_HANDSHAKE_FAILURE || (alert >= ALERT_BAD_CERTIFICATE && alert <= ALERT_CERTIFICATE_UNKNOWN) ||
           alert == ALERT_UNKNOWN_CA || alert == ALERT_ACCESS_DENIED || alert == ALERT_CERTIFICATE_REQUIRED;
}

/* is_about_certificate: ours. */
static enum cause alert_cause(struct failure *f, bool is_about_certificate)
{
    if (is_about_certificate)
        return SSL_get_certificate(f->engine->ssl) ? CAUSE_CLIENT_CERT_REFUSED : CAUSE_CLIENT_CERT_WANTED;
    if (f->phase != TLS_PHASE_HANDSHAKE)
        return CAUSE_ALERT;
    switch (f->alert) {
    case ALERT_HANDSHAKE_FAILURE:
        tls_failure_blame(f, TLS_BY_ANY);
        return CAUSE_HANDSHAKE_REFUSED;
    case ALERT_PROTOCOL_VERSION:
        return tls_failure_blame(f, TLS_BY_VERSIONS) ? CAUSE_VERSION_RANGE : CAUSE_OLD_TLS;
    case ALERT_INSUFFICIENT_SECURITY:
        tls_failure_blame(f, TLS_BY_ANY);
        return CAUSE_ALERT;
    case ALERT_UNRECOGNIZED_NAME:
        return CAUSE_UNKNOWN_NAME;
    case ALERT_NO_APPLICATION_PROTOCOL:
        return CAUSE_ALPN_REFUSED;
    default:
        return CAUSE_ALERT;
    }
}

static void append_by_options(struct failure *f)
{
    buf_append_text(&f->words, f->cause == CAUSE_VERSION_RANGE ? ": it may know only versions that "
                                                               : ": it may want what is left out by ");
    tls_failure_append_blamed(f);
    buf_append_text(&f->words, f->cause == CAUSE_VERSION_RANGE ? " leaves out" : "");
}

const char *tls_failure_alert_name(int alert)
{
    const char *name = tls_alert_name(alert);
    return name ? name : "of an unknown kind";
}

void tls_failure_say_alert(struct failure *f, int alert)
{
    struct tls_engine *engine = f->engine;
    bool is_about_certificate = engine->is_certificate_asked && alert_is_about_certificate(alert);
    f->alert = alert;
    f->cause = alert_cause(f, is_about_certificate);
    if (is_about_certificate && !SSL_get_certificate(engine->ssl)) {
        say_certificate_wanted(f);
        buf_printf(&f->words, "; it refused with ");
    } else if (is_about_certificate) {
        buf_append_text(&f->words, "the server refused our client certificate with ");
    } else {
        buf_printf(&f->words, "the server %s with ",
                   f->phase == TLS_PHASE_HANDSHAKE ? "refused the handshake" : "ended the connection");
    }
    buf_printf(&f->words, "alert %s (%d)", tls_failure_alert_name(alert), alert);
    if (f->phase != TLS_PHASE_HANDSHAKE || is_about_certificate)
        return;
    if (alert == ALERT_UNRECOGNIZED_NAME && engine->server_name)
        buf_printf(&f->words, ": it does not know the server name %s", engine->server_name);
    else if (f->cause == CAUSE_ALPN_REFUSED)
        buf_append_text(&f->words, engine->n_alpn > 0 ? ": it speaks none of the protocols offered by ALPN"
                                                      : ": it wants ALPN, which was not offered");
    else if (f->cause == CAUSE_OLD_TLS)
        buf_append_text(&f->words, ": it may know only older versions");
    else if (engine->blamed)
        append_by_options(f);
    buf_append_text(&f->words, "; ");
    tls_failure_append_offer(f);
}
