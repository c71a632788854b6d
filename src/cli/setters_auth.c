/* Who we are: the options that say how to log in, the netrc file, the password that was not typed. */
#include "cli/setters.h"

#include "base/mem.h"
#include "cli/prompt.h"
#include "http/date.h"
#include "http/netrc.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Toward the server, or with --proxy-NAME toward the proxy. */
static unsigned *auth_of(struct parse *parse, const struct option *option)
{
    struct http_settings *http = &parse->settings->http;
    return strncmp(option->name, "proxy-", 6) == 0 ? &http->proxy_auth : &http->auth;
}

bool set_auth(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value;
    unsigned *auth = auth_of(parse, option);
    unsigned bit = strstr(option->name, "digest") ? HTTP_AUTH_DIGEST : HTTP_AUTH_BASIC;
    *auth = on ? *auth | bit : *auth & ~bit;
    return true;
}

bool set_anyauth(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value, (void)on;
    *auth_of(parse, option) = HTTP_AUTH_ANY;
    return true;
}

bool set_bearer(struct parse *parse, const struct option *option, const char *value, bool on)
{
    if (!set_line(parse, option, value, on))
        return false;
    parse->settings->http.auth |= HTTP_AUTH_BEARER;
    return true;
}

bool set_location_trusted(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    parse->settings->http.location_trusted = parse->settings->http.follow = on;
    return true;
}

bool set_follow(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value;
    if (on && parse->settings->http.follow && !parse->settings->http.is_method_once)
        parse_warn(parse, "--follow overrides --location");
    parse->settings->http.is_method_once = parse->settings->http.follow = on;
    return true;
}

bool set_keep_post(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value;
    unsigned *kept = &parse->settings->http.keep_post;
    char last = option->name[strlen("post30")];
    unsigned bit = last == '1' ? HTTP_KEEP_POST_301 : last == '2' ? HTTP_KEEP_POST_302 : HTTP_KEEP_POST_303;
    *kept = on ? *kept | bit : *kept & ~bit;
    return true;
}

/* -z: a date, or a file whose date is meant; "-" in front: older than that. */
bool set_time_condition(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct http_settings *http = &parse->settings->http;
    bool is_older = *value == '-';
    const char *text = is_older ? value + 1 : value;
    struct stat status;
    http->time_condition = is_older ? HTTP_TIME_UNMODIFIED_SINCE : HTTP_TIME_MODIFIED_SINCE;
    if (http_date_parse(slice_of(text), &http->condition_unix_s))
        return true;
    if (stat(text, &status) == 0) {
        http->condition_unix_s = status.st_mtime;
        return true;
    }
    http->time_condition = HTTP_TIME_ANY;
    parse_warn(parse, "Illegal date format for -z, --time-cond (and not a file name). Disabling time condition.");
    return true;
}

/* The netrc file. */

/* $NETRC, or .netrc at home; NULL when nobody knows where that is. */
static char *default_netrc(void)
{
    const char *named = getenv("NETRC");
    if (named && *named)
        return mem_strdup(named);
    const char *home = getenv("HOME");
    const struct passwd *user = home && *home ? NULL : getpwuid(geteuid());
    if (user)
        home = user->pw_dir;
    return home && *home ? mem_printf("%s/.netrc", home) : NULL;
}

/* Bounded: one byte more than may be is enough to see that it is too much. */
static bool read_bounded(int fd, struct buf *into)
{
    while (into->len <= NETRC_SIZE_MAX) {
        struct span space = buf_reserve(into, NETRC_SIZE_MAX + 1 - into->len);
        ssize_t n = read(fd, space.ptr, NETRC_SIZE_MAX + 1 - into->len);
        if (n == 0)
            return true;
        if (n > 0)
            buf_added(into, (size_t)n);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

static void warn_if_shared(struct parse *parse, int fd, const char *path)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & (S_IRGRP | S_IROTH)))
        parse_warn(parse, "others can read the netrc file %s (mode %04o): chmod 600 would keep it yours", path,
                   (unsigned)st.st_mode & 07777);
}

static bool read_netrc(struct parse *parse)
{
    struct http_settings *http = &parse->settings->http;
    char *path = parse->netrc_file ? mem_strdup(parse->netrc_file) : default_netrc();
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool ok = fd >= 0 && read_bounded(fd, &http->netrc_text);
    int reason = path ? errno : ENOENT;
    if (fd >= 0) {
        warn_if_shared(parse, fd, path);
        close(fd);
    }
    /* One that was named has to be there; older curls went on without the one at home, and scripts rely on that. */
    bool is_fault = !ok && http->netrc == HTTP_NETRC_REQUIRED && parse->netrc_file;
    if (is_fault)
        error_set(parse->err, PEEL_READ_ERROR, "cannot read the netrc file %s: %s", path, strerror(reason));
    else if (!ok && http->netrc == HTTP_NETRC_REQUIRED)
        parse_warn(parse, "cannot read the netrc file %s: %s", path ? path : "(there is no home)", strerror(reason));
    mem_free(path);
    return !is_fault;
}

bool set_netrc_file(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    if (!*value)
        return parse_fail(parse, PEEL_FAILED_INIT, "blank argument where content is expected");
    mem_free(parse->netrc_file);
    parse->netrc_file = mem_strdup(value);
    return true;
}

bool set_netrc(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)value;
    *(option->letter == 'n' ? &parse->has_netrc : &parse->has_netrc_optional) = on;
    return true;
}

/* A user without a colon: with the password that is typed now, if any. */
static void ask_password(char **user, const char *whose)
{
    if (!*user || strchr(*user, ':'))
        return;
    struct buf pair = {0};
    char *prompt = mem_printf("Enter %s password for user '%s':", whose, *user);
    buf_append_text(&pair, *user);
    buf_append_byte(&pair, ':');
    prompt_password(prompt, &pair);
    mem_free(prompt);
    mem_free_secret(*user);
    *user = mem_strdup(buf_text(&pair));
    buf_wipe(&pair);
}

bool parse_finish_login(struct parse *parse)
{
    struct http_settings *http = &parse->settings->http;
    if (parse->has_netrc_optional)
        http->netrc = HTTP_NETRC_OPTIONAL;
    else if (parse->has_netrc || parse->netrc_file)
        http->netrc = HTTP_NETRC_REQUIRED;
    bool ok = http->netrc == HTTP_NETRC_NEVER || http->user || read_netrc(parse);
    mem_free(parse->netrc_file);
    parse->netrc_file = NULL;
    parse->has_netrc = parse->has_netrc_optional = false; /* --next starts anew */
    if (ok && !http->bearer)
        ask_password(&http->user, "host");
    if (ok)
        ask_password(&http->proxy_user, "proxy");
    return ok;
}
