/* tls/: what has been taken back. Revocation lists from a file, made here. */
#include "tls_sim.h"

#include "base/mem.h"

#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct made {
    char path[64]; /* of the file with lists */
    struct sim_pki pki;
    struct sim_pki other;
};

static ASN1_TIME *days_from_now(int days)
{
    return X509_time_adj_ex(NULL, days, 0, NULL);
}

/* A list that is new until then, with one certificate on it or none. */
static X509_CRL *list_make(const struct sim_identity *issuer, int until_days, X509 *revoked)
{
    X509_CRL *list = X509_CRL_new();
    ASN1_TIME *from = days_from_now(-20), *until = days_from_now(until_days), *when = days_from_now(-7);
    X509_CRL_set_version(list, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer->certificate));
    X509_CRL_set1_lastUpdate(list, from);
    X509_CRL_set1_nextUpdate(list, until);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
        X509_REVOKED_set_revocationDate(entry, when);
        X509_CRL_add0_revoked(list, entry);
    }
    assert_true(X509_CRL_sign(list, issuer->key, NULL) > 0);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    ASN1_TIME_free(when);
    return list;
}

static void list_write(const char *path, X509_CRL *list)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    PEM_write_X509_CRL(file, list);
    fclose(file);
    X509_CRL_free(list);
}

static int set_up(void **state)
{
    struct made *made = mem_alloc(sizeof *made);
    made->pki = sim_pki_make();
    made->other = sim_pki_make();
    snprintf(made->path, sizeof made->path, "%s", "/tmp/peel-test-XXXXXX");
    int fd = mkstemp(made->path);
    close(fd);
    *state = made;
    return fd < 0;
}

static int tear_down(void **state)
{
    struct made *made = *state;
    unlink(made->path);
    sim_pki_free(&made->pki);
    sim_pki_free(&made->other);
    mem_free(made);
    return 0;
}

enum list_kind {
    CLEAN,
    LEAF_REVOKED,
    ROOT_REVOKED,
    OUT_OF_DATE,
    OF_ANOTHER, /* same name, other key: it proves nothing */
};

static X509_CRL *list_of(const struct made *made, enum list_kind kind)
{
    const struct sim_identity *root = &made->pki.root;
    switch (kind) {
    case CLEAN:
        return list_make(root, 7, NULL);
    case LEAF_REVOKED:
        return list_make(root, 7, made->pki.leaf.certificate);
    case ROOT_REVOKED:
        return list_make(root, 7, root->certificate);
    case OUT_OF_DATE:
        return list_make(root, -3, NULL);
    case OF_ANOTHER:
        break;
    }
    return list_make(&made->other.root, 7, NULL);
}

static void certificates_are_looked_up_in_the_lists(void **state)
{
    struct made *made = *state;
    static const struct {
        enum list_kind list;
        bool is_insecure;
        const char *words; /* NULL: accepted */
    } rows[] = {
        {CLEAN, false, NULL},
        {LEAF_REVOKED, false, "it was revoked by its issuer: "},
        {LEAF_REVOKED, false, ", 7 days ago (--crlfile)"},
        {ROOT_REVOKED, false, "the certificate above it (1, CN=Peel Test Root) was revoked by its issuer"},
        {OUT_OF_DATE, false,
         "the revocation list of CN=Peel Test Root in --crlfile is out of date: a new one was due "},
        {OF_ANOTHER, false, "CRL signature failure"},
        {LEAF_REVOKED, true, NULL},
    };
    SSL_CTX *server = sim_server(&made->pki.leaf);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        list_write(made->path, list_of(made, rows[i].list));
        struct tls_settings settings = {.crlfile = made->path, .insecure = rows[i].is_insecure};
        struct tls_context *client = sim_client(&settings, &made->pki.root);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        const struct error *err = tls_engine_error(sim.client);
        if (err->code != (rows[i].words ? PEEL_PEER_FAILED_VERIFICATION : PEEL_OK) ||
            (rows[i].words && !strstr(err->text, rows[i].words)))
            fail_msg("row %zu: (%d) '%s'", i, (int)err->code, err->text);
        assert_int_equal(sim.server_got.len > 0, !rows[i].words);
        sim_done(&sim);
        tls_context_free(client);
    }
    SSL_CTX_free(server);
}

static void an_issuer_without_a_list_is_named(void **state)
{
    struct made *made = *state;
    struct sim_identity stranger =
        sim_identity_make(&(struct sim_certificate){.name = "Stranger", .constraints = "critical,CA:TRUE"}, NULL);
    list_write(made->path, list_make(&stranger, 7, NULL));
    SSL_CTX *server = sim_server(&made->pki.leaf);
    struct tls_context *client = sim_client(&(struct tls_settings){.crlfile = made->path}, &made->pki.root);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(tls_engine_error(sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
    assert_non_null(strstr(tls_engine_error(sim.client)->text,
                           "whether it was revoked is not known: --crlfile has no list of CN=Peel Test Root"));
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    sim_identity_free(&stranger);
}

static void a_file_without_lists_is_told(void **state)
{
    struct made *made = *state;
    FILE *file = fopen(made->path, "we");
    fputs("no list\n", file);
    fclose(file);
    const struct {
        char *path;
        const char *words;
    } rows[] = {{(char[]){"/nonexistent/list"}, "/nonexistent/list (--crlfile): No such file or directory"},
                {(char[]){"/"}, "/ (--crlfile): Is a directory"},
                {made->path, "(--crlfile): no list in it"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows * 2; i++) {
        struct error err = {0};
        struct tls_settings settings = {.crlfile = rows[i / 2].path, .insecure = i % 2 == 1};
        assert_null(tls_context_new(&settings, &err));
        assert_int_equal(err.code, PEEL_SSL_CRL_BADFILE);
        assert_non_null(strstr(err.text, rows[i / 2].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_are_looked_up_in_the_lists),
        cmocka_unit_test(an_issuer_without_a_list_is_named),
        cmocka_unit_test(a_file_without_lists_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
