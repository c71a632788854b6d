/* Content-Range (RFC 9110 section 14.4): which part of the whole a response is; and how to ask for the rest of it. */
#ifndef PEEL_HTTP_RANGE_H
#define PEEL_HTTP_RANGE_H

#include "http/codec.h"

struct content_range {
    bool has_first; /* else: there is no such part ("bytes", a star, "/1234") */
    uint64_t first, last;
    bool has_total;
    uint64_t total;
    bool is_contradiction; /* the last byte lies before the first, or behind the end */
};

/* "bytes 0-99/1234". False when it is no such thing, or contradicts itself; what could be read is in *range all the
 * same: there are servers that say no more than "bytes 50-". */
bool content_range_parse(struct slice value, struct content_range *range);

/* What the answer to a request for everything from an offset on means for the part that is here. */
enum resume_verdict {
    RESUME_GOES_ON,  /* the body is what is missing */
    RESUME_IS_WHOLE, /* nothing is missing: the body is to be left alone */
    RESUME_REFUSED,  /* the body is something else */
};

/* content_range: the field's value, NULL when there is none; has_length and length: of Content-Length. */
enum resume_verdict resume_judge(uint64_t offset, int status, const char *content_range, bool has_length,
                                 uint64_t length);

/* What If-Range may say (RFC 9110 section 13.1.5) to get the rest of a body of which the beginning came under these
 * headers: the entity tag when it is a strong one; without a tag, Last-Modified when it lies a second or more before
 * Date (section 8.8.2.2: within one second a file can change twice). NULL when there is neither, or when the server
 * says that it does no ranges. Borrowed. */
const char *range_validator(const struct http_headers *headers);

/* The rest of what came under a validator, from offset on. */
struct range_rest {
    uint64_t offset;
    const char *validator;
    bool has_total; /* of the whole, as the first response said it */
    uint64_t total;
};

/* Is this the answer that was asked for with Range and If-Range: all from offset to the end, in one part, of the same
 * representation? What is left in doubt is no. */
bool range_is_rest(const struct range_rest *rest, const struct http_response_head *head);

#endif
