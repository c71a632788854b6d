/* TLS handshake messages told in words. The first byte picks the kind of message and the TLS version, the second the
 * cipher that ServerHello is thought to have picked, the rest is the message. What comes out must be printable and
 * must fit a line. */
#include "base/mem.h"
#include "insight/handshake.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_printable(struct buf *text)
{
    struct slice s = buf_slice(text);
    if (s.len > 4 * 255 + 200) /* an ALPN name, all of it escaped, and a few words */
        abort();
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum tls_message_kind kinds[] = {TLS_MESSAGE_HANDSHAKE, TLS_MESSAGE_ALERT, TLS_MESSAGE_CCS};
    static const uint16_t ciphers[] = {0xc030, 0x009e, 0x0035, 0x1301};
    if (size < 2)
        return 0;
    struct handshake_view view = {.cipher = ciphers[data[1] % 4]};
    /* A copy of exactly this size: a sanitizer sees every byte read too many. */
    char *copy = mem_alloc(size - 2);
    memcpy(copy, data + 2, size - 2);
    struct tls_message m = {
        .kind = kinds[(data[0] >> 1) % 3],
        .version = (data[0] & 1) != 0 ? 0x0304 : 0x0303,
        .bytes = slice_make(copy, size - 2),
    };
    struct buf name = {0}, meaning = {0};
    for (int pass = 0; pass < 2; pass++) { /* the second time with what the first remembered */
        buf_clear(&name);
        buf_clear(&meaning);
        handshake_describe(&view, &m, &name, &meaning);
        expect_printable(&name);
        expect_printable(&meaning);
    }
    buf_done(&name);
    buf_done(&meaning);
    mem_free(copy);
    return 0;
}
