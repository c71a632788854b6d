/* The transfer encodings of MIME (RFC 2045 section 6), for parts of a form: bytes in, encoded bytes out, in any steps.
 */
#ifndef PEEL_HTTP_ENCODE_H
#define PEEL_HTTP_ENCODE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

enum encoding {
    ENCODING_NONE,
    ENCODING_BINARY, /* as it is, and says so */
    ENCODING_8BIT,   /* the same */
    ENCODING_7BIT,   /* the same, but a byte above 127 is an error */
    ENCODING_BASE64,
    ENCODING_QUOTED_PRINTABLE,
};

/* By its name as in Content-Transfer-Encoding; ENCODING_NONE when there is none such. */
enum encoding encoding_by_name(struct slice name);
/* NULL for ENCODING_NONE. */
const char *encoding_name(enum encoding encoding);

/* How many bytes n bytes become; UINT64_MAX when it depends on the bytes. */
uint64_t encoding_length(enum encoding encoding, uint64_t n);

/* Zeroed but for encoding, it is at the start. */
struct encoder {
    enum encoding encoding;
    char held[3]; /* bytes that wait for what follows them */
    size_t n_held;
    size_t column; /* bytes on the current line */
};

/* Appends the next bytes, encoded. The last call says so, with or without bytes. False with err filled (26) for a byte
 * that the encoding does not allow. */
bool encoder_feed(struct encoder *e, struct slice bytes, bool is_last, struct buf *out, struct error *err);

#endif
