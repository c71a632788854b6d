/* What a user may say about the request and about how a response is treated. Plain data; strings belong to whoever
 * filled it. */
#ifndef PEEL_HTTP_SETTINGS_H
#define PEEL_HTTP_SETTINGS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum http_version_choice {
    HTTP_VERSION_1_1,
    HTTP_VERSION_1_0, /* -0 */
};

enum http_fail {
    HTTP_FAIL_NEVER,
    HTTP_FAIL_EARLY,     /* -f: 22, no body */
    HTTP_FAIL_WITH_BODY, /* --fail-with-body: 22, with the body */
};

struct http_settings {
    enum http_version_choice version;
    char *method;       /* -X */
    bool head_only;     /* -I */
    bool has_body;      /* any of -d, --json ... was given (the body may be empty) and -G was not */
    struct buf body;    /* parts joined with "&" (-d) or without (--json) */
    bool data_to_query; /* -G: body goes to the query */
    bool is_json;       /* --json: its Content-Type and Accept */
    char **headers;     /* -H lines: "Name: value", "Name:" removes, "Name;" sends it empty */
    size_t n_headers;
    char *user_agent;  /* -A; "" removes it, NULL: peel/VERSION */
    char *referer;     /* -e, without ";auto" */
    bool auto_referer; /* ";auto" was at its end */
    char *user;        /* -u "user:password", as typed; a secret */
    bool compressed;   /* --compressed */
    bool follow;       /* -L */
    long max_redirs;   /* --max-redirs; -1: no limit; default 50 */
    enum http_fail fail;
    char *range;        /* -r: "0-99,200-" */
    bool ignore_length; /* --ignore-content-length */
    bool raw;           /* --raw: chunks and codings as they came */
    bool allow_09;      /* --http0.9 */
};

#endif
