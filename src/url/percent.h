/* Reading percent-encoded bytes. Inside url/ only. */
#ifndef PEEL_URL_PERCENT_H
#define PEEL_URL_PERCENT_H

#include "base/slice.h"

/* 0 to 15, or -1 when c is no hexadecimal digit. */
int url_hex_value(char c);
/* Takes the next byte off the front of *s, which is not empty: the one that %XX stands for, or the one that is there.
 * Was it encoded? */
bool url_take_byte(char *byte, struct slice *s);

#endif
