/* tls/pin: what counts as a pin, and that a key which is not pinned ends the handshake, whoever signed for it. */
#include "tls_sim.h"

#include "base/mem.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define OTHER "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

struct files {
    char folder[64];
    int back; /* to the folder we came from */
    struct sim_pki pki;
    char pin[TLS_PIN_SIZE + 8]; /* sha256//... of the leaf */
};

static FILE *create(const char *name)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    return file;
}

static void write_keys(const struct files *files)
{
    FILE *file = create("key.pem");
    PEM_write_PUBKEY(file, files->pki.leaf.key);
    fclose(file);
    file = create("key.der");
    i2d_PUBKEY_fp(file, files->pki.leaf.key);
    fclose(file);
    file = create("key-and-more.der");
    i2d_PUBKEY_fp(file, files->pki.leaf.key);
    fputc('\n', file);
    fclose(file);
    file = create("behind-certificate.pem");
    PEM_write_X509(file, files->pki.leaf.certificate);
    PEM_write_PUBKEY(file, files->pki.leaf.key);
    fclose(file);
    file = create("other.pem");
    PEM_write_PUBKEY(file, files->pki.root.key);
    fclose(file);
    file = create("certificate.pem");
    PEM_write_X509(file, files->pki.leaf.certificate);
    fclose(file);
    file = create("certificate.der");
    i2d_X509_fp(file, files->pki.leaf.certificate);
    fclose(file);
    fclose(create("empty"));
}

static int set_up(void **state)
{
    struct files *files = mem_alloc(sizeof *files);
    files->pki = sim_pki_make();
    snprintf(files->folder, sizeof files->folder, "%s", "/tmp/peel-test-XXXXXX");
    files->back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!mkdtemp(files->folder) || chdir(files->folder) != 0)
        return -1;
    write_keys(files);
    struct error err = {0};
    char found[TLS_PIN_SIZE];
    struct tls_pins *other = tls_pins_new(OTHER, &err);
    assert_non_null(other);
    assert_false(tls_pins_hold(other, files->pki.leaf.certificate, found));
    snprintf(files->pin, sizeof files->pin, "sha256//%s", found);
    tls_pins_free(other);
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
    mem_free(files);
    return is_gone ? 0 : -1;
}

static void what_is_no_pin_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"missing", "public key file missing (--pinnedpubkey): No such file or directory"},
        {".", "public key file . (--pinnedpubkey): Is a directory"},
        {"empty", "no public key in it"},
        {"certificate.pem", "no public key in it (openssl x509 -pubkey -noout takes a certificate's out)"},
        {"certificate.der", "no public key in it"},
        {"key-and-more.der", "no public key in it"},
        {"sha256//", "--pinnedpubkey 'sha256//': no pin"},
        {"sha256//AAAA", "--pinnedpubkey 'sha256//AAAA': no pin; expected sha256// and the 44 Base64 letters"},
        {OTHER "A", "no pin"},
        {"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==A", "no pin"},
        {"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x1b-=", "AAA\\x1b-='"},
        {OTHER ";", NULL},
        {OTHER ";;" OTHER, "--pinnedpubkey '': no pin"},
        {OTHER "; " OTHER, "no pin"},
        {OTHER ";other.pem", "--pinnedpubkey 'other.pem': no pin"},
        {OTHER ";" OTHER, NULL},
        {"key.pem", NULL},
        {"key.der", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct tls_pins *pins = tls_pins_new(rows[i].text, &err);
        if ((pins == NULL) != (rows[i].words != NULL) || (rows[i].words && !strstr(err.text, rows[i].words)))
            fail_msg("row %zu: '%s'", i, err.text);
        assert_int_equal(err.code, rows[i].words ? PEEL_SSL_PINNEDPUBKEYNOTMATCH : PEEL_OK);
        tls_pins_free(pins);
    }
}

/* LEAF stands for the pin of the server's key. */
static void a_key_that_is_not_pinned_ends_the_handshake(void **state)
{
    const struct files *files = *state;
    static const struct {
        const char *pins;
        bool is_insecure, is_untrusted;
        enum peel_code code;
    } rows[] = {
        {"LEAF", false, false, PEEL_OK},
        {OTHER ";LEAF", false, false, PEEL_OK},
        {"LEAF;" OTHER, false, false, PEEL_OK},
        {"key.pem", false, false, PEEL_OK},
        {"key.der", false, false, PEEL_OK},
        {"behind-certificate.pem", false, false, PEEL_OK},
        {OTHER, false, false, PEEL_SSL_PINNEDPUBKEYNOTMATCH},
        {OTHER ";" OTHER, false, false, PEEL_SSL_PINNEDPUBKEYNOTMATCH},
        {"other.pem", false, false, PEEL_SSL_PINNEDPUBKEYNOTMATCH},
        /* A pin comes on top of the check, and -k does not make it void. */
        {"LEAF", false, true, PEEL_PEER_FAILED_VERIFICATION},
        {OTHER, false, true, PEEL_PEER_FAILED_VERIFICATION},
        {"LEAF", true, true, PEEL_OK},
        {OTHER, true, true, PEEL_SSL_PINNEDPUBKEYNOTMATCH},
        {"other.pem", true, false, PEEL_SSL_PINNEDPUBKEYNOTMATCH},
    };
    SSL_CTX *server = sim_server(&files->pki.leaf);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf pins = {0};
        const char *leaf = strstr(rows[i].pins, "LEAF");
        buf_append(&pins, slice_make(rows[i].pins, leaf ? (size_t)(leaf - rows[i].pins) : strlen(rows[i].pins)));
        if (leaf)
            buf_printf(&pins, "%s%s", files->pin, leaf + strlen("LEAF"));
        char *text = buf_take(&pins);
        struct tls_settings settings = {.pinned_key = text, .insecure = rows[i].is_insecure};
        struct tls_context *client = sim_client(&settings, rows[i].is_untrusted ? NULL : &files->pki.root);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        const struct error *err = tls_engine_error(sim.client);
        if (err->code != rows[i].code)
            fail_msg("row %zu: %d '%s'", i, (int)err->code, err->text);
        assert_int_equal(sim.status, rows[i].code == PEEL_OK ? TLS_CLOSED : TLS_FAILED);
        assert_int_equal(sim.server_got.len > 0, rows[i].code == PEEL_OK);
        if (rows[i].code == PEEL_SSL_PINNEDPUBKEYNOTMATCH)
            assert_non_null(strstr(err->text, files->pin));
        sim_done(&sim);
        tls_context_free(client);
        mem_free(text);
    }
    SSL_CTX_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_pin_is_told),
        cmocka_unit_test(a_key_that_is_not_pinned_ends_the_handshake),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
