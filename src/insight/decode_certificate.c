/* Messages about certificates taken apart: Certificate, CertificateStatus, CertificateRequest. What X.509 and OCSP have
 * inside of them is read by OpenSSL. */
#include "insight/decode_parts.h"
#include "tls/certificate.h"

#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

enum {
    NAME_ROOM = 4096 /* no name that is meant to be read is longer */
};

/* NULL unless der is one certificate and nothing else. */
static X509 *read_x509(struct slice der)
{
    const unsigned char *at = (const unsigned char *)der.ptr;
    X509 *certificate = der.len > 0 && der.len <= INT_MAX ? d2i_X509(NULL, &at, (long)der.len) : NULL;
    if (certificate && at != (const unsigned char *)der.ptr + der.len) {
        X509_free(certificate);
        certificate = NULL;
    }
    return certificate;
}

static void add_key(struct message *m, X509 *certificate)
{
    char text[64];
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
    if (!type)
        return;
    snprintf(text, sizeof text, "%s %d bits", type, EVP_PKEY_get_bits(key));
    message_text(m, "key", text);
}

static void add_x509(struct message *m, struct slice der)
{
    char text[NAME_ROOM];
    X509 *certificate = read_x509(der);
    if (!certificate) {
        message_value(m, SLICE("cannot be read"), NO_CODE, (uint32_t)der.len);
        return;
    }
    tls_certificate_name(X509_get_subject_name(certificate), text, sizeof text);
    message_value(m, slice_of(text), NO_CODE, (uint32_t)der.len);
    message_text(m, "issuer", tls_certificate_name(X509_get_issuer_name(certificate), text, sizeof text));
    message_details(m, true);
    add_key(m, certificate);
    message_text(m, "valid from", tls_certificate_time(X509_get0_notBefore(certificate), text, sizeof text));
    message_text(m, "valid until", tls_certificate_time(X509_get0_notAfter(certificate), text, sizeof text));
    message_details(m, false);
    X509_free(certificate);
}

/* RFC 8446 section 4.4.2, RFC 5246 section 7.4.2. */
bool decode_certificate(struct message *m, struct cursor *c, bool is_1_3)
{
    struct cursor context = {.rest = SLICE("")};
    if (is_1_3)
        context = cursor_vector(c, 1);
    struct cursor list = cursor_vector(c, 3);
    if (c->is_broken)
        return false;
    if (context.rest.len > 0)
        message_bytes(m, "context", context.rest);
    bool is_whole = true;
    for (uint64_t i = 0; cursor_has_more(&list); i++) {
        struct cursor der = cursor_vector(&list, 3), extensions = {.rest = SLICE("")};
        if (is_1_3)
            extensions = cursor_vector(&list, 2);
        if (list.is_broken)
            break;
        message_enter(m, "certificate", i);
        add_x509(m, der.rest);
        is_whole = decode_extensions(m, extensions, IN_CERTIFICATE) && is_whole;
        message_leave(m);
    }
    return !list.is_broken && is_whole;
}

/* "good", "revoked"; unverified, as it stands there. */
static const char *staple_verdict(OCSP_BASICRESP *basic, ASN1_GENERALIZEDTIME **next_update)
{
    OCSP_SINGLERESP *single = basic && OCSP_resp_count(basic) > 0 ? OCSP_resp_get0(basic, 0) : NULL;
    *next_update = NULL;
    if (!single)
        return "no answer in it";
    int status = OCSP_single_get0_status(single, NULL, NULL, NULL, next_update);
    return status < 0 ? "cannot be read" : OCSP_cert_status_str(status);
}

static void add_ocsp(struct message *m, OCSP_RESPONSE *response, size_t len)
{
    char text[64];
    int status = OCSP_response_status(response);
    OCSP_BASICRESP *basic = status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? OCSP_response_get1_basic(response) : NULL;
    ASN1_GENERALIZEDTIME *next_update = NULL;
    message_list(m, "staple");
    message_value(m,
                  slice_of(status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? staple_verdict(basic, &next_update)
                                                                     : OCSP_response_status_str(status)),
                  NO_CODE, (uint32_t)len);
    if (next_update)
        message_text(m, "staple until", tls_certificate_time(next_update, text, sizeof text));
    OCSP_BASICRESP_free(basic);
}

/* CertificateStatus, RFC 6066 section 8; the extension of that entry has the same form in TLS 1.3. */
bool decode_staple(struct message *m, struct cursor *c)
{
    enum {
        OCSP = 1
    };
    uint32_t type = cursor_number(c, 1);
    struct slice der = cursor_vector(c, 3).rest;
    if (c->is_broken || type != OCSP)
        return false;
    const unsigned char *at = (const unsigned char *)der.ptr;
    OCSP_RESPONSE *response = der.len > 0 ? d2i_OCSP_RESPONSE(NULL, &at, (long)der.len) : NULL;
    if (response) {
        add_ocsp(m, response, der.len);
    } else {
        message_list(m, "staple");
        message_value(m, SLICE("cannot be read"), NO_CODE, (uint32_t)der.len);
    }
    OCSP_RESPONSE_free(response);
    return true;
}

/* Milliseconds since 1970, as "2026-10-01T12:00:00Z". */
static void add_time(struct message *m, uint64_t ms)
{
    char text[48];
    struct tm tm = {0};
    time_t seconds = (time_t)(ms / 1000);
    bool is_date = gmtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
    message_value(m, slice_of(is_date ? text : "no date"), NO_CODE, NO_SIZE);
}

/* A SignedCertificateTimestampList, RFC 6962 section 3.3. */
bool decode_timestamps(struct message *m, struct cursor *c)
{
    enum {
        V1 = 0,
        LOG_ID = 32
    };
    struct cursor list = cursor_vector(c, 2);
    message_list(m, "CT timestamps");
    while (cursor_has_more(&list)) {
        struct cursor sct = cursor_vector(&list, 2);
        uint32_t version = cursor_number(&sct, 1);
        cursor_take(&sct, LOG_ID);
        uint64_t high = cursor_number(&sct, 4);
        uint64_t ms = high << 32 | cursor_number(&sct, 4);
        if (list.is_broken || sct.is_broken || version != V1)
            return false;
        add_time(m, ms);
    }
    return !list.is_broken;
}

/* RFC 8446 section 4.2.4, RFC 5246 section 7.4.4: DistinguishedName authorities. */
bool decode_issuers(struct message *m, struct cursor *c)
{
    char text[NAME_ROOM];
    struct cursor list = cursor_vector(c, 2);
    message_list(m, "accepted issuers");
    while (cursor_has_more(&list)) {
        struct slice der = cursor_vector(&list, 2).rest;
        if (list.is_broken)
            break;
        const unsigned char *at = (const unsigned char *)der.ptr;
        X509_NAME *name = der.len > 0 ? d2i_X509_NAME(NULL, &at, (long)der.len) : NULL;
        message_value(m, name ? slice_of(tls_certificate_name(name, text, sizeof text)) : SLICE("cannot be read"),
                      NO_CODE, NO_SIZE);
        X509_NAME_free(name);
    }
    return !list.is_broken && !c->is_broken;
}

/* RFC 5246 section 7.4.4, registry "TLS ClientCertificateType Identifiers". */
static bool read_certificate_types(struct message *m, struct cursor types)
{
    message_list(m, "key types");
    while (cursor_has_more(&types)) {
        uint32_t type = cursor_number(&types, 1);
        message_value(m,
                      slice_of(type == 1    ? "RSA"
                               : type == 2  ? "DSS"
                               : type == 64 ? "ECDSA"
                                            : "unknown"),
                      type, NO_SIZE);
    }
    return !types.is_broken;
}

/* What of ours there is to answer with. */
static void add_ours(struct message *m, const struct handshake_view *view)
{
    if (view->own_subject[0] == '\0') {
        message_text(m, "ours", "none configured");
        message_text(m, "hint", "if the server insists: --cert FILE --key FILE");
        return;
    }
    message_text(m, "ours", view->own_subject);
    const struct message_field *accepted = message_find(m, "accepted issuers");
    bool is_accepted = !accepted || accepted->n == 0;
    for (size_t i = 0; accepted && i < accepted->n; i++)
        is_accepted = is_accepted ||
                      slice_equal(message_value_text(m, message_values(m, accepted) + i), slice_of(view->own_issuer));
    message_text(m, "ours issued by", view->own_issuer);
    if (!is_accepted)
        message_text(m, "hint", "that issuer is not among the accepted ones");
}

bool decode_certificate_request(struct message *m, struct cursor *c, const struct handshake_view *view, bool is_1_3)
{
    bool is_whole = true;
    if (is_1_3) {
        cursor_vector(c, 1); /* context */
        struct cursor extensions = cursor_vector(c, 2), found;
        if (c->is_broken)
            return false;
        is_whole = decode_extensions(m, extensions, IN_CERTIFICATE_REQUEST);
        if (!cursor_extension(extensions, EXT_CERTIFICATE_AUTHORITIES, &found))
            message_list(m, "accepted issuers");
    } else {
        is_whole = read_certificate_types(m, cursor_vector(c, 1));
        is_whole = decode_codes(m, "signatures", cursor_vector(c, 2), name_of_signature) && is_whole;
        is_whole = decode_issuers(m, c) && is_whole;
    }
    if (is_whole)
        add_ours(m, view);
    return is_whole;
}
