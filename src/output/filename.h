/* Names for files here that somebody else has chosen: a server (Content-Disposition, Location) or a URL. Pure functions
 * of bytes. A name that comes out of here is one component: never a path, never "." or "..", and never empty. */
#ifndef PEEL_OUTPUT_FILENAME_H
#define PEEL_OUTPUT_FILENAME_H

#include "base/slice.h"

enum {
    FILENAME_MOST = 255, /* bytes: what Linux file systems take */
};

/* What stands behind the last "/" and the last "\" of the text, made safe: control bytes, C1 controls and ill-formed
 * UTF-8 become "_", so does a "." at its beginning, and what is longer than FILENAME_MOST is cut at a whole character.
 * NULL when nothing is left, or when it is "." or "..". mem_free it. */
char *filename_from_peer(struct slice text);

/* The file name in the value of a Content-Disposition field (RFC 6266), made safe as above: filename* when it can be
 * read (UTF-8 or ISO-8859-1, RFC 8187), else filename, quoted or not. The first of each counts. NULL when there is
 * none. mem_free it. */
char *filename_from_disposition(struct slice value);

/* Of a URL's path, still percent-encoded as curl's -O has it: the last component that is not empty, trailing slashes
 * ignored. "curl_response" when there is none: as curl does it. Bytes as above, but a leading dot stays: the user has
 * typed it. mem_free it. */
char *filename_from_url_path(struct slice path);

#endif
