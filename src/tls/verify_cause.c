/* Which of the causes (base/cause.h) a fault of a certificate is. */
#include "base/release.h"
#include "tls/certificate.h"
#include "tls/verify.h"

#include <openssl/x509v3.h>
#include <time.h>

/* What boxes and programs that open TLS on its way write into the certificates that they make (in lower case). A sign,
 * no proof: insight/ says "looks like". */
static const char *const inspectors[] = {
    "zscaler",   "netskope",  "fortinet",   "fortigate",   "palo alto",  "blue coat",   "bluecoat",   "cisco umbrella",
    "sophos",    "barracuda", "checkpoint", "check point", "mitmproxy",  "portswigger", "fiddler",    "charles proxy",
    "kaspersky", "avast",     "eset ssl",   "bitdefender", "mcafee web", "websense",    "forcepoint", "superfish",
};

static bool is_inspector(const X509_NAME *issuer)
{
    char name[512];
    tls_certificate_name(issuer, name, sizeof name);
    for (size_t i = 0; i < sizeof inspectors / sizeof *inspectors; i++)
        if (strcasestr(name, inspectors[i]))
            return true;
    return false;
}

/* The first second of this release: no clock that is right can be before it. */
static time_t release_s(void)
{
    struct tm date = {0};
    if (!strptime(PEEL_RELEASE_DATE, "%Y-%m-%d", &date))
        return 0;
    return timegm(&date);
}

/* The certificate (its transparency timestamps) or the release date of this program prove that it is later than this
 * machine believes. */
static bool is_clock_wrong(X509 *certificate)
{
    struct tls_certificate facts = {0};
    time_t now = time(NULL);
    tls_certificate_fill(certificate, &facts);
    return now < release_s() || (facts.n_scts > 0 && facts.sct_s > now);
}

/* No way to a trusted root: because of whom? */
static enum cause untrusted_cause(const struct tls_fault *fault)
{
    const X509_NAME *issuer = X509_get_issuer_name(fault->certificate);
    if (is_inspector(issuer))
        return CAUSE_INSPECTION;
    switch (fault->x509) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return CAUSE_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return CAUSE_UNKNOWN_AUTHORITY;
    default:
        break;
    }
    struct buf aia = {0};
    bool has_aia = tls_certificate_append_aia(fault->certificate, &aia);
    buf_done(&aia);
    /* Above an intermediate that says nothing of an issuer to fetch, it is the root that nobody sends. */
    return fault->depth > 0 && !has_aia ? CAUSE_UNKNOWN_AUTHORITY : CAUSE_MISSING_ISSUER;
}

static enum cause name_cause(const struct tls_fault *fault)
{
    struct tls_names names = tls_names_of(fault->certificate);
    enum cause cause = names.n == 0 ? CAUSE_NO_NAMES : CAUSE_WRONG_NAME;
    tls_names_done(&names);
    return cause;
}

enum cause tls_fault_cause(const struct tls_fault *fault)
{
    if (!fault->certificate)
        return CAUSE_BAD_CERTIFICATE;
    switch (fault->x509) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return untrusted_cause(fault);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return CAUSE_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return is_clock_wrong(fault->certificate) ? CAUSE_CLOCK_WRONG : CAUSE_NOT_YET_VALID;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return name_cause(fault);
    case X509_V_ERR_INVALID_PURPOSE:
        return fault->depth == 0 ? CAUSE_WRONG_PURPOSE : CAUSE_NOT_A_CA;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        return CAUSE_NOT_A_CA;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
        return CAUSE_NAME_CONSTRAINT;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return CAUSE_WEAK_CERTIFICATE;
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        return CAUSE_CHAIN_TOO_LONG;
    case X509_V_ERR_CERT_REVOKED:
        return CAUSE_REVOKED;
    default:
        return CAUSE_BAD_CERTIFICATE;
    }
}
