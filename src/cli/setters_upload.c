/* Setters for uploads, retries and stalls. */
#include "cli/setters.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

static bool read_count(struct parse *parse, const char *value, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    if (*value < '0' || *value > '9')
        return parse_fail(parse, PEEL_FAILED_INIT, "expected a %s numerical parameter, not '%s'",
                          *value == '-' ? "positive" : "proper", value);
    unsigned long long count = strtoull(value, &end, 10);
    if (*end)
        return parse_fail(parse, PEEL_FAILED_INIT, "expected a proper numerical parameter, not '%s'", value);
    if (errno == ERANGE || count > INT64_MAX / 1000000)
        return parse_fail(parse, PEEL_FAILED_INIT, "too large number '%s'", value);
    *number = count;
    return true;
}

bool set_count(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    return read_count(parse, value, (uint64_t *)((char *)parse->settings + option->field));
}

/* Each of -Y and -y alone says something about the other: 1 byte a second, 30 seconds. */
bool set_speed(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    struct settings *settings = parse->settings;
    bool is_time = option->letter == 'y';
    if (!read_count(parse, value, is_time ? &settings->speed_time_s : &settings->speed_limit))
        return false;
    if (is_time && settings->speed_limit == 0)
        settings->speed_limit = 1;
    if (!is_time && settings->speed_time_s == 0)
        settings->speed_time_s = 30;
    return true;
}

/* Uploads and URLs pair up in the order in which they come; an empty one leaves its URL without. */
bool set_upload(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct settings *settings = parse->settings;
    if (parse->n_uploads == settings->n_fetches) {
        settings->fetches = parse_grow(settings->fetches, settings->n_fetches, sizeof *settings->fetches);
        settings->n_fetches++;
    }
    settings->fetches[parse->n_uploads++].upload = *value ? mem_strdup(value) : NULL;
    return true;
}
