/* What a TLS connection came to be, out of OpenSSL's objects. */
#include "tls/summary_fill.h"

#include "tls/certificate.h"
#include "tls/pin.h"

#include <stdio.h>

void tls_summary_note_hello(struct tls_summary *summary, struct slice hello)
{
    tls_fingerprint_ja4(hello, summary->ja4);
}

void tls_summary_note_chain(struct tls_summary *summary, X509 *leaf, X509 *anchor)
{
    char pin[TLS_PIN_SIZE];
    tls_pin_of(leaf, pin);
    if (*pin)
        snprintf(summary->pin, sizeof summary->pin, "sha256//%s", pin);
    int64_t left_s = 0;
    if (tls_certificate_seconds(X509_get0_notAfter(leaf), &left_s))
        snprintf(summary->days_left, sizeof summary->days_left, "%d", tls_days(left_s));
    if (anchor)
        tls_certificate_name(X509_get_subject_name(anchor), summary->anchor, sizeof summary->anchor);
}

#ifndef SSL_get0_peer_signature_name /* OpenSSL 3.5 has it */
/* The scheme's name out of what OpenSSL keeps of it: the kind of signature and the digest (RFC 8446 section 4.2.3). */
static void name_signature(SSL *ssl, char *into, size_t size)
{
    static const struct {
        int digest;
        const char *name, *curve;
    } digests[] = {{NID_sha256, "sha256", "secp256r1_"},
                   {NID_sha384, "sha384", "secp384r1_"},
                   {NID_sha512, "sha512", "secp521r1_"},
                   {NID_sha224, "sha224", ""},
                   {NID_sha1, "sha1", ""}};
    int kind = NID_undef, digest = NID_undef;
    if (SSL_get_peer_signature_type_nid(ssl, &kind) != 1)
        return;
    if (kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448)
        snprintf(into, size, "%s", kind == EVP_PKEY_ED25519 ? "ed25519" : "ed448");
    SSL_get_peer_signature_nid(ssl, &digest);
    X509 *leaf = SSL_get0_peer_certificate(ssl);
    bool is_pss_key = leaf && EVP_PKEY_is_a(X509_get0_pubkey(leaf), "RSA-PSS");
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        if (digests[i].digest != digest)
            continue;
        if (kind == EVP_PKEY_EC)
            snprintf(into, size, "ecdsa_%s%s", digests[i].curve, digests[i].name);
        else if (kind == EVP_PKEY_RSA)
            snprintf(into, size, "rsa_pkcs1_%s", digests[i].name);
        else if (kind == EVP_PKEY_RSA_PSS)
            snprintf(into, size, "rsa_pss_%s_%s", is_pss_key ? "pss" : "rsae", digests[i].name);
    }
}
#else
static void name_signature(SSL *ssl, char *into, size_t size)
{
    const char *name = NULL;
    if (SSL_get0_peer_signature_name(ssl, &name) == 1 && name)
        snprintf(into, size, "%s", name);
}
#endif

void tls_summary_note_connection(struct tls_summary *summary, SSL *ssl)
{
    X509 *leaf = SSL_get0_peer_certificate(ssl);
    if (leaf)
        tls_summary_note_chain(summary, leaf, NULL);
    /* One that failed half-way has picked it and does not use it yet. */
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    cipher = cipher ? cipher : SSL_get_pending_cipher(ssl);
    if (!cipher)
        return;
    snprintf(summary->version, sizeof summary->version, "%s", SSL_get_version(ssl));
    snprintf(summary->cipher, sizeof summary->cipher, "%s", SSL_CIPHER_get_name(cipher));
    long group = SSL_get_negotiated_group(ssl);
    const char *group_name = group > 0 ? SSL_group_to_name(ssl, (int)group) : NULL;
    snprintf(summary->group, sizeof summary->group, "%s", group_name ? group_name : "");
    const unsigned char *alpn = NULL;
    unsigned alpn_len = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_len);
    snprintf(summary->alpn, sizeof summary->alpn, "%.*s", (int)alpn_len, alpn ? (const char *)alpn : "");
    summary->is_resumed = SSL_session_reused(ssl) == 1;
    name_signature(ssl, summary->sigalg, sizeof summary->sigalg);
}
