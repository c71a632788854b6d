/* Options written down, and read out again with a host's section in its place. */
#include "cli/journal.h"

#include "base/mem.h"
#include "cli/setters.h"
#include "cli/settings.h"
#include "cli/way.h"
#include "http/request.h"
#include "url/url.h"

struct entry {
    size_t group;
    const struct option *option;
    char *value;
    bool on;
    bool is_default; /* it stands in the file that each run reads */
    char *host;      /* of its section; NULL: for all hosts */
};

/* A group's settings with the options of one section. */
struct variant {
    size_t group;
    const char *host;
    struct settings *settings;
};

struct journal {
    struct entry *entries;
    size_t n;
    struct variant *variants;
    size_t n_variants;
    bool has_sections;
    bool stdin_is_lost; /* read when nobody knew yet that it would be wanted again */
    struct buf stdin_text;
};

struct journal *journal_new(void)
{
    return mem_alloc(sizeof(struct journal));
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    for (size_t i = 0; i < journal->n; i++) {
        mem_free_secret(journal->entries[i].value);
        mem_free(journal->entries[i].host);
    }
    for (size_t i = 0; i < journal->n_variants; i++) {
        settings_done(journal->variants[i].settings);
        mem_free(journal->variants[i].settings);
    }
    buf_wipe(&journal->stdin_text);
    mem_free(journal->entries);
    mem_free(journal->variants);
    mem_free(journal);
}

bool journal_begin_section(struct parse *parse, const char *host)
{
    enum url_host_kind kind;
    struct error problem = {0};
    journal_end_section(parse);
    if (!*host)
        return true;
    if (parse->journal->stdin_is_lost)
        return parse_refuse(parse, PEEL_FAILED_INIT, "a section [%s] cannot come behind an option that has read stdin",
                            host);
    const char *colon = strchr(host, ':');
    if (strchr(host, '/') || (colon && !strchr(colon + 1, ':')))
        return parse_refuse(parse, PEEL_FAILED_INIT,
                            "'%s' is no host for a section: no scheme, port or path is part of it", host);
    if (!url_parse_host(&parse->section, NULL, &kind, slice_of(host), &problem))
        return parse_refuse(parse, PEEL_FAILED_INIT, "'%s' is no host for a section: %s", host, problem.text);
    parse->journal->has_sections = true;
    return true;
}

void journal_end_section(struct parse *parse)
{
    mem_free(parse->section);
    parse->section = NULL;
}

/* What is not part of a group's settings: the run's, the command line's, one URL's. */
static bool is_apart(const struct option *option)
{
    static const option_setter apart[] = {set_config,      set_next,   set_output,  set_rate,
                                          set_remote_name, set_upload, set_url,     set_variable,
                                          set_verbose,     show_help,  show_manual, show_version};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        if (option->set == apart[i])
            return true;
    return option->field & OPTION_IS_COMMON;
}

/* A mistake in a section is told when it is read, and not first when its host is asked. */
static bool try_out(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct parse trial = *parse;
    struct settings settings;
    settings_init(&settings);
    trial.settings = &settings;
    bool ok = option->set(&trial, option, value, on);
    parse->is_misused = trial.is_misused;
    settings_done(&settings);
    return ok;
}

bool journal_apply(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct journal *journal = parse->journal;
    if (parse->section && is_apart(option) && option->set != set_variable)
        return parse_fail(parse, PEEL_FAILED_INIT, "cannot be for one host only");
    bool ok = parse->section && option->set != set_variable ? try_out(parse, option, value, on)
                                                            : option->set(parse, option, value, on);
    if (!ok || is_apart(option))
        return ok;
    journal->entries = mem_realloc(journal->entries, (journal->n + 1) * sizeof *journal->entries);
    journal->entries[journal->n++] = (struct entry){.group = parse->command->n_groups - 1,
                                                    .option = option,
                                                    .value = mem_strdup(value),
                                                    .on = on,
                                                    .is_default = parse->is_default_config,
                                                    .host = mem_strdup(parse->section)};
    return true;
}

static bool is_for(const struct entry *entry, size_t group, const char *host)
{
    return entry->group == group && (!entry->host || (host && strcmp(entry->host, host) == 0));
}

void journal_note_way(const struct journal *journal, size_t group, const char *host, struct trace_way *way)
{
    for (size_t i = 0; i < journal->n; i++) {
        const struct entry *entry = &journal->entries[i];
        if (is_for(entry, group, host) && (!entry->is_default || entry->host))
            way_note(way, entry->option, entry->value, entry->on);
    }
}

bool journal_give_stdin(struct parse *parse, struct buf *into)
{
    if (!parse->is_replay)
        return false;
    if (!parse->has_read_stdin)
        buf_append(into, buf_slice(&parse->journal->stdin_text));
    parse->has_read_stdin = true;
    return true;
}

void journal_keep_stdin(struct parse *parse, struct slice text)
{
    if (parse->journal->has_sections)
        buf_append(&parse->journal->stdin_text, text);
    else
        parse->journal->stdin_is_lost = true;
}

static bool replay(struct journal *journal, size_t group, const char *host, struct settings *settings,
                   struct error *err)
{
    struct command command = {0};
    struct buf remarks = {0};
    struct parse parse = {.command = &command,
                          .settings = settings,
                          .journal = journal,
                          .remarks = &remarks,
                          .err = err,
                          .action = CLI_FETCH,
                          .is_replay = true};
    bool ok = true;
    for (size_t i = 0; ok && i < journal->n; i++) {
        const struct entry *entry = &journal->entries[i];
        if (!is_for(entry, group, host))
            continue;
        parse_note_typed(&parse, "--", slice_of(entry->option->name));
        ok = entry->option->set(&parse, entry->option, entry->value, entry->on);
    }
    ok = ok && parse_finish_settings(&parse) && http_settings_check(&settings->http, err);
    buf_done(&remarks);
    return ok;
}

static const struct settings *variant_settings(struct journal *journal, size_t group, const char *host,
                                               struct error *err)
{
    for (size_t i = 0; i < journal->n_variants; i++)
        if (journal->variants[i].group == group && strcmp(journal->variants[i].host, host) == 0)
            return journal->variants[i].settings;
    struct settings *settings = mem_alloc(sizeof *settings);
    settings_init(settings);
    if (!replay(journal, group, host, settings, err)) {
        settings_done(settings);
        mem_free(settings);
        return NULL;
    }
    journal_note_way(journal, group, host, &settings->way);
    journal->variants = mem_realloc(journal->variants, (journal->n_variants + 1) * sizeof *journal->variants);
    journal->variants[journal->n_variants++] = (struct variant){group, host, settings};
    return settings;
}

/* The host's name as the group's sections have it, or NULL when there is none for it. */
static const char *find_section(const struct journal *journal, size_t group, const char *host)
{
    for (size_t i = 0; i < journal->n; i++) {
        const struct entry *entry = &journal->entries[i];
        if (entry->group == group && entry->host && strcmp(entry->host, host) == 0)
            return entry->host;
    }
    return NULL;
}

const struct settings *journal_settings(const struct command *command, size_t group, const char *url, struct error *err)
{
    const struct settings *settings = command->groups[group];
    struct journal *journal = command->journal;
    if (!journal || !journal->has_sections)
        return settings;
    struct url parsed = {0};
    struct error ignored = {0}; /* who fetches it will tell */
    const char *host = NULL;
    if (url_parse(&parsed, slice_of(url), settings->proto_default, 0, &ignored))
        host = find_section(journal, group, parsed.host);
    url_done(&parsed);
    return host ? variant_settings(journal, group, host, err) : settings;
}
