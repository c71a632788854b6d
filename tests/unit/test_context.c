/* tls/context, tls/trust, tls/credentials: what the files and variables of the user do. */
#include "tls_sim.h"

#include "base/mem.h"
#include "tls/facts.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder with every file that the tables below name. */
struct files {
    char folder[64];
    int back; /* to the folder we came from */
    struct sim_pki pki;
    struct sim_pki other;    /* trusted by nobody */
    struct sim_identity rsa; /* for good.test too: TLS 1.0 and 1.1 know no Ed25519 */
};

static FILE *create(const char *name)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    return file;
}

static void write_text(const char *name, const char *text)
{
    FILE *file = create(name);
    fputs(text, file);
    fclose(file);
}

static void write_pem(const char *name, X509 *first, X509 *second, EVP_PKEY *key, const char *pass)
{
    FILE *file = create(name);
    if (first)
        PEM_write_X509(file, first);
    if (second)
        PEM_write_X509(file, second);
    const EVP_CIPHER *cipher = pass ? EVP_aes_128_cbc() : NULL;
    if (key)
        PEM_write_PKCS8PrivateKey(file, key, cipher, pass, pass ? (int)strlen(pass) : 0, NULL, NULL);
    fclose(file);
}

static void write_p12(const char *name, const struct sim_identity *own, X509 *above, EVP_PKEY *key, const char *pass)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    sk_X509_push(chain, above);
    PKCS12 *container = PKCS12_create(pass, "me", key, own->certificate, chain, 0, 0, 0, 0, 0);
    FILE *file = create(name);
    i2d_PKCS12_fp(file, container);
    fclose(file);
    PKCS12_free(container);
    sk_X509_free(chain);
}

/* DIR/HASH.0 -> NAME, as c_rehash does it. */
static void hash_link(const char *directory, const char *target, X509 *certificate, unsigned number)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%08lx.%u", directory,
             X509_NAME_hash_ex(X509_get_subject_name(certificate), NULL, NULL, NULL), number);
    assert_int_equal(symlink(target, path), 0);
}

static void write_trust(const struct files *files)
{
    X509 *root = files->pki.root.certificate;
    X509 *other = files->other.root.certificate;
    write_pem("ca.pem", root, NULL, NULL, NULL);
    write_pem("other.pem", other, NULL, NULL, NULL);
    write_pem("both.pem", other, root, NULL, NULL);
    write_text("empty.pem", "");
    write_text("garbage.pem", "no certificate\n");
    write_text("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    static const char *const folders[] = {"certs", "others", "nothing", "absolute"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(folders[i], 0700), 0);
    write_pem("certs/Other_Root.pem", other, NULL, NULL, NULL);
    write_pem("certs/Test_Root.pem", root, NULL, NULL, NULL);
    /* Both roots have one name, hence one hash: the right one is the second. */
    hash_link("certs", "Other_Root.pem", root, 0);
    hash_link("certs", "Test_Root.pem", root, 1);
    hash_link("others", "../other.pem", other, 0);
    hash_link("absolute", "../ca.pem", root, 0);
}

static void write_credentials(const struct files *files)
{
    const struct sim_identity *leaf = &files->pki.leaf;
    X509 *root = files->pki.root.certificate;
    write_pem("cert.pem", leaf->certificate, root, NULL, NULL);
    write_pem("key.pem", NULL, NULL, leaf->key, NULL);
    write_pem("locked.pem", NULL, NULL, leaf->key, "sesame");
    write_pem("all.pem", leaf->certificate, root, leaf->key, NULL);
    write_pem("all-locked.pem", leaf->certificate, NULL, leaf->key, "sesame");
    write_pem("other-key.pem", NULL, NULL, files->other.leaf.key, NULL);
    write_p12("me.p12", leaf, root, leaf->key, "sesame");
    write_p12("keyless.p12", leaf, root, NULL, "sesame");
    struct sim_identity weak = sim_identity_make(&(struct sim_certificate){.name = "weak", .rsa_bits = 1024}, NULL);
    write_pem("weak.pem", weak.certificate, NULL, weak.key, NULL);
    write_p12("weak.p12", &weak, root, weak.key, "sesame");
    sim_identity_free(&weak);
    FILE *file = create("cert.der");
    i2d_X509_fp(file, leaf->certificate);
    fclose(file);
    file = create("key.der");
    i2d_PrivateKey_fp(file, leaf->key);
    fclose(file);
}

static void clear_environment(void)
{
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
}

static int set_up(void **state)
{
    struct files *files = mem_alloc(sizeof *files);
    clear_environment();
    files->pki = sim_pki_make();
    files->other = sim_pki_make();
    files->rsa = sim_identity_make(
        &(struct sim_certificate){.name = "good.test", .san = "DNS:good.test", .rsa_bits = 2048}, &files->pki.root);
    snprintf(files->folder, sizeof files->folder, "%s", "/tmp/peel-test-XXXXXX");
    if (!mkdtemp(files->folder))
        return -1;
    files->back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (chdir(files->folder) != 0)
        return -1;
    write_trust(files);
    write_credentials(files);
    *state = files;
    return 0;
}

static int tear_down(void **state)
{
    struct files *files = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", files->folder);
    bool is_gone = fchdir(files->back) == 0 && system(command) == 0;
    close(files->back);
    sim_pki_free(&files->pki);
    sim_pki_free(&files->other);
    sim_identity_free(&files->rsa);
    mem_free(files);
    return is_gone ? 0 : -1;
}

static void credentials_are_used_or_told_why_not(void **state)
{
    (void)state;
    static const struct {
        const char *cert, *type, *key, *key_type, *pass;
        const char *words; /* NULL: it works */
    } rows[] = {
        {"cert.pem", NULL, "key.pem", NULL, NULL, NULL},
        {"all.pem", "PEM", NULL, NULL, NULL, NULL},
        {"all.pem", "pem", NULL, NULL, "not needed", NULL},
        {"all-locked.pem", NULL, NULL, NULL, "sesame", NULL},
        {"cert.pem", NULL, "locked.pem", NULL, "sesame", NULL},
        {"cert.der", "DER", "key.der", "DER", NULL, NULL},
        {"cert.der", "DER", "key.pem", NULL, NULL, NULL},
        {"me.p12", "P12", NULL, NULL, "sesame", NULL},
        {"me.p12", "P12", "key.pem", NULL, "sesame", NULL},
        {"keyless.p12", "P12", "key.pem", NULL, "sesame", NULL},
        {"missing.pem", NULL, NULL, NULL, NULL, "client certificate missing.pem: No such file or directory"},
        {"certs", NULL, NULL, NULL, NULL, "client certificate certs: Is a directory"},
        {"garbage.pem", NULL, NULL, NULL, NULL, "client certificate garbage.pem: no certificate in it"},
        {"cert.pem", "DER", NULL, NULL, NULL, "client certificate cert.pem: no certificate in it"},
        {"weak.pem", NULL, NULL, NULL, NULL, "client certificate weak.pem: ee key too small"},
        {"weak.p12", "P12", NULL, NULL, "sesame", "client certificate weak.p12: ee key too small"},
        {"cert.pem", NULL, NULL, NULL, NULL, "private key cert.pem: no private key in it"},
        {"cert.pem", NULL, "missing.key", NULL, NULL, "private key missing.key: No such file or directory"},
        {"cert.pem", NULL, "other-key.pem", NULL, NULL,
         "private key other-key.pem: it is the key of another certificate"},
        {"me.p12", "P12", "other-key.pem", NULL, "sesame",
         "private key other-key.pem: it is the key of another certificate"},
        {"cert.pem", NULL, "locked.pem", NULL, "wrong", "private key locked.pem: wrong pass phrase"},
        {"cert.pem", NULL, "locked.pem", NULL, NULL,
         "private key locked.pem: it is encrypted, and no pass phrase was given (--pass)"},
        {"cert.pem", NULL, "key.pem", "DER", NULL, "private key key.pem: no private key in it"},
        {"me.p12", "P12", NULL, NULL, "wrong", "client certificate me.p12: wrong pass phrase"},
        {"me.p12", "P12", NULL, NULL, NULL, "client certificate me.p12: it is encrypted"},
        {"cert.pem", "P12", NULL, NULL, NULL, "client certificate cert.pem: no PKCS #12 container"},
        {"missing.p12", "P12", NULL, NULL, NULL, "client certificate missing.p12: No such file"},
        {"keyless.p12", "P12", NULL, NULL, "sesame", "private key keyless.p12: no private key in it"},
        {NULL, NULL, "key.pem", NULL, NULL, "private key key.pem: a key needs its certificate"},
        {"cert.pem", "ENG", NULL, NULL, NULL, "certificate type ENG: not known"},
        {"cert.pem", NULL, "key.pem", "P12", NULL, "key type P12: not known"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_settings settings = {.cert = (char *)rows[i].cert,
                                        .cert_type = (char *)rows[i].type,
                                        .key = (char *)rows[i].key,
                                        .key_type = (char *)rows[i].key_type,
                                        .pass = (char *)rows[i].pass};
        struct error err = {0};
        struct tls_context *context = tls_context_new(&settings, &err);
        if (!context != (rows[i].words != NULL) || (rows[i].words && !strstr(err.text, rows[i].words)))
            fail_msg("row %zu: (%d) '%s', wanted '%s'", i, (int)err.code, err.text, rows[i].words ? rows[i].words : "");
        assert_int_equal(err.code, rows[i].words ? PEEL_SSL_CERTPROBLEM : PEEL_OK);
        tls_context_free(context);
    }
}

static void a_server_sees_the_whole_client_chain(void **state)
{
    struct files *files = *state;
    static const char *const certs[][2] = {{"all.pem", NULL}, {"me.p12", "P12"}};
    for (size_t i = 0; i < 2; i++) {
        struct tls_settings settings = {.cert = (char *)certs[i][0],
                                        .cert_type = (char *)certs[i][1],
                                        .pass = (char[]){"sesame"},
                                        .cacert = (char[]){"ca.pem"}};
        struct error err = {0};
        struct tls_context *client = tls_context_new(&settings, &err);
        assert_non_null(client);
        SSL_CTX *server = sim_server(&files->pki.leaf);
        SSL_CTX_set_verify(server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(server), files->pki.root.certificate);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, TLS_CLOSED);
        assert_int_equal(sk_X509_num(SSL_get_peer_cert_chain(sim.server)), 1);
        sim_done(&sim);
        SSL_CTX_free(server);
        tls_context_free(client);
    }
}

static void versions_ciphers_and_curves(void **state)
{
    (void)state;
    const struct {
        struct tls_settings settings;
        enum peel_code code;
        const char *words;
    } rows[] = {
        {{.version_min = TLS_VERSION_1_2}, PEEL_OK, ""},
        {{.version_min = TLS_VERSION_1_3}, PEEL_OK, ""},
        {{.version_max = TLS_VERSION_1_2}, PEEL_OK, ""},
        {{.version_min = TLS_VERSION_1_3, .version_max = TLS_VERSION_1_2}, PEEL_SSL_CONNECT_ERROR, "--tls-max"},
        {{.ciphers = (char[]){"ECDHE-RSA-AES128-GCM-SHA256"}}, PEEL_OK, ""},
        {{.ciphers = (char[]){"NO-SUCH"}}, PEEL_SSL_CIPHER, "--ciphers 'NO-SUCH'"},
        {{.tls13_ciphers = (char[]){"TLS_AES_128_GCM_SHA256"}}, PEEL_OK, ""},
        {{.tls13_ciphers = (char[]){"NO\x1bSUCH"}}, PEEL_SSL_CIPHER, "--tls13-ciphers 'NO\\x1bSUCH'"},
        {{.curves = (char[]){"P-256:X25519"}}, PEEL_OK, ""},
        {{.curves = (char[]){"P-257"}}, PEEL_SSL_CIPHER, "--curves 'P-257'"},
        {{.sigalgs = (char[]){"ECDSA+SHA256:ed25519"}}, PEEL_OK, ""},
        {{.sigalgs = (char[]){"RSA+NONE"}}, PEEL_SSL_CIPHER, "--sigalgs 'RSA+NONE'"},
        {{.version_max = TLS_VERSION_1_0}, PEEL_OK, ""},
        {{.version_min = TLS_VERSION_1_2, .version_max = TLS_VERSION_1_1}, PEEL_SSL_CONNECT_ERROR, "--tls-max"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct tls_context *context = tls_context_new(&rows[i].settings, &err);
        assert_int_equal(err.code, rows[i].code);
        assert_non_null(strstr(err.text, rows[i].words));
        assert_int_equal(!context, rows[i].code != PEEL_OK);
        tls_context_free(context);
    }
    assert_true(strncmp(tls_library_version(), "OpenSSL/3.", 10) == 0);
}

static void versions_are_kept_to(void **state)
{
    struct files *files = *state;
    static const struct {
        struct tls_settings settings;
        int server;
        const char *words; /* NULL: it works */
    } rows[] = {
        {{0},
         TLS1_1_VERSION,
         "alert protocol_version (70): it may know only older versions; offered: TLS 1.2 and TLS 1.3"},
        {{0}, TLS1_2_VERSION, NULL},
        {{0}, TLS1_3_VERSION, NULL},
        {{.version_min = TLS_VERSION_1_3}, TLS1_2_VERSION, "offered: TLS 1.3, "},
        {{.version_max = TLS_VERSION_1_2}, TLS1_3_VERSION, "offered: TLS 1.2, "},
        {{0}, TLS1_VERSION, "offered: TLS 1.2 and TLS 1.3, "},
        {{.version_min = TLS_VERSION_1_1}, TLS1_VERSION, "offered: TLS 1.1 to TLS 1.3, "},
        {{.version_min = TLS_VERSION_1_1}, TLS1_1_VERSION, NULL},
        {{.version_min = TLS_VERSION_1_0}, TLS1_VERSION, NULL},
        {{.version_min = TLS_VERSION_1_0}, TLS1_3_VERSION, NULL},
        {{.version_max = TLS_VERSION_1_1}, TLS1_VERSION, NULL},
        {{.version_max = TLS_VERSION_1_0}, TLS1_1_VERSION, "offered: TLS 1.0, "},
        {{.version_max = TLS_VERSION_1_1}, TLS1_2_VERSION, "offered: TLS 1.0 and TLS 1.1, "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_context *client = sim_client(&rows[i].settings, &files->pki.root);
        SSL_CTX *server = sim_server(&files->rsa);
        SSL_CTX_set_min_proto_version(server, rows[i].server);
        SSL_CTX_set_max_proto_version(server, rows[i].server);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, rows[i].words ? TLS_FAILED : TLS_CLOSED);
        const char *text = tls_engine_error(sim.client)->text;
        if (rows[i].words && !strstr(text, rows[i].words))
            fail_msg("row %zu: '%s', wanted '%s'", i, text, rows[i].words);
        sim_done(&sim);
        SSL_CTX_free(server);
        tls_context_free(client);
    }
}

/* --tlsv1.0 allows old versions, not weak certificates and not SHA-1 in newer versions. */
static void old_versions_weaken_nothing_else(void **state)
{
    struct files *files = *state;
    struct tls_settings settings = {.version_min = TLS_VERSION_1_0};
    struct tls_context *client = sim_client(&settings, &files->pki.root);
    struct sim_identity weak = sim_identity_make(
        &(struct sim_certificate){.name = "weak", .san = "DNS:good.test", .rsa_bits = 1024}, &files->pki.root);
    for (int i = 0; i < 2; i++) {
        SSL_CTX *server = sim_server(i == 0 ? &weak : &files->rsa);
        SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
        SSL_CTX_set1_sigalgs_list(server, i == 0 ? "RSA+SHA256" : "RSA+SHA1");
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, TLS_FAILED);
        assert_int_equal(tls_engine_error(sim.client)->code,
                         i == 0 ? PEEL_PEER_FAILED_VERIFICATION : PEEL_SSL_CONNECT_ERROR);
        assert_non_null(strstr(tls_engine_error(sim.client)->text, i == 0 ? "too weak (1024 bits)" : "alert"));
        sim_done(&sim);
        SSL_CTX_free(server);
    }
    sim_identity_free(&weak);
    tls_context_free(client);
}

static void signature_algorithms_are_kept_to(void **state)
{
    struct files *files = *state;
    static const struct {
        const char *client;
        bool is_good;
    } rows[] = {{"rsa_pss_rsae_sha256", true}, {"RSA-PSS+SHA384:ed25519", true}, {"ed25519", false}};
    SSL_CTX *server = sim_server(&files->rsa);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_settings settings = {.sigalgs = (char *)rows[i].client};
        struct tls_context *client = sim_client(&settings, &files->pki.root);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, rows[i].is_good ? TLS_CLOSED : TLS_FAILED);
        sim_done(&sim);
        tls_context_free(client);
    }
    SSL_CTX_free(server);
}

/* What the trace says of trust. */
struct trust_seen {
    char offer[300];
    char anchor[300];
};

static void on_trust(void *ctx, const struct trace_event *event)
{
    struct trust_seen *seen = ctx;
    if (event->kind == TRACE_TLS_OFFER)
        snprintf(seen->offer, sizeof seen->offer, "%s", ((const struct tls_offer *)event->data)->trust);
    else
        snprintf(seen->anchor, sizeof seen->anchor, "%s", ((const struct tls_verdict *)event->data)->trust);
}

static const struct trust_row {
    const char *cacert, *capath;           /* options */
    const char *bundle, *directory, *file; /* variables */
    struct tls_trust_system system;
    bool is_insecure;
    bool is_native;      /* --ca-native */
    const char *problem; /* of the context: PEEL_SSL_CACERT_BADFILE */
    const char *offer;   /* NULL with a problem */
    const char *anchor;  /* NULL: the certificate is refused */
} trust_rows[] = {
    /* The system's store: the directory, then the bundle. */
    {.system = {"certs", "other.pem"}, .offer = "certs (system store)", .anchor = "certs/Test_Root.pem (system store)"},
    {.system = {"others", "both.pem"}, .offer = "others (system store)", .anchor = "both.pem (system store)"},
    {.system = {"missing", "ca.pem"}, .offer = "missing (system store)", .anchor = "ca.pem (system store)"},
    {.system = {"nothing", "missing"}, .offer = "nothing (system store)"},
    {.system = {"others", "other.pem"}, .offer = "others (system store)"},
    {.system = {"absolute", "other.pem"}, .offer = "absolute (system store)", .anchor = "absolute/"},
    /* Options. A file is all there is; a directory has the system's bundle behind it. */
    {.cacert = "ca.pem",
     .system = {"others", "other.pem"},
     .offer = "ca.pem (--cacert)",
     .anchor = "ca.pem (--cacert)"},
    {.cacert = "both.pem",
     .system = {"others", "other.pem"},
     .offer = "both.pem (--cacert)",
     .anchor = "both.pem (--cacert)"},
    {.cacert = "other.pem", .system = {"certs", "ca.pem"}, .offer = "other.pem (--cacert)"},
    {.capath = "certs",
     .system = {"others", "other.pem"},
     .offer = "certs (--capath)",
     .anchor = "certs/Test_Root.pem (--capath)"},
    {.capath = "nothing",
     .system = {"certs", "ca.pem"},
     .offer = "nothing (--capath)",
     .anchor = "ca.pem (system store)"},
    {.capath = "missing", .system = {"certs", "other.pem"}, .offer = "missing (--capath)"},
    {.cacert = "weak.pem",
     .capath = "certs",
     .system = {"others", "other.pem"},
     .offer = "weak.pem (--cacert), certs (--capath)",
     .anchor = "certs/Test_Root.pem (--capath)"},
    /* Variables, in curl's order, and only without those options. */
    {.bundle = "ca.pem",
     .directory = "others",
     .file = "missing",
     .system = {"others", "other.pem"},
     .offer = "ca.pem (CURL_CA_BUNDLE)",
     .anchor = "ca.pem (CURL_CA_BUNDLE)"},
    {.bundle = "other.pem",
     .directory = "certs",
     .file = "ca.pem",
     .system = {"certs", "ca.pem"},
     .offer = "other.pem (CURL_CA_BUNDLE)"},
    {.bundle = "",
     .file = "ca.pem",
     .system = {"others", "other.pem"},
     .offer = "ca.pem (SSL_CERT_FILE)",
     .anchor = "ca.pem (SSL_CERT_FILE)"},
    {.file = "other.pem", .system = {"certs", "ca.pem"}, .offer = "other.pem (SSL_CERT_FILE)"},
    {.directory = "certs",
     .system = {"others", "other.pem"},
     .offer = "certs (SSL_CERT_DIR)",
     .anchor = "certs/Test_Root.pem (SSL_CERT_DIR)"},
    {.directory = "others",
     .file = "ca.pem",
     .system = {"others", "other.pem"},
     .offer = "ca.pem (SSL_CERT_FILE), others (SSL_CERT_DIR)",
     .anchor = "ca.pem (SSL_CERT_FILE)"},
    {.cacert = "ca.pem",
     .bundle = "missing",
     .directory = "others",
     .file = "missing",
     .system = {"others", "other.pem"},
     .offer = "ca.pem (--cacert)",
     .anchor = "ca.pem (--cacert)"},
    {.capath = "certs",
     .bundle = "missing",
     .system = {"others", "other.pem"},
     .offer = "certs (--capath)",
     .anchor = "certs/Test_Root.pem (--capath)"},
    /* --ca-native: the system's beside what options name, and before the variables. */
    {.cacert = "weak.pem",
     .is_native = true,
     .system = {"certs", "other.pem"},
     .offer = "weak.pem (--cacert), certs (system store)",
     .anchor = "certs/Test_Root.pem (system store)"},
    /* Of two with one name OpenSSL does not look for the second in a directory; the bundle has it. */
    {.cacert = "other.pem",
     .is_native = true,
     .system = {"certs", "both.pem"},
     .offer = "other.pem (--cacert), certs (system store)",
     .anchor = "certs/Test_Root.pem (system store)"},
    {.cacert = "other.pem",
     .is_native = true,
     .system = {"nothing", "ca.pem"},
     .offer = "other.pem (--cacert), nothing (system store)",
     .anchor = "ca.pem (system store)"},
    {.cacert = "both.pem",
     .is_native = true,
     .system = {"nothing", "ca.pem"},
     .offer = "both.pem (--cacert), nothing (system store)",
     .anchor = "both.pem (--cacert)"},
    {.cacert = "other.pem",
     .is_native = true,
     .system = {"others", "other.pem"},
     .offer = "other.pem (--cacert), others (system store)"},
    {.cacert = "weak.pem",
     .capath = "nothing",
     .is_native = true,
     .system = {"certs", "other.pem"},
     .offer = "weak.pem (--cacert), nothing (--capath), certs (system store)",
     .anchor = "certs/Test_Root.pem (system store)"},
    {.capath = "others",
     .is_native = true,
     .system = {"certs", "both.pem"},
     .offer = "others (--capath), certs (system store)",
     .anchor = "certs/Test_Root.pem (system store)"},
    {.bundle = "other.pem",
     .file = "missing.pem",
     .is_native = true,
     .system = {"certs", "other.pem"},
     .offer = "certs (system store)",
     .anchor = "certs/Test_Root.pem (system store)"},
    {.bundle = "ca.pem", .is_native = true, .system = {"others", "other.pem"}, .offer = "others (system store)"},
    {.cacert = "missing.pem",
     .is_native = true,
     .problem = "CA file missing.pem (--cacert): No such file or directory"},
    /* Files that cannot be used. */
    {.cacert = "missing.pem", .problem = "CA file missing.pem (--cacert): No such file or directory"},
    {.cacert = "certs", .problem = "CA file certs (--cacert): Is a directory"},
    {.cacert = "empty.pem", .problem = "CA file empty.pem (--cacert): no certificate in it"},
    {.cacert = "garbage.pem", .problem = "CA file garbage.pem (--cacert): no certificate in it"},
    {.cacert = "cut.pem", .problem = "CA file cut.pem (--cacert): no certificate in it"},
    {.cacert = "key.pem", .problem = "CA file key.pem (--cacert): no certificate in it"},
    {.bundle = "missing.pem", .problem = "CA file missing.pem (CURL_CA_BUNDLE): No such file or directory"},
    {.file = "missing.pem", .problem = "CA file missing.pem (SSL_CERT_FILE): No such file or directory"},
    /* With -k they do not matter. */
    {.cacert = "missing.pem",
     .is_insecure = true,
     .offer = "missing.pem (--cacert)",
     .anchor = "missing.pem (--cacert)"},
};

static void variable_set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void check_trust(const struct trust_row *row, size_t at, struct tls_context *client, SSL_CTX *server)
{
    struct trust_seen seen = {0};
    struct trace trace = {0};
    struct trace_subscriber subscriber = {
        .mask = TRACE_BIT(TRACE_TLS_OFFER) | TRACE_BIT(TRACE_TLS_CERTIFICATE), .on_event = on_trust, .ctx = &seen};
    trace_subscribe(&trace, &subscriber);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    tls_sessions_done(client->sessions); /* a resumed handshake would look at no certificate */
    sim_start(&sim, client, server, &peer, &trace);
    sim_run(&sim);
    if (sim.status != (row->anchor ? TLS_CLOSED : TLS_FAILED) || strcmp(seen.offer, row->offer) != 0 ||
        strncmp(seen.anchor, row->anchor ? row->anchor : row->offer, row->anchor ? strlen(row->anchor) : 300) != 0)
        fail_msg("row %zu: status %d '%s', trust '%s', anchor '%s'", at, (int)sim.status,
                 tls_engine_error(sim.client)->text, seen.offer, seen.anchor);
    sim_done(&sim);
}

static void trust_comes_from_where_curl_takes_it(void **state)
{
    struct files *files = *state;
    SSL_CTX *server = sim_server(&files->pki.leaf);
    for (size_t i = 0; i < sizeof trust_rows / sizeof *trust_rows; i++) {
        const struct trust_row *row = &trust_rows[i];
        variable_set("CURL_CA_BUNDLE", row->bundle);
        variable_set("SSL_CERT_DIR", row->directory);
        variable_set("SSL_CERT_FILE", row->file);
        struct tls_settings settings = {.cacert = (char *)row->cacert,
                                        .capath = (char *)row->capath,
                                        .insecure = row->is_insecure,
                                        .ca_native = row->is_native};
        struct error err = {0};
        struct tls_context *client = tls_context_new_with(&settings, &row->system, &err);
        if (row->problem) {
            assert_null(client);
            assert_int_equal(err.code, PEEL_SSL_CACERT_BADFILE);
            assert_string_equal(err.text, row->problem);
            continue;
        }
        assert_non_null(client);
        /* Twice: the second connection finds what the first has read. */
        check_trust(row, i, client, server);
        check_trust(row, i, client, server);
        tls_context_free(client);
    }
    clear_environment();
    SSL_CTX_free(server);
}

/* The bundle costs more than all else in a small fetch: with the anchor in the directory it stays closed. */
static void the_bundle_is_read_only_when_the_directory_missed(void **state)
{
    struct files *files = *state;
    SSL_CTX *server = sim_server(&files->pki.leaf);
    static const struct {
        struct tls_trust_system system;
        int n_read;
    } lazy[] = {
        {{"certs", "weak.pem"}, 2},   /* the two roots of one hash */
        {{"nothing", "both.pem"}, 2}, /* the bundle's */
        {{"others", "weak.pem"}, 2},  /* one and one, and no anchor */
    };
    for (size_t i = 0; i < sizeof lazy / sizeof *lazy; i++) {
        struct error err = {0};
        struct tls_context *client = tls_context_new_with(&(struct tls_settings){0}, &lazy[i].system, &err);
        assert_non_null(client);
        X509_STORE *store = SSL_CTX_get_cert_store(client->ssl_ctx);
        assert_int_equal(sk_X509_OBJECT_num(X509_STORE_get0_objects(store)), 0);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        assert_int_equal(sim.status, i < 2 ? TLS_CLOSED : TLS_FAILED);
        assert_int_equal(sk_X509_OBJECT_num(X509_STORE_get0_objects(store)), lazy[i].n_read);
        sim_done(&sim);
        tls_context_free(client);
    }
    SSL_CTX_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_are_used_or_told_why_not),
        cmocka_unit_test(a_server_sees_the_whole_client_chain),
        cmocka_unit_test(versions_ciphers_and_curves),
        cmocka_unit_test(versions_are_kept_to),
        cmocka_unit_test(old_versions_weaken_nothing_else),
        cmocka_unit_test(signature_algorithms_are_kept_to),
        cmocka_unit_test(trust_comes_from_where_curl_takes_it),
        cmocka_unit_test(the_bundle_is_read_only_when_the_directory_missed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
