/* cli/config_line: what a line of a config file says. cli/config and journal: whole files, sections for one host. */
#include "base/mem.h"
#include "cli/config_line.h"
#include "cli/journal.h"
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void lines_have_words_and_values(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum config_kind kind;
        const char *word, *value;
        bool has_remark;
    } rows[] = {
        {"", CONFIG_NOTHING, NULL, NULL, false},
        {" \t\r", CONFIG_NOTHING, NULL, NULL, false},
        {"# url = a", CONFIG_NOTHING, NULL, NULL, false},
        {"  # a", CONFIG_NOTHING, NULL, NULL, false},
        {"/* a", CONFIG_NOTHING, NULL, NULL, false},
        {"silent", CONFIG_OPTION, "--silent", NULL, false},
        {"--silent", CONFIG_OPTION, "--silent", NULL, false},
        {"-sS", CONFIG_OPTION, "-sS", NULL, false},
        {"url=a", CONFIG_OPTION, "--url", "a", false},
        {"url:a", CONFIG_OPTION, "--url", "a", false},
        {"url a", CONFIG_OPTION, "--url", "a", false},
        {"\turl = a\r", CONFIG_OPTION, "--url", "a", false},
        {"url = http://a:1/?b=c", CONFIG_OPTION, "--url", "http://a:1/?b=c", false},
        {"url ==:= a", CONFIG_OPTION, "--url", "a", false},
        {"--max-time 5", CONFIG_OPTION, "--max-time", "5", false},
        {"--max-time=5", CONFIG_OPTION, "--max-time=5", NULL, false},
        {"-A =a", CONFIG_OPTION, "-A", "=a", false},
        {"-A \"a b\"", CONFIG_OPTION, "-A", "a b", false},
        {"data = \"\"", CONFIG_OPTION, "--data", "", false},
        {"data = \"a\" b", CONFIG_OPTION, "--data", "a", false},
        {"data = \"\\\"\\\\\\t\\n\\r\\v\\x\"", CONFIG_OPTION, "--data", "\"\\\t\n\r\vx", false},
        {"data = \"a", CONFIG_OPTION, "--data", "a", true},
        {"data = \"a\\", CONFIG_OPTION, "--data", "a\\", true},
        {"data = a # b", CONFIG_OPTION, "--data", "a", false},
        {"data = a b", CONFIG_OPTION, "--data", "a", true},
        {"data = 'a'", CONFIG_OPTION, "--data", "'a'", true},
        {"data =", CONFIG_OPTION, "--data", NULL, false},
        {"[a.test]", CONFIG_SECTION, "a.test", NULL, false},
        {" [ a.test ] # c", CONFIG_SECTION, "a.test", NULL, false},
        {"[::1]", CONFIG_SECTION, "::1", NULL, false},
        {"[[::1]]", CONFIG_SECTION, "[::1]", NULL, false},
        {"[]", CONFIG_SECTION, "", NULL, false},
        {"https://a.test/", CONFIG_WRONG, NULL, NULL, true},
        {"[a", CONFIG_WRONG, NULL, NULL, true},
        {"[a] b", CONFIG_WRONG, NULL, NULL, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct config_line line;
        config_line_read(&line, slice_of(rows[i].line));
        assert_int_equal(line.kind, rows[i].kind);
        assert_string_equal(line.word ? line.word : "NULL", rows[i].word ? rows[i].word : "NULL");
        assert_string_equal(line.value ? line.value : "NULL", rows[i].value ? rows[i].value : "NULL");
        assert_int_equal(line.remark != NULL, rows[i].has_remark);
        config_line_done(&line);
    }
    struct config_line line;
    config_line_read(&line, SLICE("data = a\0b"));
    assert_int_equal(line.kind, CONFIG_WRONG);
    config_line_done(&line);
}

/* A file with this text; unlink and mem_free the path. */
static char *make_file(const char *text)
{
    char *path = mem_strdup("/tmp/peel-test-config-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

struct parsed {
    struct command command;
    struct buf out;
    char *remarks;
    struct error err;
    enum cli_action action;
};

/* The first place of what in text. */
static void cut_out(char *text, const char *what)
{
    char *at = strstr(text, what);
    if (at)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

/* Parsed with this default config file; then the rest of the command line. */
static struct parsed *parse(const char *config, const char *const *args)
{
    struct parsed *p = mem_alloc(sizeof *p);
    char *argv[10] = {mem_strdup("peel")};
    int argc = 1;
    for (; args[argc - 1]; argc++)
        argv[argc] = mem_strdup(args[argc - 1]);
    char *path = make_file(config);
    struct buf remarks = {0};
    p->action = cli_parse(&p->command, argc, argv, path, &p->out, &remarks, &p->err);
    cut_out(p->err.text, path);
    p->remarks = buf_take(&remarks);
    cut_out(p->remarks, path);
    unlink(path);
    mem_free(path);
    for (int i = 0; i < argc; i++)
        mem_free(argv[i]);
    return p;
}

static void parsed_free(struct parsed *p)
{
    command_done(&p->command);
    buf_done(&p->out);
    mem_free(p->remarks);
    mem_free(p);
}

#define ARGS(...)                                                                                                      \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

static void files_stand_before_the_command_line(void **state)
{
    (void)state;
    struct parsed *p = parse("--next\nuser-agent = file\nmax-time 5\n-I\n", ARGS("-A", "line", "u", "--no-head"));
    assert_string_equal(p->err.text, "");
    assert_string_equal(p->command.groups[0]->http.user_agent, "line");
    assert_int_equal(p->command.groups[0]->max_time_ms, 5000);
    assert_false(p->command.groups[0]->http.head_only);
    parsed_free(p);
    static const char *const firsts[] = {"-q", "-sq", "--disable", "-ofaq", "-sX"};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        p = parse("max-time 5", ARGS(firsts[i], "quiet", "u"));
        assert_string_equal(p->err.text, "");
        assert_int_equal(p->command.groups[0]->max_time_ms, i < 3 ? 0 : 5000);
        parsed_free(p);
    }
    p = parse("max-time 5", ARGS("u", "-q"));
    assert_int_equal(p->command.groups[0]->max_time_ms, 5000);
    parsed_free(p);
    p = parse("url = a\n--next\nurl = b\n-d c", ARGS("-d", "d"));
    assert_int_equal(p->command.n_groups, 2);
    assert_string_equal(buf_text(&p->command.groups[1]->http.body), "c&d");
    parsed_free(p);
}

static void mistakes_are_told_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *config, *text;
    } rows[] = {
        {"\nech = hard", ":2: option --ech: no OpenSSL of Debian can encrypt the ClientHello (ECH); without the option "
                         "the name is sent "
                         "in clear"},
        {"--no-ech=x",
         ":1: option --no-ech: no OpenSSL of Debian can encrypt the ClientHello (ECH); without the option the name is "
         "sent in clear"},
        {"max-time", ":1: option --max-time: requires parameter"},
        {"# a\n\nmax-time = x", ":3: option --max-time: expected a proper numerical parameter"},
        {"fail = x", ":1: option --fail: takes no value"},
        {"-h", ":1: option -h: has no place in a config file"},
        {"version", ":1: option --version: has no place in a config file"},
        {"[a", ":1: a section is a host's name in brackets, and nothing behind them"},
        {"[a.test]\nmax-time = x", ":2: option --max-time: expected a proper numerical parameter"},
        {"http://a.test/", ":1: a URL needs its option here: url = \"https://...\""},
        {"[a.test:80]", ":1: 'a.test:80' is no host for a section: no scheme, port or path is part of it"},
        {"[http://a.test]", ":1: 'http://a.test' is no host for a section: no scheme, port or path is part of it"},
        {"[[::1]:80]", ":1: a section is a host's name in brackets, and nothing behind them"},
        {"[a b]", ":1: 'a b' is no host for a section: host name has a space (byte 2): \"a b\""},
        {"[a.test]\nsilent", ":2: option --silent: cannot be for one host only"},
        {"[a.test]\nurl = x", ":2: option --url: cannot be for one host only"},
        {"[a.test]\n-K x", ":2: option -K: cannot be for one host only"},
        {"[a.test]\n--next", ":2: option --next: cannot be for one host only"},
        {"expand-data = \"{{a:b}}\"", ":1: option --expand-data: unknown variable function: 'b'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed *p = parse(rows[i].config, ARGS("u"));
        assert_int_equal(p->action, CLI_MISUSED);
        assert_int_equal((int)p->err.code, i < 2 ? PEEL_NOT_BUILT_IN : PEEL_FAILED_INIT);
        assert_string_equal(p->err.text, rows[i].text);
        parsed_free(p);
    }
}

/* The file that nobody asked for may have what only curl knows; one that was asked for may not. */
static void the_default_file_may_ask_for_too_much(void **state)
{
    (void)state;
    static const struct {
        const char *config, *remarks;
    } rows[] = {
        {"frobnicate = 3\nmax-time = 5", "Warning: :1: option --frobnicate: is unknown\n"},
        {"max-time = 5\n-Pa", "Warning: :2: option -P: it is for FTP, and peel speaks HTTP and HTTPS only\n"},
        {"-\nmax-time = 5", "Warning: :1: option -: is unknown\n"},
        {"sslv3\n-m5",
         "Warning: :1: option --sslv3: SSL 3 is broken and no library here speaks it; peel speaks TLS 1.2 and "
         "1.3, and older ones with --tlsv1.0\n"},
        {"[a.test]\nfrobnicate\n[]\n-m5", "Warning: :2: option --frobnicate: is unknown\n"},
        {"silent\nfrobnicate\n-m5", ""},
        {"-m 5 s # s", "Warning: :1 Option '-m' uses argument with unquoted whitespace. This may cause side-effects. "
                       "Consider double quotes.\n"},
        {"max-time = 5\n-d '", "Warning: :2 Option '-d' uses argument with leading single quote. It is probably a "
                               "mistake. Consider double quotes.\n"},
        {"max-time: \"5", "Warning: :1 Option 'max-time' has a double quote that is never closed.\n"},
        {"-m5\nverbose", "Note: Read config file from ''\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed *p = parse(rows[i].config, ARGS("u"));
        assert_string_equal(p->err.text, "");
        assert_string_equal(p->remarks, rows[i].remarks);
        assert_int_equal(p->action, CLI_FETCH);
        assert_int_equal(p->command.groups[0]->max_time_ms, 5000);
        parsed_free(p);
        char *path = make_file(rows[i].config);
        p = parse("", ARGS("-K", path, "u"));
        assert_int_equal(p->action, strstr(rows[i].remarks, ": option") || i == 5 ? CLI_MISUSED : CLI_FETCH);
        parsed_free(p);
        unlink(path);
        mem_free(path);
    }
}

static void a_section_is_for_its_host(void **state)
{
    (void)state;
    static const struct {
        const char *url, *agent;
        size_t n_headers;
        bool insecure;
    } rows[] = {
        {"http://a.test/", "a", 2, false},
        {"https://A.Test:8443/x", "a", 2, false},
        {"a.test", "a", 2, false},
        {"http://b.test/", "all", 1, true},
        {"http://x.a.test/", "all", 1, false},
        {"http://a.test.x/", "all", 1, false},
        {"http://u:p@[::1]/", "six", 1, false},
        {"http://a.test@c/", "all", 1, false},
        {"http://", "all", 1, false},
    };
    struct parsed *p = parse("user-agent = all\n[a.test]\nuser-agent = a\nheader = \"X-A: 1\"\n[B.TEST]\n-k\n"
                             "[::1]\n-A six\n[]\nmax-time = 3",
                             ARGS("u", "-H", "X-All: 1"));
    assert_string_equal(p->err.text, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        const struct settings *s = journal_settings(&p->command, 0, rows[i].url, &err);
        assert_non_null(s);
        assert_string_equal(s->http.user_agent, rows[i].agent);
        assert_int_equal(s->http.n_headers, rows[i].n_headers);
        assert_int_equal(s->tls.insecure, rows[i].insecure);
        assert_int_equal(s->max_time_ms, 3000);
        assert_ptr_equal(s, journal_settings(&p->command, 0, rows[i].url, &err));
    }
    parsed_free(p);
    /* What a section asks for may not go with the rest. */
    static const struct {
        const char *config, *text;
    } clashes[] = {
        {"[a.test]\nhead", "You can only select one HTTP request method! You asked for both POST (-d, --data) and HEAD "
                           "(-I, --head)."},
        {"[a.test]\n-C 3", "--continue-at is mutually exclusive with --data"},
    };
    for (size_t i = 0; i < 2; i++) {
        p = parse(clashes[i].config, ARGS("u", "-d", "a"));
        struct error problem = {0};
        assert_null(journal_settings(&p->command, 0, "a.test", &problem));
        assert_int_equal((int)problem.code, PEEL_FAILED_INIT);
        assert_string_equal(problem.text, clashes[i].text);
        parsed_free(p);
    }
    /* The command line stands behind the file; a new group has no sections. */
    p = parse("[a.test]\nuser-agent = a", ARGS("-A", "line", "u", "--next", "v"));
    struct error err = {0};
    assert_string_equal(journal_settings(&p->command, 0, "a.test", &err)->http.user_agent, "line");
    assert_null(journal_settings(&p->command, 1, "a.test", &err)->http.user_agent);
    parsed_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_have_words_and_values),
        cmocka_unit_test(files_stand_before_the_command_line),
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
        cmocka_unit_test(the_default_file_may_ask_for_too_much),
        cmocka_unit_test(a_section_is_for_its_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
