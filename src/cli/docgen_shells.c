/* The completions of bash, zsh and fish. */
#include "cli/docgen.h"

static const char *switch_prefix(const struct option *option)
{
    return option->kind == IS_OFF_SWITCH ? "no-" : "";
}

static bool takes_file(const struct option *option)
{
    return option->kind == TAKES_FILE || option->kind == TAKES_CERTIFICATE || option->kind == TAKES_COOKIES;
}

/* Text or @file. */
static bool takes_at_file(const struct option *option)
{
    return option->kind == TAKES_DATA || option->kind == TAKES_HEADER;
}

/* The values of a choice with blanks between them. */
static void append_choices(struct buf *out, const struct option *option)
{
    for (const char *at = option->argument; *at; at++)
        buf_append_byte(out, *at == '|' ? ' ' : *at);
}

/* All the names that are typed for an option, with sep between them. */
static void append_names(struct buf *out, const struct option *option, char sep)
{
    if (option->letter)
        buf_printf(out, "-%c%c", option->letter, sep);
    buf_printf(out, "--%s%s", switch_prefix(option), option->name);
    for (size_t i = 0; i < docgen_aliases_len; i++) {
        if (strcmp(docgen_aliases[i].text, option->name) == 0)
            buf_printf(out, "%c--%s", sep, docgen_aliases[i].name);
    }
}

/* What --help may be asked for, besides an option. */
static void append_subjects(struct buf *out)
{
    buf_append_text(out, "all category");
    for (size_t i = 0; i < docgen_categories_len; i++)
        buf_printf(out, " %s", docgen_categories[i]);
}

static bool takes_subject(const struct option *option)
{
    return strcmp(option->name, "help") == 0;
}

static void append_bash_case(struct buf *out, bool (*fits)(const struct option *option), const char *action)
{
    bool is_first = true;
    for (size_t i = 0; i < docgen_options_len; i++) {
        if (!fits(&docgen_options[i]))
            continue;
        buf_append_text(out, is_first ? "        " : "|");
        append_names(out, &docgen_options[i], '|');
        is_first = false;
    }
    buf_printf(out, ")\n            %s\n            return ;;\n", action);
}

static bool takes_folder(const struct option *option)
{
    return option->kind == TAKES_FOLDER;
}

static bool takes_other_text(const struct option *option)
{
    return option->argument && !takes_file(option) && !takes_folder(option) && !takes_at_file(option) &&
           option->kind != TAKES_CHOICE;
}

void docgen_bash(struct buf *out)
{
    buf_append_text(out, "# bash completion for peel. Made by peel-docgen from src/cli/options.def; change that.\n\n"
                         "_peel()\n"
                         "{\n"
                         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                         "    # @ parts words here, but is a part of what is completed.\n"
                         "    [[ $prev == @ ]] && cur=@$cur prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
                         "    COMPREPLY=()\n"
                         "    case $prev in\n");
    append_bash_case(out, takes_file, "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
    append_bash_case(out, takes_folder, "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")");
    append_bash_case(out, takes_at_file,
                     "[[ $cur == @* ]] && compopt -o filenames && mapfile -t COMPREPLY < <(compgen -P @ -f -- "
                     "\"${cur#@}\")");
    for (size_t i = 0; i < docgen_options_len; i++) {
        if (docgen_options[i].kind != TAKES_CHOICE)
            continue;
        buf_append_text(out, "        ");
        append_names(out, &docgen_options[i], '|');
        buf_append_text(out, ")\n            mapfile -t COMPREPLY < <(compgen -W '");
        append_choices(out, &docgen_options[i]);
        buf_append_text(out, "' -- \"$cur\")\n            return ;;\n");
    }
    append_bash_case(out, takes_other_text, ":");
    buf_append_text(out, "        -h|--help)\n            mapfile -t COMPREPLY < <(compgen -W '");
    append_subjects(out);
    buf_append_text(out, "' -- \"$cur\")\n            return ;;\n"
                         "    esac\n"
                         "    [[ $cur == -* ]] || return\n"
                         "    mapfile -t COMPREPLY < <(compgen -W '\n");
    for (size_t i = 0; i < docgen_options_len; i++) {
        buf_append_text(out, "        ");
        append_names(out, &docgen_options[i], ' ');
        buf_append_byte(out, '\n');
    }
    buf_append_text(out, "    ' -- \"$cur\")\n"
                         "}\n\n"
                         "complete -F _peel peel\n");
}

/* Inside single quotes, and with a backslash before what _arguments or fish would read as its own. */
static void append_quoted(struct buf *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            buf_append_text(out, "'\\'");
        else if (strchr(special, *text))
            buf_append_byte(out, '\\');
        buf_append_byte(out, *text);
    }
}

static void append_zsh_action(struct buf *out, const struct option *option)
{
    buf_append_byte(out, ':');
    append_quoted(out, option->argument, ":[]");
    buf_append_byte(out, ':');
    if (takes_file(option))
        buf_append_text(out, "_files");
    else if (option->kind == TAKES_FOLDER)
        buf_append_text(out, "_files -/");
    else if (option->kind == TAKES_URL)
        buf_append_text(out, "_urls");
    else if (option->kind == TAKES_CHOICE) {
        buf_append_byte(out, '(');
        append_choices(out, option);
        buf_append_byte(out, ')');
    } else if (takes_at_file(option))
        buf_append_text(out, "{ compset -P @ && _files }");
    else
        buf_append_byte(out, ' ');
}

/* One line an option: {-o+,--output=}'[help]:file:_files'. */
static void append_zsh_option(struct buf *out, const struct option *option)
{
    buf_append_text(out, "    '*'");
    const char *letter_end = option->argument ? "+" : "";
    const char *name_end = option->argument ? "=" : "";
    bool has_many = option->letter;
    for (size_t i = 0; i < docgen_aliases_len; i++)
        has_many = has_many || strcmp(docgen_aliases[i].text, option->name) == 0;
    if (has_many)
        buf_append_byte(out, '{');
    if (option->letter)
        buf_printf(out, option->letter == '#' ? "'-%c%s'," : "-%c%s,", option->letter, letter_end);
    buf_printf(out, "--%s%s%s", switch_prefix(option), option->name, name_end);
    for (size_t i = 0; i < docgen_aliases_len; i++) {
        if (strcmp(docgen_aliases[i].text, option->name) == 0)
            buf_printf(out, ",--%s%s", docgen_aliases[i].name, name_end);
    }
    if (has_many)
        buf_append_byte(out, '}');
    buf_append_text(out, "'[");
    append_quoted(out, option->help, "[]");
    buf_append_byte(out, ']');
    if (option->argument)
        append_zsh_action(out, option);
    if (takes_subject(option)) {
        buf_append_text(out, "::subject:(");
        append_subjects(out);
        buf_append_byte(out, ')');
    }
    buf_append_text(out, "' \\\n");
}

void docgen_zsh(struct buf *out)
{
    buf_append_text(out, "#compdef peel\n"
                         "# zsh completion for peel. Made by peel-docgen from src/cli/options.def; change that.\n\n"
                         "_arguments -s -S \\\n");
    for (size_t i = 0; i < docgen_options_len; i++)
        append_zsh_option(out, &docgen_options[i]);
    buf_append_text(out, "    '*:URL:_urls'\n");
}

static void append_fish_option(struct buf *out, const struct option *option)
{
    buf_append_text(out, "complete -c peel");
    if (option->letter)
        buf_printf(out, " -s '%c'", option->letter);
    buf_printf(out, " -l %s%s", switch_prefix(option), option->name);
    for (size_t i = 0; i < docgen_aliases_len; i++) {
        if (strcmp(docgen_aliases[i].text, option->name) == 0)
            buf_printf(out, " -l %s", docgen_aliases[i].name);
    }
    if (takes_file(option))
        buf_append_text(out, " -r -F");
    else if (option->kind == TAKES_FOLDER)
        buf_append_text(out, " -x -a '(__fish_complete_directories)'");
    else if (option->kind == TAKES_CHOICE) {
        buf_append_text(out, " -x -a '");
        append_choices(out, option);
        buf_append_byte(out, '\'');
    } else if (takes_subject(option)) {
        buf_append_text(out, " -x -a '");
        append_subjects(out);
        buf_append_byte(out, '\'');
    } else if (takes_at_file(option))
        buf_append_text(out, " -x -a '(__peel_at_file)'");
    else if (option->argument)
        buf_append_text(out, " -x");
    buf_append_text(out, " -d '");
    append_quoted(out, option->help, "\\'");
    buf_append_text(out, "'\n");
}

void docgen_fish(struct buf *out)
{
    buf_append_text(out, "# fish completion for peel. Made by peel-docgen from src/cli/options.def; change that.\n\n"
                         "function __peel_at_file\n"
                         "    set -l token (commandline -ct)\n"
                         "    string match -q '@*' -- $token\n"
                         "    and printf '@%s\\n' (__fish_complete_path (string sub -s 2 -- $token))\n"
                         "end\n\n"
                         "complete -c peel -f\n");
    for (size_t i = 0; i < docgen_options_len; i++)
        append_fish_option(out, &docgen_options[i]);
}
