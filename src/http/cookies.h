/* Cookies (RFC 6265bis, with curl's caps and curl's order): Set-Cookie bytes into cookies, a jar that keeps them and
 * says which go to whom, and the jar as text in Netscape's format. No I/O and no clock: the caller brings bytes and the
 * time.
 *
 * A run makes one jar, feeds it the lines of its files (cookie_jar_read_line), then for each request makes a
 * cookie_origin, asks cookie_jar_print what to send, and gives each Set-Cookie of the answer to cookie_jar_set. At
 * the end cookie_jar_write gives the text to keep. */
#ifndef PEEL_HTTP_COOKIES_H
#define PEEL_HTTP_COOKIES_H

#include "base/buf.h"
#include "url/url.h"

enum cookie_limit {
    COOKIE_LINE_MAX = 5000,     /* value of Set-Cookie */
    COOKIE_NAME_MAX = 4094,     /* name or value alone */
    COOKIE_PAIR_MAX = 4096,     /* name and value together */
    COOKIE_PATH_MAX = 1024,     /* any attribute, as RFC 6265bis has it */
    COOKIE_PER_RESPONSE = 50,   /* kept */
    COOKIE_SENT_MAX = 150,      /* in one request */
    COOKIE_FIELD_MAX = 8190,    /* "Cookie: " and what follows it */
    COOKIE_JAR_MAX = 10000,     /* in a jar; then the oldest go */
    COOKIE_JAR_LINE_MAX = 8190, /* more than any cookie above can need: what was written can be read */
    COOKIE_DAYS_MAX = 400,      /* how long a server may ask us to keep one */
};

enum cookie_same_site {
    COOKIE_SAME_SITE_UNSAID,
    COOKIE_SAME_SITE_NONE,
    COOKIE_SAME_SITE_LAX,
    COOKIE_SAME_SITE_STRICT,
};

struct cookie {
    char *name, *value;
    char *domain; /* no dot at its start; case as typed, since nothing compares it; "": of a header dump without one */
    char *path;   /* starts with "/" */
    int64_t expires; /* Unix seconds; 0: when the session ends */
    bool is_host_only;
    bool is_secure;
    bool is_http_only;
    bool is_live; /* came from a response of this run, not from a file */
    enum cookie_same_site same_site;
};

void cookie_done(struct cookie *c);

/* Who sets or is sent a cookie: one request's own host and path, nothing from any request before. */
struct cookie_origin {
    char *host; /* lower-case A-label */
    bool is_address;
    bool is_secure; /* https, or loopback as curl counts it: localhost, 127.0.0.1, ::1 */
    char *path;
};

/* custom_host: the value of a -H Host field that is in force, or empty; cookies then belong to that name. */
void cookie_origin_init(struct cookie_origin *o, const struct url *url, struct slice custom_host);
void cookie_origin_done(struct cookie_origin *o);

enum cookie_fault {
    COOKIE_OK,
    COOKIE_TOO_LONG,
    COOKIE_BAD_BYTE,   /* a control byte */
    COOKIE_NO_PAIR,    /* no name, or no "=" */
    COOKIE_BAD_DOMAIN, /* not the host's own, or ends in a dot */
    COOKIE_PUBLIC,     /* Domain is a public suffix */
    COOKIE_NOT_SECURE, /* Secure from an origin that is not */
    COOKIE_BAD_PREFIX, /* __Secure- or __Host- without what they promise */
    COOKIE_SHADOWS,    /* an insecure origin may not hide a secure cookie */
    COOKIE_TOO_MANY,   /* in this response */
    COOKIE_NOT_WANTED, /* -j, or the jar knows better */
};

/* For -v: "the Domain is a public suffix". */
const char *cookie_fault_text(enum cookie_fault fault);

/* The value of a Set-Cookie field into out (zeroed first; cookie_done or cookie_jar_store, which
 * takes it over). origin NULL: from a header dump, then the Domain is believed. The public suffix list and what is
 * in the jar are not asked yet. */
enum cookie_fault cookie_parse(struct cookie *out, struct slice line, const struct cookie_origin *origin, int64_t now);

/* RFC 6265 section 5.1.3 for two names, case ignored. */
bool cookie_is_below(struct slice host, struct slice domain);
/* Section 5.1.4. */
bool cookie_path_matches(struct slice path, struct slice cookie_path);
/* Does the name's prefix promise more than the cookie keeps? */
bool cookie_breaks_prefix(const struct cookie *c);

struct cookie_jar;

struct cookie_jar *cookie_jar_new(void);
/* Takes NULL. */
void cookie_jar_free(struct cookie_jar *jar);

/* Moves the cookie into the jar, in place of one with the same name, domain and path; one that has expired only takes
 * that one away. Whatever comes back, *c is empty after that. */
enum cookie_fault cookie_jar_store(struct cookie_jar *jar, struct cookie *c, bool is_secure_origin, int64_t now);

/* A response begins: the count for COOKIE_PER_RESPONSE starts anew. */
void cookie_jar_begin_response(struct cookie_jar *jar);
/* One Set-Cookie of it. *told is what became of it, for the trace, and valid until the jar changes; NULL when nothing
 * was kept. */
enum cookie_fault cookie_jar_set(struct cookie_jar *jar, struct slice line, const struct cookie_origin *origin,
                                 int64_t now, const struct cookie **told, bool *is_replaced);

/* Appends "a=b; c=d": longer paths first, then longer domains, then longer names, then the newest, as curl sends them.
 * Of more than COOKIE_SENT_MAX the first to be set are taken, and what does not fit into COOKIE_FIELD_MAX is left out
 * from the end. Nothing when there is none. */
void cookie_jar_print(struct cookie_jar *jar, struct buf *out, const struct cookie_origin *origin, int64_t now);

/* One line of a file: of a Netscape jar or of a dump of response heads. What it cannot use it skips. */
void cookie_jar_read_line(struct cookie_jar *jar, struct slice line, bool drop_session, int64_t now);
/* The whole jar as such a file, newest first. */
void cookie_jar_write(struct cookie_jar *jar, struct buf *out, int64_t now);

/* In the order of creation; cookie_jar_expire drops those whose time is over. */
size_t cookie_jar_count(const struct cookie_jar *jar);
const struct cookie *cookie_jar_at(const struct cookie_jar *jar, size_t i);
void cookie_jar_expire(struct cookie_jar *jar, int64_t now);

#endif
