/* A URL's text cut into its parts, before any of them is looked at (RFC 3986 appendix B). Inside url/ only.
 *
 * Cutting never fails: it finds the borders and nothing else. Every slice points into the text, so that a fault in a
 * part can be reported with its place in the whole. */
#ifndef PEEL_URL_PARTS_H
#define PEEL_URL_PARTS_H

#include "url/url.h"

struct url_parts {
    struct slice text;
    bool has_scheme, has_authority, has_userinfo, has_port, has_query, has_fragment;
    struct slice scheme, userinfo, host, port, path, query, fragment;
    const char *authority; /* where it starts, or would start */
    bool is_bare;          /* typed without a scheme: the text starts with the authority */
};

/* What a user types: without a scheme, it starts with the authority. What stands before ":" is a scheme only when "//"
 * follows, or one to three slashes after http and https, as curl has it; so localhost:8080/x is a host and a port. */
void url_split_typed(struct url_parts *p, struct slice text);
/* A reference as in Location: without a scheme or "//" it is relative. */
void url_split_reference(struct url_parts *p, struct slice text);

/* More flags for url_build, beside enum url_flags. */
enum url_build_flags {
    URL_ENCODE_BLANKS = 1 << 8, /* a space becomes %20, in the query "+", instead of a fault */
};

/* The parts of a URL with a host, checked and normalised into out, which is zeroed. Without a scheme in p,
 * default_scheme is taken, or guessed from the host when that is NULL. On failure out may be half filled: url_done. */
bool url_build(struct url *out, const struct url_parts *p, const char *default_scheme, unsigned flags,
               struct error *err);

/* Path, query or fragment checked and encoded, appended to out; name is that of the part. */
bool url_build_component(struct buf *out, const struct url_parts *p, struct slice part, const char *name,
                         const char *blank, struct error *err);

/* The error "WHAT (URL byte N): "TEXT"", where at points into the text; whatever may be a password is not shown. */
bool url_fail(const struct url_parts *p, const char *at, const char *what, struct error *err);

/* RFC 3986 section 5.2.4. path starts with "/", and so does what is appended to out, which is empty before. */
void url_remove_dot_segments(struct buf *out, struct slice path);

#endif
