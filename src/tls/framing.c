/* Counting the bytes of records. */
#include "tls/framing.h"

size_t tls_framing_len(const struct tls_framing *framing)
{
    size_t len = (size_t)framing->head[3] << 8 | framing->head[4];
    return framing->came < sizeof framing->head ? 0 : sizeof framing->head + len;
}

void tls_framing_take(struct tls_framing *framing, struct slice bytes)
{
    while (bytes.len > 0) {
        size_t n = 1;
        if (framing->came < sizeof framing->head)
            framing->head[framing->came] = (unsigned char)bytes.ptr[0];
        else
            n = slice_first(bytes, tls_framing_len(framing) - framing->came).len;
        framing->came += n;
        bytes = slice_from(bytes, n);
        if (framing->came == tls_framing_len(framing))
            framing->came = 0;
    }
}
