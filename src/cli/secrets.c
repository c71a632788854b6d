/* Hiding secrets in argv. */
#include "cli/secrets.h"

#include "base/mem.h"

#include <string.h>

static void hide(char *text)
{
    memset(text, '*', strlen(text));
}

static size_t authority_of(const char *url)
{
    const char *scheme_end = strstr(url, "://");
    return scheme_end ? (size_t)(scheme_end - url) + 3 : 0;
}

void secrets_hide_in_url(char *url)
{
    char *authority = url + authority_of(url);
    char *at = memrchr(authority, '@', strcspn(authority, "/?#"));
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

static bool is_token(const char *certificate)
{
    return strncasecmp(certificate, "pkcs11:", 7) == 0; /* it may have a pin-value attribute */
}

/* How much of "FILE:PASSWORD" is the file. */
static size_t file_len(const char *certificate)
{
    const char *at = certificate;
    for (; *at && *at != ':'; at++)
        if (at[0] == '\\' && at[1])
            at++;
    return (size_t)(at - certificate);
}

static void hide_pass_phrase(char *certificate)
{
    size_t len = file_len(certificate);
    if (is_token(certificate))
        hide(certificate);
    else if (certificate[len])
        hide(certificate + len + 1);
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

static char *without_login(const char *url)
{
    size_t authority = authority_of(url);
    const char *at = memrchr(url + authority, '@', strcspn(url + authority, "/?#"));
    return mem_printf("%.*s%s", (int)authority, url, at ? at + 1 : url + authority);
}

char *secrets_bare(const struct option *option, const char *value)
{
    switch (option->kind) {
    case TAKES_SECRET:
    case TAKES_HEADER:
    case TAKES_COOKIES:
    case TAKES_DATA:
        return NULL;
    case TAKES_CERTIFICATE:
        return is_token(value) ? NULL : mem_printf("%.*s", (int)file_len(value), value);
    case TAKES_URL:
        return without_login(value);
    default:
        return mem_strdup(value);
    }
}
