/* The sources of trust and the lazy system store. */
#include "tls/trust_state.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct tls_trust_system tls_trust_debian = {"/etc/ssl/certs", "/etc/ssl/certs/ca-certificates.crt"};

static struct source source_make(const char *path, const char *origin)
{
    return (struct source){mem_strdup(path), origin};
}

/* NULL when the variable is not set or empty, which curl takes for the same. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static void trust_choose(struct tls_trust *trust, const struct tls_settings *settings,
                         const struct tls_trust_system *system)
{
    const char *bundle = variable("CURL_CA_BUNDLE");
    const char *directory = variable("SSL_CERT_DIR");
    const char *file = variable("SSL_CERT_FILE");
    bool asks_variables = !settings->ca_native;
    if (settings->cacert || settings->capath) {
        trust->file = source_make(settings->cacert, settings->for_proxy ? "--proxy-cacert" : "--cacert");
        trust->directory = source_make(settings->capath, settings->for_proxy ? "--proxy-capath" : "--capath");
        if (settings->ca_native)
            trust->native = source_make(system->directory, "system store");
    } else if (asks_variables && bundle) {
        trust->file = source_make(bundle, "CURL_CA_BUNDLE");
    } else if (asks_variables && (directory || file)) {
        trust->file = source_make(file, "SSL_CERT_FILE");
        trust->directory = source_make(directory, "SSL_CERT_DIR");
    } else {
        trust->directory = source_make(system->directory, "system store");
    }
    if (!trust->file.path || settings->ca_native)
        trust->bundle = mem_strdup(system->bundle);
}

static char *trust_describe(const struct tls_trust *trust)
{
    const struct source sources[] = {trust->file, trust->directory, trust->native};
    struct buf words = {0};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i].path)
            buf_printf(&words, "%s%s (%s)", words.len > 0 ? ", " : "", sources[i].path, sources[i].origin);
    return buf_take(&words);
}

/* Zero, or the errno that tells why path is no file to read. */
static int unreadable(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno;
    struct stat about;
    int why = fstat(fileno(file), &about) != 0 ? errno : S_ISDIR(about.st_mode) ? EISDIR : 0;
    fclose(file);
    return why;
}

static bool file_load(X509_STORE *store, const struct source *file, struct error *err)
{
    int why = unreadable(file->path);
    if (why != 0)
        return error_set(err, PEEL_SSL_CACERT_BADFILE, "CA file %s (%s): %s", file->path, file->origin, strerror(why));
    ERR_clear_error();
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    bool is_loaded = lookup && X509_load_cert_crl_file(lookup, file->path, X509_FILETYPE_PEM) > 0;
    ERR_clear_error();
    if (!is_loaded)
        return error_set(err, PEEL_SSL_CACERT_BADFILE, "CA file %s (%s): no certificate in it", file->path,
                         file->origin);
    return true;
}

static bool crls_load(X509_STORE *store, const char *path, struct error *err)
{
    int why = unreadable(path);
    if (why != 0)
        return error_set(err, PEEL_SSL_CRL_BADFILE, "file with revocation lists %s (--crlfile): %s", path,
                         strerror(why));
    ERR_clear_error();
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    bool is_loaded = lookup && X509_load_crl_file(lookup, path, X509_FILETYPE_PEM) > 0;
    ERR_clear_error();
    if (!is_loaded)
        return error_set(err, PEEL_SSL_CRL_BADFILE, "file with revocation lists %s (--crlfile): no list in it", path);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return true;
}

static void directory_add(X509_STORE *store, const char *path)
{
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    if (lookup)
        X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM);
}

struct tls_trust *tls_trust_new(X509_STORE *store, const struct tls_settings *settings,
                                const struct tls_trust_system *system, struct error *err)
{
    struct tls_trust *trust = mem_alloc(sizeof *trust);
    trust->store = store;
    trust_choose(trust, settings, system);
    trust->words = trust_describe(trust);
    struct error problem = {0};
    if (trust->file.path && !file_load(store, &trust->file, &problem) && !settings->insecure) {
        error_set(err, problem.code, "%s", problem.text);
        tls_trust_free(trust);
        return NULL;
    }
    if (settings->crlfile && !crls_load(store, settings->crlfile, err)) {
        tls_trust_free(trust);
        return NULL;
    }
    if (trust->directory.path)
        directory_add(store, trust->directory.path);
    if (trust->native.path)
        directory_add(store, trust->native.path);
    /* As curl: whoever puts an intermediate into the store means to trust it. */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    return trust;
}

void tls_trust_free(struct tls_trust *trust)
{
    if (!trust)
        return;
    mem_free(trust->file.path);
    mem_free(trust->directory.path);
    mem_free(trust->native.path);
    mem_free(trust->bundle);
    mem_free(trust->words);
    mem_free(trust);
}

bool tls_trust_widen(struct tls_trust *trust)
{
    if (!trust->bundle || trust->is_bundle_read)
        return false;
    trust->is_bundle_read = true;
    struct source bundle = {trust->bundle, "system store"};
    struct error ignored = {0};
    return file_load(trust->store, &bundle, &ignored);
}

void tls_trust_each_path(const struct tls_trust *trust, void (*take)(void *ctx, const char *path), void *ctx)
{
    take(ctx, trust->file.path);
    take(ctx, trust->directory.path);
    take(ctx, trust->native.path);
    take(ctx, trust->bundle);
}

const char *tls_trust_words(const struct tls_trust *trust)
{
    return trust->words;
}

static bool file_holds(const char *path, X509 *wanted)
{
    FILE *file = fopen(path, "re");
    bool is_it = false;
    X509 *found;
    /* The empty pass phrase keeps an encrypted file from asking the terminal for one. */
    while (file && !is_it && (found = PEM_read_X509(file, NULL, NULL, ""))) {
        is_it = X509_cmp(found, wanted) == 0;
        X509_free(found);
    }
    if (file)
        fclose(file);
    ERR_clear_error();
    return is_it;
}

/* DIRECTORY/HASH.N, or what that links to when it is a name in the same directory, as on Debian; NULL when the anchor
 * is not there. c_rehash numbers certificates whose names have the same hash from 0, without a gap. */
static char *directory_find(const char *directory, X509 *anchor)
{
    unsigned long hash = X509_NAME_hash_ex(X509_get_subject_name(anchor), NULL, NULL, NULL);
    for (unsigned i = 0; i < 16; i++) {
        char *path = mem_printf("%s/%08lx.%u", directory, hash, i);
        bool is_there = access(path, R_OK) == 0;
        if (is_there && file_holds(path, anchor)) {
            char target[256];
            ssize_t n = readlink(path, target, sizeof target);
            if (n <= 0 || n >= (ssize_t)sizeof target || memchr(target, '/', (size_t)n))
                return path;
            mem_free(path);
            return mem_printf("%s/%.*s", directory, (int)n, target);
        }
        mem_free(path);
        if (!is_there)
            break;
    }
    return NULL;
}

const char *tls_trust_place(const struct tls_trust *trust, X509 *anchor, char *into, size_t size)
{
    const struct source directories[] = {trust->directory, trust->native};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        char *path = directories[i].path ? directory_find(directories[i].path, anchor) : NULL;
        if (!path)
            continue;
        snprintf(into, size, "%s (%s)", path, directories[i].origin);
        mem_free(path);
        return into;
    }
    const struct source *file = &trust->file;
    if (file->path && (!trust->is_bundle_read || file_holds(file->path, anchor)))
        snprintf(into, size, "%s (%s)", file->path, file->origin);
    else
        snprintf(into, size, "%s (system store)", trust->bundle);
    return into;
}
