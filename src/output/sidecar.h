/* What is kept beside a body: small files (an entity tag), the file's date, its extended attributes. */
#ifndef PEEL_OUTPUT_SIDECAR_H
#define PEEL_OUTPUT_SIDECAR_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

/* The first line of a small file, without its line end. A file that is not there is empty; false with err filled (26)
 * when it is and cannot be read. */
bool sidecar_read(const char *path, struct buf *line, struct error *err);
/* Replaces the file as a whole. False with err filled (23). */
bool sidecar_write(const char *path, struct slice content, bool create_dirs, struct error *err);

/* The date of last change. False with errno. */
bool sidecar_set_time(int fd, int64_t unix_seconds);

/* --xattr: where a file came from (the names are freedesktop.org's). NULL: left out. */
struct sidecar_origin {
    const char *url; /* without userinfo: it would become readable to whoever may read the file */
    const char *referer;
    const char *content_type;
};
/* False with errno of the first that could not be set. */
bool sidecar_set_attributes(int fd, const struct sidecar_origin *origin);

#endif
