/* Names, dates and addresses out of an X509. */
#include "tls/certificate.h"

#include "base/escape.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ct.h>
#include <openssl/x509v3.h>
#include <time.h>

/* Moves what a memory BIO holds into a C string, cut when it is longer. */
static void bio_take(BIO *bio, char *into, size_t size)
{
    char *data = NULL;
    long n = BIO_get_mem_data(bio, &data);
    size_t len = n > 0 ? (size_t)n : 0;
    len = len < size ? len : size - 1;
    if (len > 0)
        memcpy(into, data, len);
    into[len] = '\0';
}

const char *tls_certificate_name(const X509_NAME *name, char *into, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    into[0] = '\0';
    if (bio) {
        X509_NAME_print_ex(bio, name, 0, XN_FLAG_SEP_SPLUS_SPC | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_ESC_CTRL);
        bio_take(bio, into, size);
    }
    BIO_free(bio);
    return into;
}

const char *tls_certificate_time(const ASN1_TIME *time, char *into, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    snprintf(into, size, "?");
    if (bio && ASN1_TIME_print(bio, time) == 1)
        bio_take(bio, into, size);
    BIO_free(bio);
    return into;
}

bool tls_certificate_seconds(const ASN1_TIME *time, int64_t *seconds)
{
    int days = 0, rest = 0;
    bool is_time = ASN1_TIME_diff(&days, &rest, NULL, time) == 1;
    *seconds = is_time ? (int64_t)days * 86400 + rest : 0;
    return is_time;
}

void tls_certificate_iso(const ASN1_TIME *time, char *into, size_t size)
{
    struct tm tm;
    into[0] = '\0';
    if (time && ASN1_TIME_to_tm(time, &tm) == 1 && strftime(into, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        into[0] = '\0';
}

static void fill_key(X509 *certificate, struct tls_certificate *out)
{
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
    if (type)
        snprintf(out->key, sizeof out->key, "%s %d", type, EVP_PKEY_get_bits(key));
}

static void fill_strength(X509 *certificate, struct tls_certificate *out)
{
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    int digest = NID_undef;
    /* It looks into what OpenSSL keeps beside the certificate, and fills that in first. */
    if (X509_get_signature_info(certificate, &digest, NULL, &out->signature_strength, NULL) == 1 && digest != NID_undef)
        snprintf(out->digest, sizeof out->digest, "%s", OBJ_nid2sn(digest));
    out->key_strength = key ? EVP_PKEY_get_security_bits(key) : 0;
}

static void fill_scts(X509 *certificate, struct tls_certificate *out)
{
    STACK_OF(SCT) *scts = X509_get_ext_d2i(certificate, NID_ct_precert_scts, NULL, NULL);
    for (int i = 0; i < sk_SCT_num(scts); i++) {
        int64_t at_s = (int64_t)(SCT_get_timestamp(sk_SCT_value(scts, i)) / 1000);
        out->n_scts++;
        out->sct_s = at_s > out->sct_s ? at_s : out->sct_s;
        out->first_sct_s = i == 0 || at_s < out->first_sct_s ? at_s : out->first_sct_s;
    }
    SCT_LIST_free(scts);
}

void tls_append_span(struct buf *out, int64_t seconds)
{
    static const struct {
        uint64_t length;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    uint64_t span = seconds < 0 ? -(uint64_t)seconds : (uint64_t)seconds;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && span < units[i].length)
        i++;
    uint64_t n = span / units[i].length;
    buf_printf(out, "%llu %s%s", (unsigned long long)n, units[i].name, n == 1 ? "" : "s");
}

void tls_append_left(struct buf *out, int64_t left_s)
{
    buf_append_text(out, left_s < 0 ? "ended " : "");
    tls_append_span(out, left_s);
    buf_append_text(out, left_s < 0 ? " ago" : " left");
}

void tls_certificate_append_when(struct buf *out, const ASN1_TIME *time)
{
    char text[64];
    int64_t seconds = 0;
    buf_append_text(out, tls_certificate_time(time, text, sizeof text));
    if (!tls_certificate_seconds(time, &seconds))
        return;
    buf_append_text(out, seconds < 0 ? ", " : ", in ");
    tls_append_span(out, seconds);
    buf_append_text(out, seconds < 0 ? " ago" : "");
}

/* The escaped bytes of an ASN.1 string behind a prefix. */
static char *text_of(const char *prefix, const ASN1_STRING *string)
{
    struct buf out = {0};
    buf_append_text(&out, prefix);
    escape_append(&out, slice_make(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string)));
    return buf_take(&out);
}

/* NULL for a kind of name that no server is found by. */
static char *name_text(const GENERAL_NAME *name)
{
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &kind);
    if (kind == GEN_DNS)
        return text_of("DNS:", value);
    if (kind != GEN_IPADD)
        return NULL;
    int len = ASN1_STRING_length(value);
    char address[INET6_ADDRSTRLEN];
    if ((len != 4 && len != 16) ||
        !inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value), address, sizeof address))
        return text_of("IP:?", value);
    return mem_printf("IP:%s", address);
}

static void append_limits(struct buf *out, const char *before, STACK_OF(GENERAL_SUBTREE) * trees)
{
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(trees); i++) {
        char *text = name_text(sk_GENERAL_SUBTREE_value(trees, i)->base);
        buf_printf(out, "%s%s%s", out->len > 0 ? ", " : "", before, text ? text : "other kinds of names");
        mem_free(text);
    }
}

static void fill_limits(X509 *certificate, struct tls_certificate *out)
{
    NAME_CONSTRAINTS *limits = X509_get_ext_d2i(certificate, NID_name_constraints, NULL, NULL);
    struct buf text = {0};
    if (!limits)
        return;
    append_limits(&text, "", limits->permittedSubtrees);
    append_limits(&text, "not ", limits->excludedSubtrees);
    snprintf(out->limits, sizeof out->limits, "%s", buf_text(&text));
    buf_done(&text);
    NAME_CONSTRAINTS_free(limits);
}

static void append_listed(struct buf *out, const char *name)
{
    buf_printf(out, "%s%s", out->len > 0 ? ", " : "", name);
}

static void fill_key_usage(X509 *certificate, struct tls_certificate *out)
{
    static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",   "keyCertSign",
                                        "cRLSign",          "encipherOnly",   "decipherOnly"};
    ASN1_BIT_STRING *bits = X509_get_ext_d2i(certificate, NID_key_usage, NULL, NULL);
    struct buf text = {0};
    for (int i = 0; bits && i < (int)(sizeof names / sizeof *names); i++)
        if (ASN1_BIT_STRING_get_bit(bits, i))
            append_listed(&text, names[i]);
    snprintf(out->key_usage, sizeof out->key_usage, "%s", buf_text(&text));
    buf_done(&text);
    ASN1_BIT_STRING_free(bits);
}

static void fill_extended_key_usage(X509 *certificate, struct tls_certificate *out)
{
    EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
    struct buf text = {0};
    for (int i = 0; i < sk_ASN1_OBJECT_num(purposes); i++) {
        const ASN1_OBJECT *purpose = sk_ASN1_OBJECT_value(purposes, i);
        int nid = OBJ_obj2nid(purpose);
        char oid[80];
        if (nid == NID_undef)
            OBJ_obj2txt(oid, sizeof oid, purpose, 1);
        append_listed(&text, nid == NID_undef ? oid : OBJ_nid2sn(nid));
    }
    snprintf(out->extended_key_usage, sizeof out->extended_key_usage, "%s", buf_text(&text));
    buf_done(&text);
    EXTENDED_KEY_USAGE_free(purposes);
}

void tls_certificate_fill(X509 *certificate, struct tls_certificate *out)
{
    struct buf aia = {0};
    *out = (struct tls_certificate){0};
    tls_certificate_name(X509_get_subject_name(certificate), out->subject, sizeof out->subject);
    tls_certificate_name(X509_get_issuer_name(certificate), out->issuer, sizeof out->issuer);
    tls_certificate_time(X509_get0_notBefore(certificate), out->not_before, sizeof out->not_before);
    tls_certificate_time(X509_get0_notAfter(certificate), out->not_after, sizeof out->not_after);
    tls_certificate_seconds(X509_get0_notAfter(certificate), &out->left_s);
    tls_certificate_seconds(X509_get0_notBefore(certificate), &out->starts_s);
    tls_certificate_iso(X509_get0_notBefore(certificate), out->from, sizeof out->from);
    tls_certificate_iso(X509_get0_notAfter(certificate), out->until, sizeof out->until);
    fill_key(certificate, out);
    fill_strength(certificate, out);
    fill_scts(certificate, out);
    if (tls_certificate_append_aia(certificate, &aia))
        snprintf(out->aia, sizeof out->aia, "%s", buf_text(&aia));
    out->is_self_issued = X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
    out->path_length = (int)X509_get_pathlen(certificate);
    fill_key_usage(certificate, out);
    fill_extended_key_usage(certificate, out);
    fill_limits(certificate, out);
    buf_done(&aia);
}

struct tls_names tls_names_of(X509 *certificate)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int n = all ? sk_GENERAL_NAME_num(all) : 0;
    struct tls_names names = {mem_array((size_t)n, sizeof(char *)), 0};
    for (int i = 0; i < n; i++) {
        char *text = name_text(sk_GENERAL_NAME_value(all, i));
        if (text)
            names.list[names.n++] = text;
    }
    GENERAL_NAMES_free(all);
    return names;
}

void tls_names_done(struct tls_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        mem_free(names->list[i]);
    mem_free(names->list);
    *names = (struct tls_names){0};
}

/* The address in one entry of the extension, empty when it is about something else than the issuer's certificate. */
static struct slice issuer_address(const ACCESS_DESCRIPTION *access)
{
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(access->location, &kind);
    if (OBJ_obj2nid(access->method) != NID_ad_ca_issuers || kind != GEN_URI)
        return SLICE("");
    return slice_make(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
}

bool tls_certificate_is_fetchable(struct slice url)
{
    return slice_equal_nocase(slice_first(url, 7), SLICE("http://"));
}

bool tls_certificate_issuer_url(X509 *certificate, struct buf *out)
{
    AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
    struct slice found = SLICE("");
    for (int i = 0; !tls_certificate_is_fetchable(found) && i < sk_ACCESS_DESCRIPTION_num(all); i++) {
        struct slice address = issuer_address(sk_ACCESS_DESCRIPTION_value(all, i));
        if (found.len == 0 || tls_certificate_is_fetchable(address))
            found = address;
    }
    buf_append(out, found);
    AUTHORITY_INFO_ACCESS_free(all);
    return found.len > 0;
}

bool tls_certificate_append_aia(X509 *certificate, struct buf *out)
{
    char shown[200];
    struct buf url = {0};
    bool is_found = tls_certificate_issuer_url(certificate, &url);
    if (is_found)
        buf_append_text(out, escape_into(shown, sizeof shown, buf_slice(&url)));
    buf_done(&url);
    return is_found;
}
