/* A small file written whole or not at all: a jar, a list. */
#ifndef PEEL_OUTPUT_SAVE_H
#define PEEL_OUTPUT_SAVE_H

#include "base/error.h"
#include "base/slice.h"

/* Into a new file in the same directory, which then takes the place of the old one and its mode; 0600 when there was
 * none or it is another user's, who is not to read what we keep. Symbolic links are followed; what is no regular file,
 * or is stdout or stderr by another name, is written to directly. False with err filled (PEEL_WRITE_ERROR), and the old
 * file is as it was. */
bool save_whole(const char *path, struct slice bytes, struct error *err);

#endif
