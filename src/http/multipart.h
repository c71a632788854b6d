/* Forms as multipart/form-data (RFC 7578): a tree of parts becomes a body. */
#ifndef PEEL_HTTP_MULTIPART_H
#define PEEL_HTTP_MULTIPART_H

#include "http/body.h"
#include "http/settings.h"

/* Appends the form's pieces to the body; files are checked, not read. media_type is what the request's Content-Type
 * will say, without parameters: in anything but multipart/form-data the parts are attachments. False with err filled
 * (26) when a file is not there. */
bool multipart_add(struct body *b, const struct form *form, const char *media_type, const char *boundary,
                   struct error *err);

enum {
    MULTIPART_BOUNDARY_SIZE = 24 + 22 + 1 /* dashes, letters and digits, NUL */
};

/* A boundary that nothing in the parts can guess. */
void multipart_make_boundary(char into[MULTIPART_BOUNDARY_SIZE]);

/* The media type that a file's name stands for, by its last suffix; NULL when none is known. */
const char *multipart_type_of_name(const char *name);

#endif
