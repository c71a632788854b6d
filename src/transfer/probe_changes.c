/* What --tls-probe changes, what it costs, and how the same is said on the command line. */
#include "transfer/probe_changes.h"

#include "tls/context.h"

static void leave(struct tls_settings *tls)
{
    (void)tls;
}

void probe_reset_hello(struct tls_settings *tls)
{
    tls->version_min = tls->version_max = TLS_VERSION_ANY;
    tls->ciphers = tls->tls13_ciphers = tls->sigalgs = tls->curves = tls->server_name = NULL;
    tls->no_alpn = tls->legacy_server = false;
}

static void only_12(struct tls_settings *tls)
{
    tls->version_min = TLS_VERSION_ANY;
    tls->version_max = TLS_VERSION_1_2;
}

static void only_13(struct tls_settings *tls)
{
    tls->version_min = TLS_VERSION_1_3;
    tls->version_max = TLS_VERSION_ANY;
}

static void no_alpn(struct tls_settings *tls)
{
    tls->no_alpn = true;
}

/* With it the hello takes more than one packet, which some boxes take for an attack. */
static void no_hybrid(struct tls_settings *tls)
{
    static char groups[] = "X25519:P-256:X448:P-384:P-521";
    tls->curves = groups;
}

static void only_p256(struct tls_settings *tls)
{
    static char groups[] = "P-256";
    tls->curves = groups;
}

static void rare_groups(struct tls_settings *tls)
{
    only_12(tls); /* TLS 1.3 does without them */
    static char groups[] = "brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-224";
    tls->curves = groups;
}

/* Some boxes lose a ClientHello of 256 bytes and more, or one that does not fit into a segment. */
static void short_hello(struct tls_settings *tls)
{
    static char groups[] = "X25519:P-256", ciphers[] = "ECDHE+AESGCM",
                signatures[] = "ECDSA+SHA256:RSA+SHA256:rsa_pss_rsae_sha256";
    tls->curves = groups;
    tls->ciphers = ciphers;
    tls->sigalgs = signatures;
    tls->no_alpn = true;
}

static void no_name(struct tls_settings *tls)
{
    static char none[] = "";
    tls->server_name = none;
}

static void static_rsa(struct tls_settings *tls)
{
    static char ciphers[] = "kRSA";
    only_12(tls);
    tls->ciphers = ciphers;
}

/* Every cipher of this OpenSSL but those of static RSA, which cost more; of TLS 1.3 those that are not offered anyway.
 */
#define RARE_CIPHERS    "ALL:!kRSA"
#define RARE_CIPHERS_13 "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"

static void rare_ciphers(struct tls_settings *tls)
{
    static char ciphers[] = RARE_CIPHERS, ciphers_13[] = RARE_CIPHERS_13;
    tls->ciphers = ciphers;
    tls->tls13_ciphers = ciphers_13;
}

static void legacy_server(struct tls_settings *tls)
{
    tls->legacy_server = true;
}

static void weak(struct tls_settings *tls)
{
    static char ciphers[] = "DEFAULT@SECLEVEL=0";
    tls->ciphers = ciphers;
}

static void old_versions(struct tls_settings *tls)
{
    tls->version_min = TLS_VERSION_1_0;
    tls->version_max = TLS_VERSION_ANY;
}

static void no_certificate(struct tls_settings *tls)
{
    tls->cert = tls->cert_type = tls->key = tls->key_type = tls->pass = NULL;
}

#define MAY_BE_ANOTHER "what answers may be another host on the same server; its certificate is checked all the same"

/* The least harmful first: of those that help, the first is proposed. */
/* As probe_reset_hello has it. */
#define HELLO       "tlsv1 tls-max ciphers tls13-ciphers sigalgs curves sni alpn tls-legacy-server"
#define CERTIFICATE " cert key"

const struct probe_change probe_changes[] = {
    {.apply = leave, .told = {.name = "as peel sends it"}},
    {.apply = probe_reset_hello,
     .told = {.name = "without TLS options",
              .without = HELLO,
              .options = "",
              .words = "does not get on with the TLS options that were given"}},
    {.apply = only_12,
     .told = {.name = "TLS 1.2 only",
              .without = HELLO,
              .options = "--tls-max 1.2",
              .words = "does not get on with an offer of TLS 1.3"}},
    {.apply = only_13,
     .told = {.name = "TLS 1.3 only",
              .without = HELLO,
              .options = "--tlsv1.3",
              .words = "does not get on with an offer of TLS 1.2"}},
    {.apply = no_alpn,
     .told = {.name = "no ALPN", .without = HELLO, .options = "--no-alpn", .words = "does not get on with ALPN"}},
    {.apply = no_hybrid,
     .told = {.name = "no hybrid group",
              .without = HELLO,
              .options = "--curves X25519:P-256:X448:P-384:P-521",
              .words = "or a box on the way does not get on with a hybrid group, or the long hello that it makes",
              .risk = "who records it now can read it once there are quantum computers for that"}},
    {.apply = only_p256,
     .told = {.name = "P-256 only",
              .without = HELLO,
              .options = "--curves P-256",
              .words = "does not get on with other groups than P-256"}},
    {.apply = short_hello,
     .told = {.name = "short hello",
              .without = HELLO,
              .options = "--no-alpn --curves X25519:P-256 --ciphers ECDHE+AESGCM --sigalgs "
                         "ECDSA+SHA256:RSA+SHA256:rsa_pss_rsae_sha256",
              .words = "or a box on the way does not get on with a hello of the usual length"}},
    {.apply = rare_groups,
     .told = {.name = "rare groups",
              .without = HELLO,
              .options = "--tls-max 1.2 --curves brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-224",
              .words = "knows only groups that hardly anybody uses"}},
    {.apply = no_name,
     .told = {.name = "no server name",
              .without = HELLO,
              .options = "--sni none",
              .words = "refuses the server name, and goes on when it gets none",
              .risk = MAY_BE_ANOTHER}},
    {.apply = NULL,
     .told = {.name = "other server name",
              .without = HELLO,
              .options = "--sni",
              .words = "refuses the server name, and goes on when it gets",
              .risk = MAY_BE_ANOTHER}},
    {.apply = no_certificate,
     .told = {.name = "no client certificate",
              .without = HELLO CERTIFICATE,
              .options = "",
              .words = "does not get on with the client certificate",
              .risk = "the server may give less to strangers"}},
    {.apply = rare_ciphers,
     .told = {.name = "rare ciphers",
              .without = HELLO,
              .options = "--ciphers '" RARE_CIPHERS "' --tls13-ciphers " RARE_CIPHERS_13,
              .words = "knows only ciphers that hardly anybody offers"}},
    {.apply = static_rsa,
     .told = {.name = "static RSA ciphers",
              .without = HELLO,
              .options = "--tls-max 1.2 --ciphers kRSA",
              .words = "accepts only ciphers without forward secrecy",
              .risk = "who records it now and gets the server's key later can read it"}},
    {.apply = legacy_server,
     .told = {.name = "old renegotiation",
              .without = HELLO,
              .options = "--tls-legacy-server",
              .words = "lacks secure renegotiation (RFC 5746)",
              .risk = "who is on the way can put a request of his own before yours"}},
    {.apply = old_versions,
     .told = {.name = "TLS 1.0",
              .without = HELLO,
              .options = "--tlsv1.0",
              .words = "speaks no TLS newer than 1.1",
              .risk = "TLS 1.0 and 1.1 are broken; only for what needs no protection"}},
    {.apply = weak,
     .told = {.name = "weak algorithms",
              .without = HELLO,
              .options = "--ciphers DEFAULT@SECLEVEL=0",
              .words = "knows only algorithms that are too weak",
              .risk = "they can be broken; only for what needs no protection"}},
};
const size_t probe_n_changes = sizeof probe_changes / sizeof *probe_changes;

void probe_change_apply(const struct probe_change *change, struct tls_settings *tls)
{
    if (change != &probe_changes[0])
        probe_reset_hello(tls);
    if (change->apply)
        change->apply(tls);
    if (change->server_name)
        tls->server_name = change->server_name;
}

static bool is_hello_shaped(const struct tls_settings *tls)
{
    return tls->version_min != TLS_VERSION_ANY || tls->version_max != TLS_VERSION_ANY || tls->ciphers ||
           tls->tls13_ciphers || tls->sigalgs || tls->curves || tls->server_name || tls->no_alpn || tls->legacy_server;
}

bool probe_is_change(const struct probe_change *change, const struct tls_settings *tls, bool has_name)
{
    if (change->apply == no_name || !change->apply)
        return has_name;
    if (change->apply == no_hybrid)
        return tls_offers_hybrid_groups();
    if (change->apply == no_certificate)
        return tls->cert != NULL;
    if (change->apply == probe_reset_hello)
        return is_hello_shaped(tls);
    return true;
}
