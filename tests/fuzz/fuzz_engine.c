/* Bytes of a server into a client engine. The first byte says how they are cut and whether FIN follows. Nothing that
 * was made without our secrets may end in a handshake: failed or wanting more is all that there is. */
#include "base/mem.h"
#include "tls/context_state.h"
#include "tls/engine.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct tls_engine *engine, enum tls_status status)
{
    char plain[64];
    size_t n = 0;
    bool is_expected = status == TLS_FAILED || status == TLS_WANT_BYTES;
    bool has_failed = status == TLS_FAILED;
    if (!is_expected || has_failed != (tls_engine_error(engine)->code != PEEL_OK))
        abort();
    if (tls_engine_read(engine, (struct span){plain, sizeof plain}, &n) != status || n != 0)
        abort();
    if (tls_engine_unsent(engine).len > 65536)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct tls_trust_system nowhere = {"/nonexistent", "/nonexistent"};
    static const struct slice offered[] = {SLICE_INIT("http/1.1")};
    static struct tls_context *context;
    struct error err = {0};
    if (!context)
        context = tls_context_new_with(&(struct tls_settings){0}, &nowhere, &err);
    if (size == 0 || !context)
        return 0;
    struct tls_peer peer = {.host = "fuzz.test", .port = 443, .alpn = offered, .n_alpn = 1};
    struct tls_engine *engine = tls_engine_new(context, &peer, NULL);
    size_t piece = (data[0] & 0x7f) + 1u;
    bool has_fin = (data[0] & 0x80) != 0;
    check(engine, tls_engine_handshake(engine));
    for (struct slice left = slice_make(data + 1, size - 1); left.len > 0;) {
        struct slice next = slice_first(left, piece);
        memcpy(tls_engine_recv_space(engine).ptr, next.ptr, next.len);
        tls_engine_received(engine, next.len);
        check(engine, tls_engine_handshake(engine));
        left = slice_from(left, next.len);
    }
    if (has_fin)
        tls_engine_peer_closed(engine);
    check(engine, tls_engine_handshake(engine));
    tls_engine_close(engine);
    tls_engine_free(engine);
    return 0;
}
