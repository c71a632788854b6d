/* Redirects: which are followed, and with what. Measured with curl 7.88.1 where the RFC leaves a choice. */
#include "http/redirect.h"

#include "http/settings.h"

#include <string.h>

bool http_is_redirect(int status)
{
    return status >= 300 && status <= 399;
}

static bool is_rewriting(int status)
{
    return status == 301 || status == 302 || status == 303;
}

const char *http_redirect_method(const char *method, int status, bool is_custom)
{
    if (is_custom || !is_rewriting(status))
        return method;
    bool is_safe = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool becomes_get = status == 303 ? !is_safe : strcmp(method, "POST") == 0;
    return becomes_get ? "GET" : method;
}

bool http_redirect_keeps_body(int status)
{
    return !is_rewriting(status);
}

bool http_redirect_keeps_post(const char *method, int status, unsigned kept)
{
    unsigned bit = status == 301   ? HTTP_KEEP_POST_301
                   : status == 302 ? HTTP_KEEP_POST_302
                   : status == 303 ? HTTP_KEEP_POST_303
                                   : 0;
    return (kept & bit) != 0 && strcmp(method, "POST") == 0;
}
