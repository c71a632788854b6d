/* What went wrong: curl's exit code and one sentence for the user. Made once, where the fault is known best, and handed
 * up unchanged. The text says what was attempted, on what, and what came back, without "peel:" and without the code;
 * bytes from the peer in it have passed escape_append(). */
#ifndef PEEL_BASE_ERROR_H
#define PEEL_BASE_ERROR_H

#include "base/cause.h"

#include <stdbool.h>

/* curl's exit codes (man curl, EXIT CODES), under curl's meanings. */
enum peel_code {
    PEEL_OK = 0,
    PEEL_UNSUPPORTED_PROTOCOL = 1,
    PEEL_FAILED_INIT = 2, /* also: a wrong command line */
    PEEL_URL_MALFORMED = 3,
    PEEL_NOT_BUILT_IN = 4,
    PEEL_COULDNT_RESOLVE_PROXY = 5,
    PEEL_COULDNT_RESOLVE_HOST = 6,
    PEEL_COULDNT_CONNECT = 7,
    PEEL_WEIRD_SERVER_REPLY = 8,
    PEEL_PARTIAL_FILE = 18,
    PEEL_HTTP_RETURNED_ERROR = 22,
    PEEL_WRITE_ERROR = 23,
    PEEL_UPLOAD_FAILED = 25,
    PEEL_READ_ERROR = 26,
    PEEL_OUT_OF_MEMORY = 27,
    PEEL_OPERATION_TIMEDOUT = 28,
    PEEL_RANGE_ERROR = 33,
    PEEL_SSL_CONNECT_ERROR = 35,
    PEEL_BAD_FUNCTION_ARGUMENT = 43,
    PEEL_INTERFACE_FAILED = 45,
    PEEL_TOO_MANY_REDIRECTS = 47,
    PEEL_SETOPT_OPTION_SYNTAX = 49,
    PEEL_GOT_NOTHING = 52,
    PEEL_SSL_ENGINE_NOTFOUND = 53,
    PEEL_SEND_ERROR = 55,
    PEEL_RECV_ERROR = 56,
    PEEL_SSL_CERTPROBLEM = 58,
    PEEL_SSL_CIPHER = 59,
    PEEL_PEER_FAILED_VERIFICATION = 60,
    PEEL_BAD_CONTENT_ENCODING = 61,
    PEEL_FILESIZE_EXCEEDED = 63,
    PEEL_SEND_FAIL_REWIND = 65,
    PEEL_LOGIN_DENIED = 67,
    PEEL_SSL_CACERT_BADFILE = 77,
    PEEL_SSL_CRL_BADFILE = 82,
    PEEL_SSL_PINNEDPUBKEYNOTMATCH = 90,
    PEEL_SSL_INVALIDCERTSTATUS = 91,
    PEEL_DIGEST_MISMATCH = 120,  /* not curl's: --sha256 */
    PEEL_CERTIFICATE_ENDS = 121, /* not curl's: --tls-warn-days */
};

struct error {
    enum peel_code code; /* PEEL_OK: nothing went wrong */
    int os_error;        /* the errno value behind it, where somebody asks for it; else 0 */
    enum cause cause;    /* of a failure of TLS, for insight/; set behind error_set() */
    char text[1000];
};

/* Fills e, unless it holds an error already: the first one is nearest to the cause. Returns false, so that a function
 * can say `return error_set(...)`. Text that does not fit is cut and ends in "...". */
bool error_set(struct error *e, enum peel_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
