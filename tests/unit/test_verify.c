/* tls/verify: a table of certificates, good and bad, and what is said of each. */
#include "tls_sim.h"

#include "base/mem.h"
#include "tls/certificate.h"

#include <openssl/x509v3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    NO_INTERMEDIATE = 1,   /* it is not sent */
    SELF_SIGNED = 2,       /* the leaf is its own issuer */
    UNDER_INTERMEDIATE = 4 /* root - intermediate - leaf */
};

struct row {
    const char *name;
    const char *host; /* NULL: good.test */
    bool is_ip;
    int how;
    struct sim_certificate intermediate;
    struct sim_certificate leaf;
    int x509;          /* the first error; 0: it is accepted */
    const char *words; /* in the message */
    const char *also;  /* this too */
    enum cause cause;  /* where it is not the one of x509 */
};

#define LEAF(...)                                                                                                      \
    {                                                                                                                  \
        .name = "leaf", __VA_ARGS__                                                                                    \
    }
#define CA(...)                                                                                                        \
    {                                                                                                                  \
        .name = "Peel Test Intermediate", .constraints = "critical,CA:TRUE", __VA_ARGS__                               \
    }

static const struct row rows[] = {
    /* Names (RFC 9525, RFC 6125). */
    {.name = "the name", .leaf = LEAF(.san = "DNS:good.test")},
    {.name = "upper case", .leaf = LEAF(.san = "DNS:GOOD.Test")},
    {.name = "trailing dot in the URL", .host = "good.test.", .leaf = LEAF(.san = "DNS:good.test")},
    {.name = "second of two", .leaf = LEAF(.san = "DNS:other.test,DNS:good.test")},
    {.name = "other name",
     .leaf = LEAF(.san = "DNS:other.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "not for good.test but for DNS:other.test"},
    {.name = "parent name", .leaf = LEAF(.san = "DNS:test"), .x509 = X509_V_ERR_HOSTNAME_MISMATCH, .words = "DNS:test"},
    {.name = "name below",
     .leaf = LEAF(.san = "DNS:www.good.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:www.good.test"},
    {.name = "name with a dot in front",
     .leaf = LEAF(.san = "DNS:.good.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "not for good.test"},
    {.name = "many names",
     .leaf = LEAF(.n_sans = 300),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:n7.many.test and 292 more"},
    {.name = "the last of many names", .host = "n299.many.test", .leaf = LEAF(.n_sans = 300)},
    {.name = "common name only",
     .leaf = {.name = "good.test"},
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "no subjectAltName"},
    {.name = "common name beside another SAN",
     .leaf = {.name = "good.test", .san = "DNS:other.test"},
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:other.test"},
    {.name = "mail address only",
     .leaf = LEAF(.san = "email:a@good.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "no subjectAltName that could be good.test"},
    {.name = "NUL in the name",
     .leaf = LEAF(.raw_dns = SLICE_INIT("good.test\0.evil.test")),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:good.test\\x00.evil.test"},
    {.name = "escape in the name",
     .leaf = LEAF(.raw_dns = SLICE_INIT("\x1b[31m\r\n")),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:\\x1b[31m\\x0d\\x0a"},
    /* Wildcards. */
    {.name = "wildcard", .host = "x.a.test", .leaf = LEAF(.san = "DNS:*.a.test")},
    {.name = "wildcard, two labels",
     .host = "x.y.a.test",
     .leaf = LEAF(.san = "DNS:*.a.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:*.a.test"},
    {.name = "wildcard, no label",
     .host = "a.test",
     .leaf = LEAF(.san = "DNS:*.a.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:*.a.test"},
    {.name = "wildcard alone", .leaf = LEAF(.san = "DNS:*"), .x509 = X509_V_ERR_HOSTNAME_MISMATCH, .words = "DNS:*"},
    {.name = "wildcard for a TLD",
     .leaf = LEAF(.san = "DNS:*.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:*.test"},
    {.name = "wildcard in a label",
     .host = "foo.a.test",
     .leaf = LEAF(.san = "DNS:f*.a.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:f*.a.test"},
    {.name = "wildcard behind",
     .host = "a.x.test",
     .leaf = LEAF(.san = "DNS:a.*.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:a.*.test"},
    {.name = "wildcard in an A-label",
     .host = "xn--abc.a.test",
     .leaf = LEAF(.san = "DNS:xn--*.a.test"),
     .x509 = X509_V_ERR_HOSTNAME_MISMATCH,
     .words = "DNS:xn--*.a.test"},
    /* Addresses. */
    {.name = "IPv4", .host = "192.0.2.7", .is_ip = true, .leaf = LEAF(.san = "IP:192.0.2.7")},
    {.name = "IPv6", .host = "2001:db8::7", .is_ip = true, .leaf = LEAF(.san = "IP:2001:db8::7")},
    {.name = "other IPv4",
     .host = "192.0.2.8",
     .is_ip = true,
     .leaf = LEAF(.san = "IP:192.0.2.7,DNS:a.test"),
     .x509 = X509_V_ERR_IP_ADDRESS_MISMATCH,
     .words = "not for the address 192.0.2.8 but for IP:192.0.2.7, DNS:a.test"},
    {.name = "other IPv6",
     .host = "2001:db8::8",
     .is_ip = true,
     .leaf = LEAF(.san = "IP:2001:db8::7"),
     .x509 = X509_V_ERR_IP_ADDRESS_MISMATCH,
     .words = "IP:2001:db8::7"},
    {.name = "address as dNSName",
     .host = "192.0.2.7",
     .is_ip = true,
     .leaf = LEAF(.san = "DNS:192.0.2.7"),
     .x509 = X509_V_ERR_IP_ADDRESS_MISMATCH,
     .words = "DNS:192.0.2.7"},
    {.name = "address as common name",
     .host = "192.0.2.7",
     .is_ip = true,
     .leaf = {.name = "192.0.2.7"},
     .x509 = X509_V_ERR_IP_ADDRESS_MISMATCH,
     .words = "no subjectAltName"},
    {.name = "wildcard for an address",
     .host = "192.0.2.7",
     .is_ip = true,
     .leaf = LEAF(.san = "DNS:*.0.2.7"),
     .x509 = X509_V_ERR_IP_ADDRESS_MISMATCH,
     .words = "DNS:*.0.2.7"},
    /* Dates. */
    {.name = "expired",
     .leaf = LEAF(.san = "DNS:good.test", .from_days = -40, .to_days = -13),
     .x509 = X509_V_ERR_CERT_HAS_EXPIRED,
     .words = "it has expired: ",
     .also = "12 days ago (subject: CN=leaf)"},
    {.name = "expired yesterday",
     .leaf = LEAF(.san = "DNS:good.test", .from_days = -40, .to_days = -2),
     .x509 = X509_V_ERR_CERT_HAS_EXPIRED,
     .words = ", 1 day ago"},
    {.name = "expired today",
     .leaf = LEAF(.san = "DNS:good.test", .from_days = -40, .to_days = -1),
     .x509 = X509_V_ERR_CERT_HAS_EXPIRED,
     .words = " hours ago (subject: CN=leaf)"},
    {.name = "expired intermediate",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.from_days = -40, .to_days = -9),
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_CERT_HAS_EXPIRED,
     .words = "the certificate above it (1, CN=Peel Test Intermediate) has expired: ",
     .also = "8 days ago"},
    {.name = "not yet valid",
     .leaf = LEAF(.san = "DNS:good.test", .from_days = 3, .to_days = 9),
     .x509 = X509_V_ERR_CERT_NOT_YET_VALID,
     .words = "is not yet valid: from ",
     .also = "in 3 days; is the clock right?"},
    /* Issuers. */
    {.name = "intermediate sent",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.to_days = 0),
     .leaf = LEAF(.san = "DNS:good.test")},
    {.name = "intermediate not sent",
     .how = UNDER_INTERMEDIATE | NO_INTERMEDIATE,
     .intermediate = CA(.to_days = 0),
     .leaf = LEAF(.san = "DNS:good.test", .aia = "caIssuers;URI:http://ca.test/i.der"),
     .x509 = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .words =
         "was not sent and is not in the trust store: CN=Peel Test Intermediate (its address: http://ca.test/i.der)",
     .also = "--cacert FILE"},
    {.name = "no AIA for issuers",
     .how = UNDER_INTERMEDIATE | NO_INTERMEDIATE,
     .intermediate = CA(.to_days = 0),
     .leaf = LEAF(.san = "DNS:good.test", .aia = "OCSP;URI:http://ocsp.test/"),
     .x509 = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .words = "trust store: CN=Peel Test Intermediate; the server"},
    {.name = "self-signed",
     .how = SELF_SIGNED,
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     .words = "it is self-signed (subject: CN=leaf)",
     .also = "--cacert FILE"},
    {.name = "three faults at once",
     .how = UNDER_INTERMEDIATE | NO_INTERMEDIATE,
     .intermediate = CA(.to_days = 0),
     .leaf = LEAF(.san = "DNS:other.test", .from_days = -40, .to_days = -9),
     .x509 = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .words = "; also, it is not for good.test but for",
     .also = "; also, it has expired"},
    {.name = "control bytes in the subject",
     .how = SELF_SIGNED,
     .leaf = {.name = "\x1b[31m\r\n\xe2\x80\xae", .san = "DNS:good.test"},
     .x509 = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     .words = "CN=\\1B[31m\\0D\\0A\\xe2\\x80\\xae)"},
    /* What a certificate may be used for. */
    {.name = "intermediate is no CA",
     .how = UNDER_INTERMEDIATE,
     .intermediate = {.name = "Leaf as CA", .constraints = "CA:FALSE"},
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_INVALID_CA,
     .words = "(1, CN=Leaf as CA) is no CA"},
    {.name = "for clients only",
     .leaf = LEAF(.san = "DNS:good.test", .extended_key_usage = "clientAuth"),
     .x509 = X509_V_ERR_INVALID_PURPOSE,
     .words = "not made for this purpose"},
    {.name = "intermediate for clients only",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.extended_key_usage = "clientAuth"),
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_INVALID_PURPOSE,
     .words = "signing the certificates of TLS servers",
     .cause = CAUSE_NOT_A_CA},
    {.name = "for servers", .leaf = LEAF(.san = "DNS:good.test", .extended_key_usage = "serverAuth")},
    {.name = "name constraint kept",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.name_constraints = "critical,permitted;DNS:good.test"),
     .leaf = LEAF(.san = "DNS:good.test")},
    {.name = "outside the permitted subtree",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.name_constraints = "critical,permitted;DNS:other.test"),
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_PERMITTED_VIOLATION,
     .words = "name constraint, outside the permitted subtree"},
    {.name = "inside an excluded subtree",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.name_constraints = "critical,excluded;DNS:good.test"),
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_EXCLUDED_VIOLATION,
     .words = "name constraint, inside an excluded subtree"},
    /* Strength, at security level 2. */
    {.name = "RSA 2048", .leaf = LEAF(.san = "DNS:good.test", .rsa_bits = 2048)},
    {.name = "RSA 1024",
     .leaf = LEAF(.san = "DNS:good.test", .rsa_bits = 1024),
     .x509 = X509_V_ERR_EE_KEY_TOO_SMALL,
     .words = "it has a key that is too weak (1024 bits)"},
    {.name = "intermediate with RSA 1024",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.rsa_bits = 1024),
     .leaf = LEAF(.san = "DNS:good.test"),
     .x509 = X509_V_ERR_CA_KEY_TOO_SMALL,
     .words = "(1024 bits)"},
    {.name = "SHA-1",
     .how = UNDER_INTERMEDIATE,
     .intermediate = CA(.rsa_bits = 2048),
     .leaf = LEAF(.san = "DNS:good.test", .digest = "SHA1"),
     .x509 = X509_V_ERR_CA_MD_TOO_WEAK,
     .words = "signed with a digest that is too weak (SHA1)"},
};

struct made {
    struct sim_identity intermediate, leaf;
    SSL_CTX *server;
};

static struct made made_of(const struct row *row, const struct sim_identity *root)
{
    struct made made = {0};
    bool is_under = (row->how & UNDER_INTERMEDIATE) != 0;
    if (is_under)
        made.intermediate = sim_identity_make(&row->intermediate, root);
    const struct sim_identity *issuer = is_under ? &made.intermediate : root;
    made.leaf = sim_identity_make(&row->leaf, (row->how & SELF_SIGNED) != 0 ? NULL : issuer);
    made.server = sim_server(&made.leaf);
    if (is_under && (row->how & NO_INTERMEDIATE) == 0)
        SSL_CTX_add1_chain_cert(made.server, made.intermediate.certificate);
    return made;
}

static void made_done(struct made *made)
{
    SSL_CTX_free(made->server);
    sim_identity_free(&made->leaf);
    sim_identity_free(&made->intermediate);
}

/* What a user is told as the cause of the first fault; a second one may be worse. */
static enum cause cause_wanted(const struct row *row)
{
    static const struct {
        int x509;
        enum cause cause;
    } causes[] = {
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CAUSE_SELF_SIGNED},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CAUSE_UNKNOWN_AUTHORITY},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CAUSE_MISSING_ISSUER},
        {X509_V_ERR_CERT_HAS_EXPIRED, CAUSE_EXPIRED},
        {X509_V_ERR_CERT_NOT_YET_VALID, CAUSE_NOT_YET_VALID},
        {X509_V_ERR_INVALID_CA, CAUSE_NOT_A_CA},
        {X509_V_ERR_PATH_LENGTH_EXCEEDED, CAUSE_CHAIN_TOO_LONG},
        {X509_V_ERR_PERMITTED_VIOLATION, CAUSE_NAME_CONSTRAINT},
        {X509_V_ERR_EXCLUDED_VIOLATION, CAUSE_NAME_CONSTRAINT},
        {X509_V_ERR_INVALID_PURPOSE, CAUSE_WRONG_PURPOSE},
        {X509_V_ERR_EE_KEY_TOO_SMALL, CAUSE_WEAK_CERTIFICATE},
        {X509_V_ERR_CA_KEY_TOO_SMALL, CAUSE_WEAK_CERTIFICATE},
        {X509_V_ERR_CA_MD_TOO_WEAK, CAUSE_WEAK_CERTIFICATE},
    };
    if (row->cause != CAUSE_NONE)
        return row->cause;
    bool has_names = strstr(row->words, "no subjectAltName") == NULL;
    if (row->x509 == X509_V_ERR_HOSTNAME_MISMATCH || row->x509 == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return has_names ? CAUSE_WRONG_NAME : CAUSE_NO_NAMES;
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].x509 == row->x509)
            return causes[i].cause;
    return CAUSE_BAD_CERTIFICATE;
}

static void check_refused(const struct row *row, struct sim *sim)
{
    const struct error *err = tls_engine_error(sim->client);
    if (sim->status != TLS_FAILED || err->code != PEEL_PEER_FAILED_VERIFICATION || !strstr(err->text, row->words) ||
        (row->also && !strstr(err->text, row->also)) || tls_engine_verify_result(sim->client) != row->x509)
        fail_msg("%s: status %d, x509 %ld, (%d) '%s'; wanted %d '%s' '%s'", row->name, (int)sim->status,
                 tls_engine_verify_result(sim->client), (int)err->code, err->text, row->x509, row->words,
                 row->also ? row->also : "");
    assert_true(strlen(err->text) <= 900);
    assert_int_equal(err->cause, cause_wanted(row));
    assert_non_null(strstr(err->text, "certificate of "));
    assert_non_null(strstr(err->text, ":443: "));
    assert_null(strstr(err->text, "-k"));
    assert_null(strstr(err->text, "insecure"));
    assert_int_equal(sim->server_got.len, 0);
    for (const char *p = err->text; *p; p++)
        assert_false((unsigned char)*p < 0x20);
}

static void every_certificate_gets_its_verdict(void **state)
{
    struct sim_pki *pki = *state;
    struct tls_context *strict = sim_client(&(struct tls_settings){0}, &pki->root);
    struct tls_context *insecure = sim_client(&(struct tls_settings){.insecure = true}, &pki->root);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct made made = made_of(row, &pki->root);
        struct tls_peer peer = {.host = row->host ? row->host : "good.test", .is_ip = row->is_ip, .port = 443};
        struct sim sim;
        sim_start(&sim, strict, made.server, &peer, NULL);
        sim_run(&sim);
        if (row->x509 != 0)
            check_refused(row, &sim);
        else if (sim.status != TLS_CLOSED)
            fail_msg("%s: %s", row->name, tls_engine_error(sim.client)->text);
        sim_done(&sim);
        /* With -k each is accepted, and the verdict is there all the same. */
        sim_start(&sim, insecure, made.server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, TLS_CLOSED);
        assert_int_equal(tls_engine_verify_result(sim.client), row->x509);
        sim_done(&sim);
        made_done(&made);
    }
    tls_context_free(strict);
    tls_context_free(insecure);
}

/* root - CA that allows none below - CA - leaf */
static void path_length_is_kept(void **state)
{
    struct sim_pki *pki = *state;
    struct sim_identity upper = sim_identity_make(
        &(struct sim_certificate){.name = "Upper", .constraints = "critical,CA:TRUE,pathlen:0"}, &pki->root);
    struct sim_identity lower =
        sim_identity_make(&(struct sim_certificate){.name = "Lower", .constraints = "critical,CA:TRUE"}, &upper);
    struct sim_identity leaf =
        sim_identity_make(&(struct sim_certificate){.name = "leaf", .san = "DNS:good.test"}, &lower);
    SSL_CTX *server = sim_server(&leaf);
    SSL_CTX_add1_chain_cert(server, lower.certificate);
    SSL_CTX_add1_chain_cert(server, upper.certificate);
    struct tls_context *client = sim_client(&(struct tls_settings){0}, &pki->root);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    check_refused(&(struct row){.name = "path length",
                                .x509 = X509_V_ERR_PATH_LENGTH_EXCEEDED,
                                .words = "(2, CN=Upper) allows fewer"},
                  &sim);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    sim_identity_free(&leaf);
    sim_identity_free(&lower);
    sim_identity_free(&upper);
}

/* More CAs above each other than OpenSSL goes up: it ends, and says so. */
static void a_chain_without_end(void **state)
{
    struct sim_pki *pki = *state;
    enum {
        DEPTH = 120
    };
    static struct sim_identity chain[DEPTH];
    for (size_t i = 0; i < DEPTH; i++) {
        char *name = mem_printf("CA %zu", i);
        chain[i] = sim_identity_make(&(struct sim_certificate){.name = name, .constraints = "critical,CA:TRUE"},
                                     i ? &chain[i - 1] : &pki->root);
        mem_free(name);
    }
    struct sim_identity leaf =
        sim_identity_make(&(struct sim_certificate){.name = "leaf", .san = "DNS:good.test"}, &chain[DEPTH - 1]);
    SSL_CTX *server = sim_server(&leaf);
    for (size_t i = DEPTH; i-- > 0;)
        SSL_CTX_add1_chain_cert(server, chain[i].certificate);
    struct tls_context *client = sim_client(&(struct tls_settings){0}, &pki->root);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_FAILED);
    assert_int_equal(tls_engine_error(sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
    if (!strstr(tls_engine_error(sim.client)->text, "chain too long"))
        fail_msg("%s", tls_engine_error(sim.client)->text);
    assert_true(strlen(tls_engine_error(sim.client)->text) <= 900);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    sim_identity_free(&leaf);
    for (size_t i = 0; i < DEPTH; i++)
        sim_identity_free(&chain[i]);
}

static void a_chain_that_ends_in_an_unknown_root(void **state)
{
    struct sim_pki *pki = *state;
    SSL_CTX *server = sim_server(&pki->leaf);
    SSL_CTX_add1_chain_cert(server, pki->root.certificate);
    struct tls_context *client = sim_client(&(struct tls_settings){0}, NULL);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    check_refused(
        &(struct row){
            .name = "unknown root",
            .x509 = X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            .words =
                "its chain ends in a self-signed certificate that is not trusted here (subject: CN=Peel Test Root)"},
        &sim);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
}

static void a_trusted_leaf_or_intermediate_is_an_anchor(void **state)
{
    struct sim_pki *pki = *state;
    SSL_CTX *server = sim_server(&pki->leaf);
    struct tls_context *client = sim_client(&(struct tls_settings){0}, &pki->leaf);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_CLOSED);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
}

static void names_and_times_that_are_odd(void **state)
{
    (void)state;
    struct sim_identity odd = sim_identity_make(&(struct sim_certificate){.name = "odd"}, NULL);
    X509_NAME *name = X509_get_subject_name(odd.certificate);
    for (int i = 0; i < 20; i++)
        X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"A long name of an organisation",
                                   -1, -1, 0);
    char text[64];
    tls_certificate_name(name, text, sizeof text);
    assert_int_equal(strlen(text), sizeof text - 1);
    ASN1_TIME *time = ASN1_TIME_new();
    ASN1_STRING_set(time, "nonsense", 8);
    assert_string_equal(tls_certificate_time(time, text, sizeof text), "?");
    int64_t seconds = 1;
    assert_false(tls_certificate_seconds(time, &seconds));
    X509_set1_notAfter(odd.certificate, time);
    struct tls_certificate filled;
    tls_certificate_fill(odd.certificate, &filled);
    assert_int_equal(filled.left_s, 0);
    ASN1_TIME_free(time);
    /* An address of five bytes. */
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *address = GENERAL_NAME_new();
    ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(bytes, (const unsigned char *)"\1\2\3\4\5", 5);
    GENERAL_NAME_set0_value(address, GEN_IPADD, bytes);
    sk_GENERAL_NAME_push(names, address);
    X509_add1_ext_i2d(odd.certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    GENERAL_NAMES_free(names);
    struct tls_names found = tls_names_of(odd.certificate);
    assert_int_equal(found.n, 1);
    assert_string_equal(found.list[0], "IP:?\\x01\\x02\\x03\\x04\\x05");
    tls_names_done(&found);
    sim_identity_free(&odd);
}

static int set_up(void **state)
{
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    struct sim_pki *pki = mem_alloc(sizeof *pki);
    *pki = sim_pki_make();
    *state = pki;
    return 0;
}

static int tear_down(void **state)
{
    sim_pki_free(*state);
    mem_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_certificate_gets_its_verdict),
        cmocka_unit_test(path_length_is_kept),
        cmocka_unit_test(a_chain_without_end),
        cmocka_unit_test(a_chain_that_ends_in_an_unknown_root),
        cmocka_unit_test(a_trusted_leaf_or_intermediate_is_an_anchor),
        cmocka_unit_test(names_and_times_that_are_odd),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
