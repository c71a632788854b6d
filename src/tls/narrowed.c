/* Names of options that narrow the offer. */
#include "tls/narrowed.h"

static const char *version_number(long version)
{
    static const char *const numbers[] = {"1.0", "1.1", "1.2", "1.3"};
    return version >= TLS1_VERSION && version <= TLS1_3_VERSION ? numbers[version - TLS1_VERSION] : "";
}

static void append_one(struct buf *out, const struct tls_engine *engine, enum tls_narrowing option)
{
    /* Of a proxy's only the ciphers can be chosen. */
    const char *dashes = engine->verify.proxy ? "--proxy-" : "--";
    switch (option) {
    case TLS_BY_VERSION_MIN:
        buf_printf(out, "--tlsv%s", version_number(SSL_get_min_proto_version(engine->ssl)));
        return;
    case TLS_BY_VERSION_MAX:
        buf_printf(out, "--tls-max %s", version_number(SSL_get_max_proto_version(engine->ssl)));
        return;
    case TLS_BY_CIPHERS:
        buf_printf(out, "%sciphers", dashes);
        return;
    case TLS_BY_TLS13_CIPHERS:
        buf_printf(out, "%stls13-ciphers", dashes);
        return;
    case TLS_BY_SIGALGS:
        buf_append_text(out, "--sigalgs");
        return;
    default:
        buf_append_text(out, "--curves");
    }
}

void tls_narrowed_append(struct buf *out, const struct tls_engine *engine, unsigned which)
{
    const char *between = "";
    for (unsigned option = 1; which != 0; option <<= 1) {
        if ((which & option) == 0)
            continue;
        which &= ~option;
        buf_append_text(out, between);
        append_one(out, engine, option);
        between = (which & (which - 1)) == 0 ? " and " : ", ";
    }
}
