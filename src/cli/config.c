/* -K, and the file that is read without being asked for. */
#include "cli/config.h"

#include "base/escape.h"
#include "base/mem.h"
#include "cli/config_line.h"
#include "cli/journal.h"
#include "cli/setters.h"
#include "cli/text_file.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CONFIG_DEPTH_MAX = 8
};

/* The file's path if it can be read, else NULL. */
static char *find(const char *folder, const char *between, const char *name)
{
    if (!folder || !*folder)
        return NULL;
    char *path = mem_printf("%s/%s%s", folder, between, name);
    if (access(path, R_OK) == 0)
        return path;
    mem_free(path);
    return NULL;
}

static char *find_named(const char *name)
{
    const char *config_home = secure_getenv("XDG_CONFIG_HOME");
    const char *home = secure_getenv("HOME");
    char *path = find(secure_getenv("CURL_HOME"), ".", name);
    if (!path)
        path = find(config_home, "", name);
    if (!path)
        path = find(config_home, ".", name);
    if (!home) {
        const struct passwd *user = getpwuid(geteuid());
        home = user ? user->pw_dir : NULL;
    }
    if (!path)
        path = find(home, ".", name);
    if (!path && !config_home)
        path = find(home, ".config/", name);
    return path;
}

char *cli_default_config(void)
{
    char *path = find_named("peelrc");
    return path ? path : find_named("curlrc");
}

static bool fail_at(struct parse *parse, const struct text_file *lines)
{
    struct error found = *parse->err;
    char shown[200];
    *parse->err = (struct error){0};
    return error_set(parse->err, found.code, "%s:%zu: %s", escape_into(shown, sizeof shown, slice_of(lines->name)),
                     lines->number, found.text);
}

static bool apply_line(struct parse *parse, const struct text_file *lines, struct config_line *line)
{
    if (line->kind == CONFIG_WRONG)
        return parse_refuse(parse, PEEL_FAILED_INIT, "%s", line->remark);
    if (line->kind == CONFIG_SECTION)
        return journal_begin_section(parse, line->word);
    if (line->remark)
        parse_warn(parse, "%s:%zu Option '%s' %s", lines->name, lines->number, line->name, line->remark);
    if (!parse_word(parse, line->word, line->value))
        return false;
    if (parse->action == CLI_FETCH)
        return true;
    parse->action = CLI_FETCH;
    return parse_fail(parse, PEEL_FAILED_INIT, "has no place in a config file");
}

/* What nobody may take for granted while it is not there: a config file that asks for it is not read without it. */
static bool is_guard(const struct option_other *absent)
{
    static const char *const guards[] = {
        "dns-interface", "dns-servers",  "doh-cert-status", "doh-url",       "ech",
        "preproxy",      "proxy-cacert", "proxy-capath",    "proxy-crlfile", "proxy-pinnedpubkey",
        "proxy1.0",      "socks4",       "socks4a",         "socks5",        "socks5-hostname",
    };
    for (size_t i = 0; absent && i < sizeof guards / sizeof *guards; i++)
        if (strcmp(absent->name, guards[i]) == 0)
            return true;
    return false;
}

/* A person's .curlrc is older than this peel, and written for curl: an option that is not here must not end every run.
 */
static bool forgive(struct parse *parse, const struct text_file *lines)
{
    if (!parse->is_default_config || !parse->lacks_option || is_guard(parse->absent))
        return false;
    parse_warn(parse, "%s:%zu: %s", lines->name, lines->number, parse->err->text);
    *parse->err = (struct error){0};
    parse->lacks_option = parse->is_misused = false;
    parse->absent = NULL;
    return true;
}

static bool read_lines(struct parse *parse, struct text_file *lines)
{
    struct slice text;
    enum text_file_status status;
    while ((status = text_file_next(lines, &text, parse->err)) == TEXT_FILE_OK) {
        struct config_line line;
        config_line_read(&line, text);
        bool ok = line.kind == CONFIG_NOTHING || apply_line(parse, lines, &line) || forgive(parse, lines);
        config_line_done(&line);
        if (!ok)
            return fail_at(parse, lines);
    }
    if (status == TEXT_FILE_FAILED)
        parse->is_misused = true;
    return status == TEXT_FILE_END;
}

static bool read_all(struct parse *parse, struct text_file *lines)
{
    parse->config_depth++;
    bool ok = read_lines(parse, lines);
    journal_end_section(parse);
    parse->config_depth--;
    text_file_close(lines);
    return ok;
}

static bool open_file(struct parse *parse, struct text_file *lines, const char *path)
{
    struct error problem = {0};
    if (text_file_open(lines, path, &problem))
        return true;
    const char *reason = problem.os_error == ENOENT ? NULL : problem.os_error ? strerror(problem.os_error) : "a device";
    parse_remark(parse, "peel:", "cannot read config from '%s'%s%s", path, reason ? ": " : "", reason ? reason : "");
    return false;
}

bool config_read_default(struct parse *parse, const char *path)
{
    struct text_file lines;
    if (!open_file(parse, &lines, path))
        return parse_refuse(parse, PEEL_READ_ERROR, "%s", "");
    parse->is_default_config = true;
    bool ok = read_all(parse, &lines);
    parse->is_default_config = false;
    return ok;
}

bool set_config(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    if (parse->config_depth == CONFIG_DEPTH_MAX)
        return parse_fail(parse, PEEL_FAILED_INIT, "config files are read from one another %d deep, and not deeper",
                          CONFIG_DEPTH_MAX);
    struct text_file lines;
    if (!open_file(parse, &lines, value))
        return parse_fail(parse, PEEL_READ_ERROR, "error encountered when reading a file");
    bool is_default = parse->is_default_config;
    parse->is_default_config = false; /* this one was asked for */
    bool ok = read_all(parse, &lines);
    parse->is_default_config = is_default;
    return ok;
}
