/* What --tls-probe changes, what it costs, and how the same is said on the command line. */
#include "transfer/probe_changes.h"

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

/* The least harmful first: of those that help, the first is proposed. */
const struct probe_change probe_changes[] = {
    {leave, {"as peel sends it", NULL, NULL, NULL}},
    {probe_reset_hello, {"without TLS options", "", "does not get on with the TLS options that were given", NULL}},
    {only_12, {"TLS 1.2 only", "--tls-max 1.2", "does not get on with an offer of TLS 1.3", NULL}},
    {only_13, {"TLS 1.3 only", "--tlsv1.3", "does not get on with an offer of TLS 1.2", NULL}},
    {no_alpn, {"no ALPN", "--no-alpn", "does not get on with ALPN", NULL}},
    {only_p256, {"P-256 only", "--curves P-256", "does not get on with other groups than P-256", NULL}},
    {short_hello,
     {"short hello",
      "--no-alpn --curves X25519:P-256 --ciphers ECDHE+AESGCM --sigalgs "
      "ECDSA+SHA256:RSA+SHA256:rsa_pss_rsae_sha256",
      "or a box on the way does not get on with a hello of the usual length", NULL}},
    {rare_groups,
     {"rare groups", "--tls-max 1.2 --curves brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-224",
      "knows only groups that hardly anybody uses", NULL}},
    {no_name,
     {"no server name", "--sni none", "refuses the server name, and goes on when it gets none",
      "what answers may be another host on the same server; its certificate is checked all the same"}},
    {no_certificate,
     {"no client certificate", "", "does not get on with the client certificate",
      "the server may give less to strangers"}},
    {static_rsa,
     {"static RSA ciphers", "--tls-max 1.2 --ciphers kRSA", "accepts only ciphers without forward secrecy",
      "who records it now and gets the server's key later can read it"}},
    {legacy_server,
     {"old renegotiation", "--tls-legacy-server", "lacks secure renegotiation (RFC 5746)",
      "who is on the way can put a request of his own before yours"}},
    {old_versions,
     {"TLS 1.0", "--tlsv1.0", "speaks no TLS newer than 1.1",
      "TLS 1.0 and 1.1 are broken; only for what needs no protection"}},
    {weak,
     {"weak algorithms", "--ciphers DEFAULT@SECLEVEL=0", "knows only algorithms that are too weak",
      "they can be broken; only for what needs no protection"}},
};
const size_t probe_n_changes = sizeof probe_changes / sizeof *probe_changes;

static bool is_hello_shaped(const struct tls_settings *tls)
{
    return tls->version_min != TLS_VERSION_ANY || tls->version_max != TLS_VERSION_ANY || tls->ciphers ||
           tls->tls13_ciphers || tls->sigalgs || tls->curves || tls->server_name || tls->no_alpn || tls->legacy_server;
}

bool probe_is_change(const struct probe_change *change, const struct tls_settings *tls, bool has_name)
{
    if (change->apply == no_name)
        return has_name;
    if (change->apply == no_certificate)
        return tls->cert != NULL;
    if (change->apply == probe_reset_hello)
        return is_hello_shaped(tls);
    return true;
}
