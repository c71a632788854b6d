/* What stands in front of http-parser: the rules of RFC 9112 that it does not keep, or keeps only in a strict build.
 *
 * The codec cuts the head, the chunk lines and the trailers into lines and shows each line to the guard before the
 * parser sees anything of it. The guard refuses it, or says what to hand to the parser: the line without its end and
 * without what two readers could understand in two ways. Body bytes never pass through here. */
#ifndef PEEL_HTTP_H1_GUARD_H
#define PEEL_HTTP_H1_GUARD_H

#include "base/error.h"
#include "base/slice.h"
#include "http/h1_codings.h"

#include <stdint.h>

/* What a response got away with; each makes the connection unfit for another request. */
enum h1_leniency {
    H1_BARE_LF,
    H1_FOLDED_LINE,
    H1_REPEATED_LENGTH,
    H1_LENGTH_AND_CHUNKED,
    H1_CODING_IN_1_0,
    H1_IDENTITY_CODING,
    H1_LENGTH_WITHOUT_BODY,
    H1_CHUNK_BLANKS,
    H1_LENIENCIES
};

/* May the next line continue the field before it (obs-fold)? */
enum h1_fold {
    H1_FOLD_NOTHING, /* there is no field before it */
    H1_FOLD_ALLOWED,
    H1_FOLD_REFUSED, /* a field that frames the message or leads elsewhere: Content-Length, Set-Cookie ... */
};

/* One message; h1_guard_begin() makes it ready. Read by the codec, changed by the guard alone. */
struct h1_guard {
    int status;
    int version_minor;
    bool has_length;
    uint64_t length;
    struct h1_codings codings;
    unsigned leniencies; /* 1u << enum h1_leniency */

    /* For all messages, set by the codec. */
    bool ignores_length; /* the user says so: Content-Length is a field like any other */
    bool takes_codings;  /* they were asked for with TE */
    bool is_head_method; /* no answer has a body */

    bool in_trailers;
    size_t n_fields;
    enum h1_fold fold;
    bool is_continued;
    size_t extension_bytes;
    char rewritten[64];
};

void h1_guard_begin(struct h1_guard *g);

/* Can these first bytes of a response become a status line? PEEL_UNSUPPORTED_PROTOCOL (1) when not, with the bytes and
 * a guess at what speaks there. Ask before the line is whole: another protocol may never send a line end. */
bool h1_guard_check_start(struct slice bytes, struct error *err);

/* A whole line with its line end. *pass is what the parser is to see of it, without a line end (it borrows from the
 * line or from the guard); empty: nothing. When is_continued is set after it, *pass goes on with the field before it,
 * joined by one space. */
bool h1_guard_status_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err);
bool h1_guard_field_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err);

/* The beginning of a field line whose end has not come. Refuses what no line end can mend, so that nobody waits. */
bool h1_guard_check_partial(struct slice line, struct error *err);
/* Is it the line that ends a head or the trailers? */
bool h1_guard_is_empty_line(struct h1_guard *g, struct slice line);
/* The last chunk has come. */
void h1_guard_begin_trailers(struct h1_guard *g);
/* The head is over: do Content-Length, Transfer-Encoding, version and status go together? */
bool h1_guard_head_end(struct h1_guard *g, bool has_body, struct error *err);

/* A whole chunk-size line with its line end; *pass is the digits alone. */
bool h1_guard_chunk_line(struct h1_guard *g, struct slice line, struct slice *pass, struct error *err);
/* How long the next chunk-size line may be, with its line end. */
size_t h1_guard_chunk_line_max(const struct h1_guard *g);

/* What a user reads about it. */
const char *h1_leniency_text(enum h1_leniency leniency);

#endif
