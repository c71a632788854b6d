/* pcapng blocks. Each has its type, its length, what is in it, options, and its length once more (section 3.1 of the
 * draft); everything begins on a multiple of four bytes. */
#include "insight/pcapng.h"

#include "base/bytes.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BLOCK_SECRETS = 10,

    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    LINK_TYPE_RAW_IP = 101,
    SECRETS_TLS_KEY_LOG = 0x544c534b,

    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_APPLICATION = 4, /* of a section */
    OPTION_NAME = 2,        /* of an interface */
};

static void pad(struct buf *out, size_t len)
{
    for (; len % 4 != 0; len++)
        buf_append_byte(out, '\0');
}

/* The length is not known yet: block_end fills it in. Returns where the block begins. */
static size_t block_begin(struct buf *out, uint32_t type)
{
    size_t start = out->len;
    bytes_append_le(out, type, 4);
    bytes_append_le(out, 0, 4);
    return start;
}

static void block_end(struct buf *out, size_t start)
{
    size_t len = out->len - start + 4;
    for (unsigned i = 0; i < 4; i++)
        out->data[out->start + start + 4 + i] = (char)(len >> 8 * i);
    bytes_append_le(out, len, 4);
}

static void append_option(struct buf *out, unsigned code, const char *text)
{
    struct slice value = slice_first(slice_of(text), UINT16_MAX);
    if (value.len == 0)
        return;
    bytes_append_le(out, code, 2);
    bytes_append_le(out, value.len, 2);
    buf_append(out, value);
    pad(out, value.len);
}

static void end_options(struct buf *out)
{
    bytes_append_le(out, OPTION_END, 4);
}

void pcapng_append_start(struct buf *out, const char *comment)
{
    size_t section = block_begin(out, BLOCK_SECTION);
    bytes_append_le(out, BYTE_ORDER_MAGIC, 4);
    bytes_append_le(out, 1, 4);          /* version 1.0 */
    bytes_append_le(out, UINT64_MAX, 8); /* how long the section will be is not known */
    append_option(out, OPTION_COMMENT, comment);
    append_option(out, OPTION_APPLICATION, "peel " PEEL_VERSION);
    end_options(out);
    block_end(out, section);
    size_t interface = block_begin(out, BLOCK_INTERFACE);
    bytes_append_le(out, LINK_TYPE_RAW_IP, 4); /* and two reserved bytes */
    bytes_append_le(out, 0, 4);                /* no limit to a packet's length */
    append_option(out, OPTION_NAME, "peel");
    end_options(out);
    block_end(out, interface);
}

void pcapng_append_secrets(struct buf *out, struct slice lines)
{
    size_t block = block_begin(out, BLOCK_SECRETS);
    bytes_append_le(out, SECRETS_TLS_KEY_LOG, 4);
    bytes_append_le(out, lines.len, 4);
    buf_append(out, lines);
    pad(out, lines.len);
    block_end(out, block);
}

void pcapng_append_packet(struct buf *out, uint64_t at_us, struct slice packet, const char *comment)
{
    size_t block = block_begin(out, BLOCK_PACKET);
    bytes_append_le(out, 0, 4); /* interface */
    bytes_append_le(out, at_us >> 32, 4);
    bytes_append_le(out, at_us, 4);
    bytes_append_le(out, packet.len, 4);
    bytes_append_le(out, packet.len, 4);
    buf_append(out, packet);
    pad(out, packet.len);
    if (comment) {
        append_option(out, OPTION_COMMENT, comment);
        end_options(out);
    }
    block_end(out, block);
}
