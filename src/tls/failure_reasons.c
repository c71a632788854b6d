/* What a server's answer has that OpenSSL refuses, in words; and what it could choose from. */
#include "tls/failure_parts.h"

#include "base/escape.h"
#include "tls/narrowed.h"
#include "tls/sniff.h"
#include "tls/tell.h"

#include <openssl/err.h>

struct slice tls_failure_first(const struct tls_engine *engine)
{
    return slice_make(engine->first, engine->n_first);
}

static const char *version_words(int version)
{
    static const struct {
        int version;
        const char *words;
    } versions[] = {
        {0x0300, "SSL 3.0"}, {0x0301, "TLS 1.0"}, {0x0302, "TLS 1.1"}, {0x0303, "TLS 1.2"}, {0x0304, "TLS 1.3"}};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (versions[i].version == version)
            return versions[i].words;
    return "an unknown version";
}

static void append_alpn(struct buf *out, const struct tls_engine *engine)
{
    for (size_t i = 0; i < engine->n_alpn; i++) {
        if (i > 0)
            buf_append_byte(out, ',');
        escape_append(out, engine->alpn[i]);
    }
}

static void append_versions(struct buf *out, const struct tls_engine *engine)
{
    int min = (int)SSL_get_min_proto_version(engine->ssl);
    int max = (int)SSL_get_max_proto_version(engine->ssl);
    buf_append_text(out, version_words(min));
    if (min != max)
        buf_printf(out, " %s %s", max - min > 1 ? "to" : "and", version_words(max));
}

bool tls_failure_blame(struct failure *f, unsigned options)
{
    f->engine->blamed = f->engine->context->narrowed & options;
    return f->engine->blamed != 0;
}

void tls_failure_append_blamed(struct failure *f)
{
    tls_narrowed_append(&f->words, f->engine, f->engine->blamed);
}

void tls_failure_append_offer(struct failure *f)
{
    const struct tls_engine *engine = f->engine;
    struct buf *out = &f->words;
    STACK_OF(SSL_CIPHER) *ciphers = SSL_get1_supported_ciphers(engine->ssl);
    buf_append_text(out, "offered: ");
    append_versions(out, engine);
    int n_ciphers = ciphers ? sk_SSL_CIPHER_num(ciphers) : 0;
    buf_printf(out, ", %d cipher%s, ", n_ciphers, n_ciphers == 1 ? "" : "s");
    sk_SSL_CIPHER_free(ciphers);
    if (engine->server_name)
        buf_printf(out, "server name %s", engine->server_name);
    else
        buf_append_text(out, "no server name");
    if (engine->n_alpn > 0) {
        buf_append_text(out, ", ALPN ");
        append_alpn(out, engine);
    }
}

static void say_version(struct failure *f)
{
    int answered = tls_sniff_version(tls_failure_first(f->engine));
    /* What peel would take if no option said otherwise, or would be too new. */
    bool is_usual = answered >= TLS1_2_VERSION || answered > SSL_get_max_proto_version(f->engine->ssl);
    if (is_usual && tls_failure_blame(f, TLS_BY_VERSIONS))
        f->cause = CAUSE_VERSION_RANGE;
    if (answered < 0)
        buf_append_text(&f->words, "the server answered with a version that is not spoken here");
    else
        buf_printf(&f->words, "the server answered with %s", version_words(answered));
    buf_append_text(&f->words, "; offered: ");
    append_versions(&f->words, f->engine);
    if (f->engine->blamed) {
        buf_append_text(&f->words, " by ");
        tls_failure_append_blamed(f);
    }
}

static void say_cipher(struct failure *f)
{
    int suite = tls_sniff_cipher(tls_failure_first(f->engine));
    unsigned char id[2] = {(unsigned char)(suite >> 8), (unsigned char)suite};
    const SSL_CIPHER *cipher = suite >= 0 ? SSL_CIPHER_find(f->engine->ssl, id) : NULL;
    buf_append_text(&f->words, "the server picked a cipher suite that was not offered");
    if (suite >= 0)
        buf_printf(&f->words, " (%s, 0x%04x)", cipher ? SSL_CIPHER_standard_name(cipher) : "unknown", (unsigned)suite);
    buf_append_text(&f->words, "; ");
    tls_failure_append_offer(f);
}

/* OpenSSL processes a HelloRetryRequest as a ServerHello; the first is never unexpected. */
static void say_unexpected(struct failure *f)
{
    if (f->phase == TLS_PHASE_HANDSHAKE && SSL_get_state(f->engine->ssl) == TLS_ST_CR_SRVR_HELLO)
        buf_append_text(&f->words, "a second HelloRetryRequest came");
    else
        buf_append_text(&f->words, "a message came that does not belong there");
}

static void say_too_long(struct failure *f)
{
    if (f->phase == TLS_PHASE_HANDSHAKE && SSL_get_state(f->engine->ssl) == TLS_ST_CR_CERT)
        buf_printf(&f->words, "certificate list too large (more than %ld bytes)",
                   (long)SSL_get_max_cert_list(f->engine->ssl));
    else
        buf_append_text(&f->words, "a handshake message is too long");
}

static void say_overflow(struct failure *f)
{
    buf_append_text(&f->words, "record overflow: a TLS record is longer than the protocol allows");
}

static void say_bad_mac(struct failure *f)
{
    buf_append_text(&f->words, "bad record MAC: bytes were changed on their way, or the server is broken");
}

static void say_other_kind(struct failure *f)
{
    buf_append_text(&f->words,
                    "a record came of a kind that does not belong there, or in clear where all is encrypted");
}

static void say_other_version(struct failure *f)
{
    buf_append_text(&f->words, "a record came with another version than the connection's");
}

static void say_empty_records(struct failure *f)
{
    buf_append_text(&f->words, "too many empty records");
}

void tls_failure_say_extension(struct failure *f)
{
    if (!tls_failure_is_alpn(f->engine)) {
        buf_append_text(&f->words, "an extension in the server's answer is wrong");
        return;
    }
    f->cause = CAUSE_WRONG_ALPN;
    char shown[80];
    buf_printf(&f->words, "ALPN: the server picked %s, offered: ",
               escape_into(shown, sizeof shown, tls_failure_alpn_picked(f->engine)));
    append_alpn(&f->words, f->engine);
}

static void say_small_prime(struct failure *f)
{
    buf_append_text(&f->words, "the server's Diffie-Hellman group is too small");
    if (f->engine->chosen.dh_bits > 0)
        buf_printf(&f->words, " (%d bits)", f->engine->chosen.dh_bits);
}

/* Curves under 224 bits (the registry "TLS Supported Groups"): OpenSSL's security level 2 never offers them. */
static bool is_weak_group(int group)
{
    return (group >= 1 && group <= 5) || (group >= 15 && group <= 19);
}

static void say_group(struct failure *f)
{
    int group = f->engine->chosen.group;
    buf_append_text(&f->words, "the server picked a group for the key exchange that was not offered");
    if (group > 0)
        buf_printf(&f->words, " (0x%04x)", (unsigned)group);
    if (is_weak_group(group))
        f->cause = CAUSE_WEAK_KEY_EXCHANGE;
}

static void say_signature(struct failure *f)
{
    /* MD5, SHA-1 and SHA-224 are 1 to 3 in its first byte (RFC 5246 section 7.4.1.4.1). */
    if (f->engine->chosen.signature >> 8 > 3)
        f->cause = CAUSE_BAD_HANDSHAKE;
    buf_append_text(&f->words, "the server signs the handshake in a way that was not offered");
    if (f->engine->chosen.signature > 0)
        buf_printf(&f->words, " (0x%04x)", (unsigned)f->engine->chosen.signature);
}

static void say_legacy_renegotiation(struct failure *f)
{
    buf_append_text(&f->words, "the server cannot do secure renegotiation (RFC 5746)");
}

static void say_openssls_words(struct failure *f)
{
    const char *reason = ERR_reason_error_string(f->code);
    bool is_in_handshake = f->phase == TLS_PHASE_HANDSHAKE;
    if (!is_in_handshake)
        buf_append_text(&f->words, "what came breaks the rules of TLS; OpenSSL calls it: ");
    else if (SSL_get_state(f->engine->ssl) == TLS_ST_CR_CERT)
        buf_append_text(&f->words, "certificate decoding: ");
    if (reason)
        buf_printf(&f->words, "%s", reason);
    else
        buf_printf(&f->words, "OpenSSL error %lx", f->code);
    if (is_in_handshake)
        buf_printf(&f->words, "; awaited: %s", tls_tell_awaited(f->engine->ssl));
}

/* No ClientHello could be made: curl fails with the same code then. */
static void say_nothing_to_offer(struct failure *f)
{
    const char *reason = ERR_reason_error_string(f->code);
    f->cause = CAUSE_NOTHING_TO_OFFER;
    bool is_group = ERR_GET_LIB(f->code) == ERR_LIB_SSL && ERR_GET_REASON(f->code) == SSL_R_NO_SUITABLE_GROUPS;
    if (!is_group || !tls_failure_blame(f, TLS_BY_CURVES))
        tls_failure_blame(f, TLS_BY_ANY);
    if (f->engine->blamed)
        buf_append_text(&f->words, "with ");
    tls_failure_append_blamed(f);
    buf_printf(&f->words, "%snothing is left to offer (%s); no ClientHello was sent", f->engine->blamed ? " " : "",
               reason ? reason : "OpenSSL does not say what is lacking");
}

static const struct {
    int reason;
    enum cause cause;
    void (*say)(struct failure *);
} reasons[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL, CAUSE_OLD_TLS, say_version},
    {SSL_R_WRONG_SSL_VERSION, CAUSE_OLD_TLS, say_version},
    {SSL_R_UNKNOWN_CIPHER_RETURNED, CAUSE_WRONG_CIPHER, say_cipher},
    {SSL_R_WRONG_CIPHER_RETURNED, CAUSE_WRONG_CIPHER, say_cipher},
    {SSL_R_UNEXPECTED_MESSAGE, CAUSE_BAD_HANDSHAKE, say_unexpected},
    {SSL_R_EXCESSIVE_MESSAGE_SIZE, CAUSE_BAD_HANDSHAKE, say_too_long},
    {SSL_R_PACKET_LENGTH_TOO_LONG, CAUSE_BAD_RECORD, say_overflow},
    {SSL_R_ENCRYPTED_LENGTH_TOO_LONG, CAUSE_BAD_RECORD, say_overflow},
    {SSL_R_DATA_LENGTH_TOO_LONG, CAUSE_BAD_RECORD, say_overflow},
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, CAUSE_BAD_RECORD, say_bad_mac},
    {SSL_R_BAD_RECORD_TYPE, CAUSE_BAD_RECORD, say_other_kind},
    {SSL_R_UNEXPECTED_RECORD, CAUSE_BAD_RECORD, say_other_kind},
    {SSL_R_WRONG_VERSION_NUMBER, CAUSE_BAD_RECORD, say_other_version},
    {SSL_R_RECORD_TOO_SMALL, CAUSE_BAD_RECORD, say_empty_records},
    {SSL_R_BAD_EXTENSION, CAUSE_BAD_HANDSHAKE, tls_failure_say_extension},
    {SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, CAUSE_LEGACY_RENEGOTIATION, say_legacy_renegotiation},
    {SSL_R_DH_KEY_TOO_SMALL, CAUSE_WEAK_KEY_EXCHANGE, say_small_prime},
    {SSL_R_WRONG_CURVE, CAUSE_BAD_HANDSHAKE, say_group},
    {SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED, CAUSE_WEAK_SIGNATURE, say_signature},
    {SSL_R_WRONG_SIGNATURE_TYPE, CAUSE_WEAK_SIGNATURE, say_signature},
};

void tls_failure_say_reason(struct failure *f, int reason)
{
    if (f->phase == TLS_PHASE_HANDSHAKE && f->engine->n_first == 0) {
        say_nothing_to_offer(f);
        return;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].reason == reason) {
            f->cause = reasons[i].cause;
            reasons[i].say(f);
            return;
        }
    f->cause = f->phase == TLS_PHASE_HANDSHAKE ? CAUSE_BAD_HANDSHAKE : CAUSE_BAD_RECORD;
    say_openssls_words(f);
}
