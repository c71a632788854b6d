/* Options of TLS that are more than a text or a switch. */
#include "cli/setters.h"

#include "base/mem.h"
#include "url/url.h"

enum {
    SNI_MAX = 255
};

/* The version behind text, "1.2"; false when it is none. */
static bool read_version(const char *text, enum tls_version *version)
{
    static const struct {
        const char *text;
        enum tls_version version;
    } versions[] = {
        {"1.0", TLS_VERSION_1_0}, {"1.1", TLS_VERSION_1_1}, {"1.2", TLS_VERSION_1_2}, {"1.3", TLS_VERSION_1_3}};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        if (strcmp(versions[i].text, text) != 0)
            continue;
        *version = versions[i].version;
        return true;
    }
    return false;
}

bool set_tls_max(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    enum tls_version *max = &parse->settings->tls.version_max;
    if (strcmp(value, "default") == 0)
        *max = TLS_VERSION_ANY;
    else if (!read_version(value, max))
        return parse_fail(parse, PEEL_FAILED_INIT, "expected default, 1.0, 1.1, 1.2 or 1.3, not '%s'", value);
    return true;
}

/* "tlsv1.2" says it in its name; "tlsv1" is 1.0, the first that is called so. */
bool set_tls_min(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value, (void)on;
    enum tls_version *min = &parse->settings->tls.version_min;
    if (!read_version(option->name + strlen("tlsv"), min))
        *min = TLS_VERSION_1_0;
    return true;
}

bool set_aia(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    enum tls_aia *aia = &parse->settings->tls.aia;
    if (strcmp(value, "report") == 0)
        *aia = TLS_AIA_REPORT;
    else if (strcmp(value, "use") == 0)
        *aia = TLS_AIA_USE;
    else if (strcmp(value, "save") == 0)
        *aia = TLS_AIA_SAVE;
    else
        return parse_fail(parse, PEEL_FAILED_INIT, "expected report, use or save, not '%s'", value);
    return true;
}

bool set_sni(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    char **field = &parse->settings->tls.server_name, *name = NULL;
    enum url_host_kind kind = URL_HOST_NAME;
    struct error err = {0};
    if (strcmp(value, "none") == 0)
        name = mem_strdup("");
    else if (!url_parse_host(&name, NULL, &kind, slice_of(value), &err))
        return parse_fail(parse, PEEL_FAILED_INIT, "%s", err.text);
    size_t len = strlen(name);
    if (len > 0 && name[len - 1] == '.')
        name[--len] = '\0';
    mem_free(*field);
    *field = name;
    /* RFC 6066 section 3, and what fits into OpenSSL. */
    if (kind != URL_HOST_NAME)
        return parse_fail(parse, PEEL_FAILED_INIT, "'%s' is an address, and SNI has names only", value);
    return len <= SNI_MAX || parse_fail(parse, PEEL_FAILED_INIT, "a host name has no more than %d bytes", SNI_MAX);
}
