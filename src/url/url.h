/* URLs: the one parser for everything. What it makes is passed on, never the text (RFC 3986; hosts as curl reads them).
 *
 * A parsed URL is normalised: the scheme is lower-case, the host is percent-decoded once and then checked, a name is an
 * A-label in lower case (libidn2, non-transitional), an IPv4 address has four decimal parts whatever form it came in
 * (0x7f.1, 017700000001, 2130706433), an IPv6 address has its shortest form (RFC 5952) without brackets and its zone
 * apart. Refused with PEEL_URL_MALFORMED and a text that names the part and the place: bytes <= 0x20 and 0x7f anywhere,
 * %00 %0a %0d in userinfo, a port over 65535, a host with a byte that no host has. A backslash is an ordinary byte. The
 * userinfo ends at the last "@" before the first "/", "?" or "#", and a second one in it is refused, as by curl. */
#ifndef PEEL_URL_URL_H
#define PEEL_URL_URL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdint.h>

enum url_host_kind {
    URL_HOST_NAME,
    URL_HOST_IPV4,
    URL_HOST_IPV6,
};

/* Owned, NUL-terminated strings; NULL where the part is absent (not merely empty), but host and path are never NULL. */
struct url {
    char *scheme;     /* "https", "http", or whatever else was written */
    char *user;       /* percent-decoded */
    char *password;   /* percent-decoded */
    char *host;       /* see above; an IPv6 address without brackets */
    char *zone;       /* of an IPv6 address: "eth0", "1" */
    char *path;       /* starts with "/"; percent-encoded as it came */
    char *query;      /* without "?" */
    char *fragment;   /* without "#" */
    char *typed_host; /* a name before IDNA and with its capitals, when it is not host; else NULL. To be shown only */
    enum url_host_kind host_kind;
    uint16_t port; /* the scheme's default when none was written */
    bool has_port; /* a port was written */
};

enum url_flags {
    URL_PATH_AS_IS = 1 << 0, /* keep /./ and /../ (--path-as-is) */
};

/* text -> out (zeroed by url_parse first). When no scheme is written: default_scheme if not NULL; else https, but http
 * when the host is localhost, ends in .localhost, or is a loopback address. What stands before ":" is a scheme only
 * when
 * "//" follows (one to three slashes after http and https, as curl), so "localhost:8080/x" is a host and a port, and
 * ":8080/x" is short for it. Any scheme is accepted; the host may be empty only in "file:///". Bytes >= 0x80 in path,
 * query and fragment are percent-encoded. How long a name may be is the resolver's business. Returns false with err
 * filled, and out empty, when it is no URL. */
bool url_parse(struct url *out, struct slice text, const char *default_scheme, unsigned flags, struct error *err);

/* RFC 3986 section 5.2: the reference, seen from base, becomes out. Spaces inside a Location are encoded as curl does:
 * %20 in the path, "+" in the query. A scheme without "//" is PEEL_UNSUPPORTED_PROTOCOL (mailto:) or, for http and
 * https, PEEL_URL_MALFORMED. Userinfo of the base stays with a relative reference and goes with its authority. An empty
 * reference gives the base (curl does not follow an empty Location). URL_PATH_AS_IS is for paths that are written from
 * their "/" on: what is relative to a path has no meaning before its dots are resolved. out and base are different
 * things. */
bool url_resolve(struct url *out, const struct url *base, struct slice reference, unsigned flags, struct error *err);

/* Frees the parts and zeroes them; the password is wiped. */
void url_done(struct url *u);
void url_copy(struct url *out, const struct url *from);

/* Adds "a=b" to the query, with "&" where there was one. The text is taken as it is (-G, --url-query), but
 * for bytes that would end the query or the request line (<= 0x20, "#", >= 0x7f): they are percent-encoded. The digits
 * of all encodings come out in upper case (RFC 3986 section 2.1). Empty text changes nothing. */
void url_append_query(struct url *u, struct slice text);

enum url_print_flags {
    URL_WITH_USERINFO = 1 << 0, /* else it is left out: nothing that is shown or stored has a password in it */
    URL_WITH_FRAGMENT = 1 << 1,
    URL_TYPED_HOST = 1 << 2, /* the host as it was typed, in Unicode too: for who asks for his own URL back */
};

/* The URL as text; the port only where it is not the scheme's own. */
void url_print(struct buf *out, const struct url *u, unsigned flags);
/* A URL as it was typed, be it one or not, with "***" for all that may be a user or a password. */
void url_redact(struct buf *out, struct slice text);
/* What stands in the request line: path and query (RFC 9112 section 3.2.1). */
void url_print_target(struct buf *out, const struct url *u);
/* "host" or "host:port", an IPv6 address in brackets, without zone: for the Host field (RFC 9110 section 7.2). As curl,
 * with the capitals with which it was typed; an international name as its A-label. */
void url_print_authority(struct buf *out, const struct url *u);

/* The same scheme, host (with zone) and port. */
bool url_same_origin(const struct url *a, const struct url *b);
/* 80, 443, or 0 for a scheme that peel does not speak. */
uint16_t url_default_port(const char *scheme);

/* One host as a URL may have it, e.g. of --resolve or --connect-to: normalises text into *host (mem_free it) and
 * *zone (may be NULL when not wanted). IPv6 may come with or without brackets. PEEL_URL_MALFORMED when it is none. */
bool url_parse_host(char **host, char **zone, enum url_host_kind *kind, struct slice text, struct error *err);

/* Percent-encoding of everything but the unreserved bytes of RFC 3986 section 2.3, for --data-urlencode. */
void url_percent_encode(struct buf *out, struct slice text);
/* Each %XX becomes its byte; any other % stays. */
void url_percent_decode(struct buf *out, struct slice text);

/* The last path component, still percent-encoded (as curl's -O); empty when the path ends in "/". */
struct slice url_last_segment(const struct url *u);

#endif
