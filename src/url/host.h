/* One host, read and normalised: IPv4 in all of its forms, IPv6 with zone, names with IDNA. Inside url/ only. */
#ifndef PEEL_URL_HOST_H
#define PEEL_URL_HOST_H

#include "url/url.h"

struct url_host {
    char *name;  /* normalised, see url.h */
    char *zone;  /* or NULL */
    char *typed; /* the name before IDNA and with its capitals, or NULL */
    enum url_host_kind kind;
};

/* What is wrong, "host name has a space", and at which byte of the text that was read. */
struct url_fault {
    char what[200];
    size_t at;
};

/* text as it stands in a URL: an IPv6 address in brackets, anything else perhaps percent-encoded. What is in out
 * belongs to the caller. False with fault filled, and nothing in out. */
bool url_host_read(struct url_host *out, struct slice text, struct url_fault *fault);

/* "a space", "a line feed", "\"*\"", "the byte 0x1b": for sentences. size is at least 24. Returns into. */
const char *url_describe_byte(char *into, size_t size, char byte);

#endif
