/* Which certificates are trusted, and where they come from. The system's store is read lazily: the hashed directory
 * costs one opened file a lookup; the bundle costs many times a whole fetch, so it is read only when a chain found no
 * anchor in the directory. Room-private. */
#ifndef PEEL_TLS_TRUST_H
#define PEEL_TLS_TRUST_H

#include "base/buf.h"
#include "base/error.h"
#include "tls/settings.h"

#include <openssl/x509_vfy.h>

/* Where this system keeps its certificates. */
struct tls_trust_system {
    const char *directory; /* hashed, as c_rehash makes it */
    const char *bundle;    /* PEM */
};

extern const struct tls_trust_system tls_trust_debian;

struct tls_trust;

/* Puts the sources into the store, which must outlive the result. --cacert and --capath, else CURL_CA_BUNDLE, else
 * SSL_CERT_DIR and SSL_CERT_FILE, else the system. A FILE is the only source; a directory alone has the system's
 * bundle behind it, as with Debian's curl. --ca-native adds the system to the options, and takes it before the
 * variables. NULL with PEEL_SSL_CACERT_BADFILE (77) for a file that cannot be used, but
 * not with -k; with PEEL_SSL_CRL_BADFILE (82) for --crlfile, which makes every certificate of a chain be looked for in
 * the revocation list of its issuer (RFC 5280 section 6.3). */
struct tls_trust *tls_trust_new(X509_STORE *store, const struct tls_settings *settings,
                                const struct tls_trust_system *system, struct error *err);
/* Takes NULL. */
void tls_trust_free(struct tls_trust *trust);

/* Reads the system's bundle, the first time; true: there is something new to find. */
bool tls_trust_widen(struct tls_trust *trust);

/* All files and folders it takes certificates from; a path may be a list with colons, or NULL. */
void tls_trust_each_path(const struct tls_trust *trust, void (*take)(void *ctx, const char *path), void *ctx);

/* "/etc/ssl/certs (system store)": the sources, for messages. */
const char *tls_trust_words(const struct tls_trust *trust);
/* trust_count.c: the same with what each source holds, "/etc/ssl/certs (system store, 142 certificates)", appended to
 * words, and the sum. What is wrong with a source by itself is a sentence in problem; where all is well nothing is
 * appended. It looks into files and folders: for reports and failures. */
size_t tls_trust_count(const struct tls_trust *trust, struct buf *words, struct buf *problem);
/* The same for one anchor that was found: the file that holds it, if that is known. Returns into. */
const char *tls_trust_place(const struct tls_trust *trust, X509 *anchor, char *into, size_t size);

#endif
