/* Base64 with padding (RFC 4648 section 4). */
#ifndef PEEL_BASE_BASE64_H
#define PEEL_BASE_BASE64_H

#include "base/buf.h"

void base64_append(struct buf *out, struct slice bytes);

#endif
