/* What a user may say about the request and about how a response is treated. Plain data; strings belong to whoever
 * filled it. */
#ifndef PEEL_HTTP_SETTINGS_H
#define PEEL_HTTP_SETTINGS_H

#include "base/buf.h"
#include "http/form.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_version_choice {
    HTTP_VERSION_1_1,
    HTTP_VERSION_1_0, /* -0 */
};

/* -z */
enum http_time_condition {
    HTTP_TIME_ANY,
    HTTP_TIME_MODIFIED_SINCE,
    HTTP_TIME_UNMODIFIED_SINCE, /* -z -DATE */
};

enum http_fail {
    HTTP_FAIL_NEVER,
    HTTP_FAIL_EARLY,     /* -f: 22, no body */
    HTTP_FAIL_WITH_BODY, /* --fail-with-body: 22, with the body */
};

/* Bits: how to show a user and a password, or a token. */
enum http_auth_scheme {
    HTTP_AUTH_BASIC = 1 << 0,
    HTTP_AUTH_DIGEST = 1 << 1,
    HTTP_AUTH_BEARER = 1 << 2,
    HTTP_AUTH_ANY = (1 << 3) - 1,
};

enum http_netrc {
    HTTP_NETRC_NEVER,
    HTTP_NETRC_OPTIONAL, /* --netrc-optional: for what the URL does not say */
    HTTP_NETRC_REQUIRED, /* --netrc: before what the URL says */
};

/* Bits: after which redirects a POST stays a POST. */
enum http_keep_post {
    HTTP_KEEP_POST_301 = 1 << 0,
    HTTP_KEEP_POST_302 = 1 << 1,
    HTTP_KEEP_POST_303 = 1 << 2,
};

struct http_settings {
    enum http_version_choice version;
    char *method;       /* -X */
    bool head_only;     /* -I */
    bool has_body;      /* any of -d, --json, -F ... was given (the body may be empty) and -G was not */
    struct buf body;    /* parts joined with "&" (-d) or without (--json) */
    bool data_to_query; /* -G: body goes to the query */
    struct form form;   /* -F; has parts: it is the body, and not what stands above */
    uint64_t expect100_timeout_ms;
    bool is_json;   /* --json: its Content-Type and Accept */
    char **headers; /* -H lines: "Name: value", "Name:" removes, "Name;" sends it empty */
    size_t n_headers;
    char *user_agent;  /* -A; "" removes it, NULL: peel/VERSION */
    char *referer;     /* -e, without ";auto" */
    bool auto_referer; /* ";auto" was at its end */
    char *user;        /* -u "user:password", as typed; a secret */
    unsigned auth;     /* --basic, --digest, --anyauth: enum http_auth_scheme; 0: Basic, or Bearer where there is one */
    char *bearer;      /* --oauth2-bearer; a secret */
    char *sigv4;       /* --aws-sigv4: requests are signed, and nothing else shows who we are */
    char *proxy_user;  /* -U "user:password", as typed; a secret */
    unsigned proxy_auth;  /* --proxy-basic ...: enum http_auth_scheme; 0: Basic */
    char **proxy_headers; /* --proxy-header lines, as -H */
    size_t n_proxy_headers;
    enum http_netrc netrc;
    struct buf netrc_text; /* what the file holds; a secret */
    bool location_trusted; /* --location-trusted */
    bool no_user_in_url;   /* --disallow-username-in-url */
    unsigned keep_post;    /* --post301 ...: enum http_keep_post */
    bool is_method_once;   /* --follow: -X is for the first request, then the status decides */
    char *target;          /* --request-target, or NULL */
    enum http_time_condition time_condition;
    int64_t condition_unix_s; /* -z */
    char *range;              /* -r, without "bytes=" */
    struct buf query;         /* --url-query: parts joined with "&" */
    bool compressed;          /* --compressed */
    bool transfer_codings;    /* --tr-encoding */
    bool follow;              /* -L */
    long max_redirs;          /* --max-redirs; -1: no limit; default 50 */
    enum http_fail fail;
    char *cookies;       /* -b "a=b; c=d", sent as it is to the first origin; a secret */
    char **cookie_files; /* -b FILE */
    size_t n_cookie_files;
    bool has_cookie_engine;    /* any -b FILE (also -b "") or -c: cookies of answers are kept and sent */
    bool drop_session_cookies; /* -j */
    char *cookie_jar;          /* -c; "-" is stdout */
    bool has_hsts;             /* --hsts, also --hsts "" */
    char **hsts_files;         /* read; the last is written too */
    size_t n_hsts_files;
    bool ignore_length; /* --ignore-content-length */
    bool raw;           /* --raw: chunks and codings as they came */
    bool allow_09;      /* --http0.9 */
};

#endif
