/* Hiding secrets in argv. */
#include "cli/secrets.h"

#include <string.h>

static void hide(char *text)
{
    memset(text, '*', strlen(text));
}

void secrets_hide_in_url(char *url)
{
    char *scheme_end = strstr(url, "://");
    char *authority = scheme_end ? scheme_end + 3 : url;
    size_t len = strcspn(authority, "/?#");
    char *at = memrchr(authority, '@', len);
    if (!at)
        return;
    char *colon = memchr(authority, ':', (size_t)(at - authority));
    if (colon)
        memset(colon + 1, '*', (size_t)(at - colon - 1));
}

static void hide_header(char *line)
{
    static const char *const names[] = {"Authorization", "Cookie", "Proxy-Authorization"};
    size_t len = strcspn(line, ":");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (slice_equal_nocase(slice_make(line, len), slice_of(names[i])) && line[len])
            hide(line + len + 1);
    }
}

static void hide_pass_phrase(char *certificate)
{
    if (strncasecmp(certificate, "pkcs11:", 7) == 0) { /* its pin-value attribute */
        hide(certificate);
        return;
    }
    for (char *at = certificate; *at; at++) {
        if (at[0] == '\\' && at[1])
            at++;
        else if (at[0] == ':') {
            hide(at + 1);
            return;
        }
    }
}

void secrets_hide(const struct option *option, char *value)
{
    if (option->kind == TAKES_SECRET)
        hide(value);
    else if (option->kind == TAKES_HEADER)
        hide_header(value);
    else if (option->kind == TAKES_CERTIFICATE)
        hide_pass_phrase(value);
    else if (option->kind == TAKES_COOKIES && strchr(value, '='))
        hide(value);
    else if (option->kind == TAKES_URL)
        secrets_hide_in_url(value);
}
