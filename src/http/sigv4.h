/* AWS Signature Version 4 (--aws-sigv4): a request is signed with a key that never leaves this machine. Bytes in,
 * header fields out; no I/O, and the clock is the caller's.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; what other providers put
 * in place of "aws" and "amz" is as curl documents it. */
#ifndef PEEL_HTTP_SIGV4_H
#define PEEL_HTTP_SIGV4_H

#include "base/buf.h"
#include "base/error.h"
#include "http/headers.h"

#include <stdint.h>

/* "provider1[:provider2[:region[:service]]]"; slices of the text. What is missing is empty. */
struct sigv4_scope {
    struct slice vendor; /* "aws": names the algorithm and the key */
    struct slice prefix; /* "amz": names the fields; as the vendor when it was not said */
    struct slice region, service;
};

/* False with err filled (43). */
bool sigv4_read_scope(struct sigv4_scope *scope, const char *text, struct error *err);

/* Region and service that were not said stand at the beginning of the host's name: service.region.example. False with
 * err filled (3) when they do not. */
bool sigv4_complete_scope(struct sigv4_scope *scope, const char *host, struct error *err);

/* S3 signs paths as they are and takes bodies without a digest; all others have them encoded once more. */
bool sigv4_is_s3(const struct sigv4_scope *scope);

enum {
    SIGV4_NAME_SIZE = 128
};

/* What may stand in the place of a body's digest with S3. */
#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"

struct sigv4_request {
    struct sigv4_scope scope; /* complete */
    const char *key, *secret;
    const char *method;
    struct slice target;                /* as in the request line */
    struct slice host;                  /* as in the Host field */
    const struct http_headers *headers; /* the user's own, without Host: they are signed too */
    const char *payload;                /* the body's SHA-256 in hexadecimal, or SIGV4_UNSIGNED */
    int64_t now_unix_s;
};

/* The name of a field that the user may bring along in place of ours: "x-amz-content-sha256". */
void sigv4_payload_name(char into[SIGV4_NAME_SIZE], const struct sigv4_scope *scope);

/* Appends "Authorization: ..." and the fields that it needs, each with CR LF. A date among the user's headers is when
 * it was signed. False with err filled: 43 when that date has another form than 20150830T123600Z, 2 when this OpenSSL
 * has no SHA-256. */
bool sigv4_print(struct buf *out, const struct sigv4_request *request, struct error *err);

#endif
