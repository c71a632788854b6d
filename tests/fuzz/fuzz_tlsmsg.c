/* TLS handshake messages: told in words, taken apart, shown. The first byte picks the kind of message and the TLS
 * version, the second the cipher that ServerHello is thought to have picked and the width of the terminal, the rest is
 * the message. What comes out must be printable; the words must fit a line, and so must each line of the view. */
#include "base/columns.h"
#include "base/escape.h"
#include "base/mem.h"
#include "insight/decode.h"
#include "insight/message_view.h"

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

/* Printable lines that each begin with a star and fit. */
static void expect_lines(struct slice text, unsigned width)
{
    while (text.len > 0) {
        struct slice line = slice_first(text, slice_find(text, '\n'));
        if (line.len == text.len || line.len == 0 || line.ptr[0] != '*' || columns_of(line) > width)
            abort();
        for (size_t i = 0; i < line.len; i++)
            if ((unsigned char)line.ptr[i] < 0x20 || line.ptr[i] == 0x7f)
                abort();
        text = slice_from(text, line.len + 1);
    }
}

/* Nothing raw of the peer's: what is not ASCII has passed escape_append, which changes nothing the second time. */
static void expect_escaped(struct slice text)
{
    struct buf again = {0};
    while (text.len > 0) {
        struct slice line = slice_first(text, slice_find(text, '\n'));
        buf_clear(&again);
        escape_append(&again, line);
        if (!slice_equal(buf_slice(&again), line))
            abort();
        text = slice_from(text, line.len + 1);
    }
    buf_done(&again);
}

static void show(const struct handshake_view *view, const struct tls_message *m, unsigned width)
{
    struct message message = {0};
    struct buf lines = {0};
    message_decode(&message, view, m);
    unsigned most = width < 80 ? MESSAGE_VIEW_FULL : MESSAGE_VIEW_HEX; /* rows of bytes are not folded */
    for (unsigned verbosity = MESSAGE_VIEW_BRIEF; verbosity <= most; verbosity++) {
        buf_clear(&lines);
        message_view_append(&lines, &message, m->bytes, verbosity, width);
        expect_lines(buf_slice(&lines), width);
        expect_escaped(buf_slice(&lines));
    }
    buf_done(&lines);
    message_done(&message);
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
        show(&view, &m, 41 + (unsigned)(data[1] >> 2) * 3);
    }
    buf_done(&name);
    buf_done(&meaning);
    mem_free(copy);
    return 0;
}
