/* The options for what a run remembers: cookies and HSTS. */
#include "cli/setters.h"

#include "base/mem.h"

static void add_file(char ***files, size_t *n, const char *name)
{
    *files = parse_grow(*files, *n, sizeof **files);
    (*files)[(*n)++] = mem_strdup(name);
}

/* Several make one field. */
static bool add_cookies(struct parse *parse, const char *text)
{
    char **cookies = &parse->settings->http.cookies;
    if (!parse_check_line(parse, text))
        return false;
    char *joined = *cookies ? mem_printf("%s; %s", *cookies, text) : mem_strdup(text);
    mem_free_secret(*cookies);
    *cookies = joined;
    return true;
}

bool set_cookie(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct http_settings *http = &parse->settings->http;
    if (value[0] != '@' && strchr(value, '='))
        return add_cookies(parse, value);
    if (value[0] == '@')
        value++;
    http->has_cookie_engine = true;
    if (*value)
        add_file(&http->cookie_files, &http->n_cookie_files, value);
    return true;
}

bool set_cookie_jar(struct parse *parse, const struct option *option, const char *value, bool on)
{
    parse->settings->http.has_cookie_engine = true;
    return set_text(parse, option, value, on);
}

bool set_hsts(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct http_settings *http = &parse->settings->http;
    http->has_hsts = true;
    if (*value)
        add_file(&http->hsts_files, &http->n_hsts_files, value);
    return true;
}
