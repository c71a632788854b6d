/* Reading the server's choices. */
#include "tls/chosen.h"

#include "base/cursor.h"

enum {
    SERVER_KEY_EXCHANGE = 12, /* RFC 5246 section 7.4 */
    CERTIFICATE_VERIFY = 15,
    NAMED_CURVE = 3,
};

static int bits_of(struct slice number)
{
    while (number.len > 0 && number.ptr[0] == 0)
        number = slice_from(number, 1);
    if (number.len == 0)
        return 0;
    int bits = (int)(number.len - 1) * 8;
    for (unsigned top = (unsigned char)number.ptr[0]; top > 0; top >>= 1)
        bits++;
    return bits;
}

/* Prime, generator, public value (RFC 5246 section 7.4.3). */
static void read_prime(struct tls_chosen *chosen, struct cursor *c)
{
    struct cursor prime = cursor_vector(c, 2);
    if (!prime.is_broken)
        chosen->dh_bits = bits_of(prime.rest);
    cursor_vector(c, 2);
    cursor_vector(c, 2);
}

/* Kind of curve, its name, public point (RFC 8422 section 5.4). */
static void read_curve(struct tls_chosen *chosen, struct cursor *c)
{
    if (cursor_number(c, 1) != NAMED_CURVE) {
        c->is_broken = true;
        return;
    }
    chosen->group = cursor_u16(c);
    cursor_vector(c, 1);
}

void tls_chosen_note(struct tls_chosen *chosen, struct slice message, bool is_dhe)
{
    struct cursor c = {.rest = message};
    uint32_t type = cursor_number(&c, 1);
    cursor_number(&c, 3);
    if (type != SERVER_KEY_EXCHANGE && type != CERTIFICATE_VERIFY)
        return;
    if (type == SERVER_KEY_EXCHANGE && is_dhe)
        read_prime(chosen, &c);
    else if (type == SERVER_KEY_EXCHANGE)
        read_curve(chosen, &c);
    int signature = cursor_u16(&c);
    if (!c.is_broken)
        chosen->signature = signature;
}
