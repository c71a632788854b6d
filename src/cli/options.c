/* The command line, argument by argument. What an option does is in the table and its setters. */
#include "cli/options.h"

#include "base/escape.h"
#include "base/mem.h"
#include "cli/config.h"
#include "cli/glob.h"
#include "cli/journal.h"
#include "cli/secrets.h"
#include "cli/setters.h"
#include "cli/settings.h"

#include <stdio.h>

enum {
    SHOWN_MAX = 200
};

/* Who copies a command line from a page gets its typesetter's quotes (U+2018 to U+201F) along. The argument may be a
 * secret, so it is not shown. */
static void warn_of_quote(struct parse *parse, const char *value)
{
    if (value[0] == '\xe2' && value[1] == '\x80' && (value[2] & '\xf8') == '\x98')
        parse_warn(parse, "The argument of %s starts with a Unicode quote where maybe an ASCII \" was intended?",
                   parse->typed);
}

/* The option's value is taken and hidden, its setter called. */
static bool apply(struct parse *parse, const struct option *option, char *value, bool on)
{
    char *expanded = parse->expands && value ? expand_value(parse, value) : NULL;
    bool ok = (expanded || !parse->expands) && journal_apply(parse, option, expanded ? expanded : value, on) &&
              check_so_far(parse);
    mem_free_secret(expanded);
    if (value) {
        warn_of_quote(parse, value);
        secrets_hide(option, value);
    }
    return ok;
}

void parse_note_typed(struct parse *parse, const char *dashes, struct slice name)
{
    size_t n = strlen(dashes);
    memcpy(parse->typed, dashes, n);
    escape_into(parse->typed + n, sizeof parse->typed - n, name);
}

/* The value stands in the next argument. */
static bool apply_next(struct parse *parse, const struct option *option)
{
    char *value = *parse->rest;
    if (!value)
        return parse_fail(parse, PEEL_FAILED_INIT, "requires parameter");
    parse->rest++;
    if (option->kind == TAKES_FILE && value[0] == '-' && value[1])
        parse_warn(parse, "The filename argument '%s' looks like a flag.", value);
    return apply(parse, option, value, true);
}

static bool fail_absent(struct parse *parse, const struct option_other *absent, const char *dashes, struct slice typed)
{
    parse->lacks_option = true;
    parse->absent = absent;
    return parse_refuse(parse, absent->code, "option %s%.*s: %s", dashes, (int)typed.len, typed.ptr,
                        absent->text ? absent->text : "curl has it, peel does not yet");
}

/* name is the word that suggestions are looked for. What stands behind a "=" is not shown: it may be a password. */
static bool fail_unknown(struct parse *parse, struct slice typed, struct slice name)
{
    struct buf hint = {0};
    char shown[SHOWN_MAX];
    parse->lacks_option = true;
    suggest_option(&hint, name);
    parse_refuse(parse, PEEL_FAILED_INIT, "option %s: is unknown%s", escape_into(shown, sizeof shown, typed),
                 buf_text(&hint));
    buf_done(&hint);
    return false;
}

static bool parse_long(struct parse *parse, char *argument)
{
    char *equals = strchr(argument, '=');
    struct slice name = slice_of(argument + 2);
    if (equals)
        name.len = (size_t)(equals - argument - 2);
    const struct slice typed = name;
    parse->expands = slice_starts_with(name, SLICE("expand-"));
    if (parse->expands)
        name = slice_from(name, strlen("expand-"));
    const struct option *option = option_by_name(name);
    bool is_negated = !option && slice_starts_with(name, SLICE("no-"));
    struct slice bare = is_negated ? slice_from(name, 3) : name;
    if (is_negated)
        option = option_by_name(bare);
    if (!option) {
        const struct option_other *absent = option_absent_by_name(bare);
        return absent ? fail_absent(parse, absent, "--", typed)
                      : fail_unknown(parse, slice_make(argument, typed.len + 2), name);
    }
    parse_note_typed(parse, "--", typed);
    if (parse->expands && !option_takes_value(option))
        return parse_fail(parse, PEEL_FAILED_INIT, "takes no value, so there is nothing to expand");
    if (is_negated && option->kind != IS_SWITCH && option->kind != IS_OFF_SWITCH)
        return parse_fail(parse, PEEL_FAILED_INIT, "is no switch, so it cannot be turned off by \"no-\"");
    if (!option_takes_value(option)) {
        if (equals || parse->line_value)
            return parse_fail(parse, PEEL_FAILED_INIT, "takes no value");
        return apply(parse, option, NULL, !is_negated);
    }
    return equals ? apply(parse, option, equals + 1, true) : apply_next(parse, option);
}

/* Somebody who types -insecure means --insecure, whatever its letters are. */
static bool fail_letter(struct parse *parse, const char *argument, const char *at)
{
    struct slice word = slice_of(argument + 1);
    const struct option_other *absent = option_absent_by_letter(*at);
    const char letter[] = {'-', *at};
    if (option_by_name(word) || (unsigned char)*at >= 0x80)
        return fail_unknown(parse, slice_of(argument), word);
    return absent ? fail_absent(parse, absent, "-", slice_make(at, 1))
                  : fail_unknown(parse, slice_make(letter, sizeof letter), slice_make(at, 1));
}

/* -sSo file, -sSofile: the first letter that takes a value takes the rest of the argument, or the next one. */
static bool parse_letters(struct parse *parse, char *argument)
{
    parse->expands = false;
    for (char *at = argument + 1; *at && parse->action == CLI_FETCH; at++) {
        const struct option *option = option_by_letter(*at);
        if (!option)
            return fail_letter(parse, argument, at);
        parse_note_typed(parse, "-", slice_make(at, 1));
        if (option_takes_value(option))
            return at[1] ? apply(parse, option, at + 1, true) : apply_next(parse, option);
        if (parse->line_value && !at[1])
            return parse_fail(parse, PEEL_FAILED_INIT, "takes no value");
        if (!apply(parse, option, NULL, option->kind != IS_OFF_SWITCH))
            return false;
    }
    return true;
}

bool parse_word(struct parse *parse, char *word, char *value)
{
    char *arguments[] = {value, NULL};
    char **rest = parse->rest;
    parse->rest = arguments;
    parse->line_value = value;
    bool ok = word[1] == '-' ? parse_long(parse, word)
              : word[1]      ? parse_letters(parse, word)
                             : fail_unknown(parse, slice_of(word), slice_of(word));
    bool is_left = value && parse->rest == arguments;
    parse->rest = rest;
    parse->line_value = NULL;
    if (ok && is_left && parse->action == CLI_FETCH)
        return parse_fail(parse, PEEL_FAILED_INIT, "takes no value");
    return ok;
}

static bool parse_url(struct parse *parse, char *argument)
{
    set_url(parse, NULL, argument, true);
    secrets_hide_in_url(argument);
    parse_note_typed(parse, "", slice_of(argument));
    return check_so_far(parse);
}

static bool parse_arguments(struct parse *parse)
{
    bool has_options = true;
    while (*parse->rest && parse->action == CLI_FETCH) {
        char *argument = *parse->rest++;
        bool ok = true;
        if (!has_options || argument[0] != '-')
            ok = parse_url(parse, argument);
        else if (strcmp(argument, "--") == 0)
            has_options = false;
        else if (argument[1] == '-')
            ok = parse_long(parse, argument);
        else if (argument[1] == '\0')
            ok = parse_refuse(parse, PEEL_FAILED_INIT, "option -: is unknown");
        else
            ok = parse_letters(parse, argument);
        if (!ok)
            return false;
    }
    return true;
}

/* --remote-name-all is for those of whom nothing else was said. */
static void finish_outputs(struct settings *settings)
{
    for (size_t i = 0; i < settings->n_fetches && settings->output.remote_name_all; i++) {
        struct fetch *fetch = &settings->fetches[i];
        fetch->remote_name = fetch->remote_name || (!fetch->output && !fetch->to_null && !fetch->to_stdout);
    }
}

bool parse_finish_settings(struct parse *parse)
{
    struct http_settings *http = &parse->settings->http;
    http->has_body = (parse->has_data && !http->data_to_query) || http->form.root.n_parts > 0;
    if (!check_methods(parse) || !check_so_far(parse))
        return false;
    finish_outputs(parse->settings);
    return parse_finish_login(parse);
}

/* A wrong pattern is told before anything is fetched. */
static bool check_pattern(const char *text, struct error *err)
{
    struct glob *glob = text ? glob_new(text, err) : NULL;
    bool is_ok = glob || !text;
    glob_free(glob);
    return is_ok;
}

static bool check_patterns(const struct settings *settings, struct error *err)
{
    for (size_t i = 0; i < settings->n_fetches && !settings->globoff; i++) {
        const struct fetch *fetch = &settings->fetches[i];
        if ((!fetch->is_list && !check_pattern(fetch->url, err)) || !check_pattern(fetch->upload, err))
            return false;
    }
    return true;
}

static bool has_list(const struct parse *parse)
{
    for (size_t i = 0; i < parse->n_urls; i++)
        if (parse->settings->fetches[i].is_list)
            return true;
    return false;
}

/* What is said for more URLs than there are. A list may have them. */
static void drop_surplus(struct parse *parse)
{
    struct settings *settings = parse->settings;
    if (has_list(parse))
        return;
    if (parse->n_outputs > parse->n_urls)
        parse_warn(parse, "Got more output options than URLs");
    if (parse->n_uploads > parse->n_urls)
        parse_warn(parse, "Got more upload options than URLs");
    while (settings->n_fetches > parse->n_urls) {
        mem_free(settings->fetches[--settings->n_fetches].output);
        mem_free(settings->fetches[settings->n_fetches].upload);
    }
}

/* What only the whole group can tell. */
static bool check_group(struct parse *parse)
{
    drop_surplus(parse);
    journal_note_way(parse->journal, parse->command->n_groups - 1, NULL, &parse->settings->way);
    return check_patterns(parse->settings, parse->err) && parse_finish_settings(parse);
}

bool set_next(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)value, (void)on;
    /* As curl: a config file may begin with it, so that several can be given in any order. */
    if (parse->n_urls == 0 && parse->config_depth > 0)
        return true;
    if (parse->n_urls == 0) {
        parse_remark(parse, "peel:", "missing URL before --next");
        return parse_fail(parse, PEEL_FAILED_INIT, "is badly used here");
    }
    if (!check_group(parse))
        return false;
    parse->settings = command_add_group(parse->command);
    parse->n_urls = 0;
    parse->n_outputs = 0;
    parse->n_uploads = 0;
    parse->has_data = false;
    parse->has_http_version = false;
    return true;
}

/* -q, --disable: only as the very first argument, and its letter maybe among others that take no value. */
static bool wants_no_config(const char *first)
{
    if (!first || first[0] != '-' || first[1] == '-')
        return first && strcmp(first, "--disable") == 0;
    const char *at = first + 1;
    const struct option *option = option_by_letter(*at);
    while (option && *at != 'q' && !option_takes_value(option))
        option = option_by_letter(*++at);
    return *at == 'q';
}

/* As curl: nothing at all is answered with nothing but the hint. */
static bool fail_no_url(struct parse *parse, bool is_bare)
{
    if (is_bare)
        parse_remark(parse, "peel:", CLI_HINT);
    return parse_refuse(parse, PEEL_FAILED_INIT, "%s%s", is_bare ? "" : "(2) no URL specified",
                        parse->command->n_groups > 1 ? " behind the last --next" : "");
}

static enum cli_action parse_all(struct parse *parse, const char *config)
{
    bool is_bare = !*parse->rest;
    bool has_config = config && !wants_no_config(*parse->rest);
    if (has_config && !config_read_default(parse, config))
        return CLI_FAILED;
    if (!parse_arguments(parse))
        return CLI_FAILED;
    if (parse->action != CLI_FETCH)
        return parse->action;
    if (parse->n_urls == 0 ? !fail_no_url(parse, is_bare) : !check_group(parse))
        return CLI_FAILED;
    warn_of_waste(parse);
    /* As curl: only for who wants to know. */
    const struct command *command = parse->command;
    if (has_config && (command->verbosity > 0 || command->trace.form != TRACE_FORM_NONE))
        parse_remark(parse, "Note:", "Read config file from '%s'", config);
    return CLI_FETCH;
}

enum cli_action cli_parse(struct command *command, int argc, char **argv, const char *config, struct buf *out,
                          struct buf *remarks, struct error *err)
{
    struct parse parse = {.command = command, .out = out, .remarks = remarks, .err = err, .action = CLI_FETCH};
    *command = (struct command){.journal = journal_new()};
    parse.journal = command->journal;
    parse.settings = command_add_group(command);
    parse.rest = argc > 0 ? argv + 1 : argv;
    enum cli_action action = parse_all(&parse, config);
    if (action == CLI_FAILED && parse.is_misused)
        action = CLI_MISUSED;
    journal_end_section(&parse);
    variables_done(&parse.variables);
    return action;
}
