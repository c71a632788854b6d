/* cli/: the command line into settings, its errors, the table itself. */
#include "base/mem.h"
#include "cli/markup.h"
#include "cli/options.h"
#include "cli/setters.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    ARGS_MAX = 30
};

/* One parsed command line; the arguments are copies, as the parser overwrites secrets in them. */
struct run {
    char *argv[ARGS_MAX + 2];
    int argc;
    struct command command;
    struct settings settings; /* the first group's; its strings belong to the command */
    struct buf out;
    struct buf remarks;
    struct error err;
    enum cli_action action;
};

static struct run *run_new(const char *const *args)
{
    struct run *run = mem_alloc(sizeof *run);
    run->argv[run->argc++] = mem_strdup("peel");
    for (; *args; args++) {
        assert_true(run->argc < ARGS_MAX);
        run->argv[run->argc++] = mem_strdup(*args);
    }
    run->action = cli_parse(&run->command, run->argc, run->argv, NULL, &run->out, &run->remarks, &run->err);
    run->settings = *run->command.groups[0];
    return run;
}

static void run_free(struct run *run)
{
    command_done(&run->command);
    buf_done(&run->out);
    buf_done(&run->remarks);
    for (int i = 0; i < run->argc; i++)
        mem_free(run->argv[i]);
    mem_free(run);
}

#define ARGS(...)                                                                                                      \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }
#define RUN(...) run_new(ARGS(__VA_ARGS__))

static void every_option_parses_and_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option *option = &option_table[i];
        assert_non_null(option->help);
        assert_true(strlen(option->help) < 60);
        assert_true(strlen(option->manual) > 10);
        assert_true(option->categories != 0 && option->categories < IN_VERBOSE * 2);
        assert_int_equal(option->argument != NULL, option_takes_value(option));
        assert_ptr_equal(option_by_name(slice_of(option->name)), option);
        assert_null(option_absent_by_name(slice_of(option->name)));
        assert_true(i == 0 || strcmp(option_table[i - 1].name, option->name) < 0);
        if (option->letter) {
            assert_ptr_equal(option_by_letter(option->letter), option);
            assert_null(option_absent_by_letter(option->letter));
        }
        static const struct {
            const char *name, *value;
        } values[] = {
            {"connect-to", "a:1:b:2"},
            {"proto", "=https"},
            {"proto-default", "http"},
            {"limit-rate", "1K"},
            {"max-redirs", "1"},
            {"config", "/dev/null"},
            {"variable", "a=b"},
            {"tls-max", "1.3"},
            {"aia", "use"},
            {"sni", "a.test"},
            {"resolve", "a:1:127.0.0.1"},
            {"haproxy-clientip", "192.0.2.7"},
            {"user", "a:b"},
            {"netrc-file", "/dev/null"},
            {"proto-redir", "=https"},
            {"form", "a=b"},
            {"form-string", "a=b"},
            {"tls-report", "json"},
            {"sha256", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
        };
        const char *value = "1";
        for (size_t j = 0; j < sizeof values / sizeof *values; j++)
            value = strcmp(option->name, values[j].name) == 0 ? values[j].value : value;
        char *name = mem_printf("--%s", option->name);
        /* Entity tags are for a single URL. */
        const char *second = strncmp(option->name, "etag-", 5) == 0 ? NULL : "u";
        struct run *run = option->argument ? RUN("u", name, value, second) : RUN("u", name, second);
        assert_string_equal(run->err.text, "");
        assert_int_not_equal(run->action, CLI_FAILED);
        run_free(run);
        run = RUN("--help", name);
        assert_int_equal(run->action, CLI_SHOW);
        assert_non_null(strstr(buf_text(&run->out), option->name));
        run_free(run);
        mem_free(name);
    }
}

static void aliases_and_absent_names_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_aliases_len; i++) {
        assert_non_null(option_by_name(slice_of(option_aliases[i].name)));
        assert_null(option_absent_by_name(slice_of(option_aliases[i].name)));
    }
    for (size_t i = 0; i < option_absent_len; i++) {
        const struct option_other *absent = &option_absent[i];
        assert_ptr_equal(option_absent_by_name(slice_of(absent->name)), absent);
        assert_true(absent->code != PEEL_OK);
        assert_true(!absent->text || strlen(absent->text) > 20);
        char *name = mem_printf("--%s", absent->name);
        struct run *run = RUN("u", name, "1");
        assert_int_equal(run->err.code, absent->code);
        assert_non_null(strstr(run->err.text, absent->text ? absent->text : "peel does not yet"));
        run_free(run);
        mem_free(name);
    }
    for (size_t i = 0; i < option_categories_len; i++) {
        struct run *run = RUN("--help", option_categories[i].name);
        assert_int_equal(run->action, CLI_SHOW);
        assert_non_null(strstr(buf_text(&run->out), "\n "));
        run_free(run);
    }
}

static void wrong_command_lines_say_why(void **state)
{
    (void)state;
    static const struct {
        const char *args[6];
        int code;
        const char *text; /* the whole of it */
    } rows[] = {
        {{NULL}, 2, ""},
        {{"-s"}, 2, "(2) no URL specified"},
        {{"-s", "--next", "u"}, 2, "option --next: is badly used here"},
        {{"u", "-:"}, 2, "(2) no URL specified behind the last --next"},
        {{"--inseucre", "u"}, 2, "option --inseucre: is unknown; did you mean --insecure?"},
        {{"--inse", "u"}, 2, "option --inse: is unknown; did you mean --insecure?"},
        {{"--ouput", "u"}, 2, "option --ouput: is unknown; did you mean --output?"},
        {{"--no-bufer", "u"}, 2, "option --no-bufer: is unknown; did you mean --no-buffer?"},
        {{"--no-ouput", "u"}, 2, "option --no-ouput: is unknown; did you mean --output?"},
        {{"--no-silnt", "u"}, 2, "option --no-silnt: is unknown; did you mean --no-silent?"},
        {{"--incldue", "u"}, 2, "option --incldue: is unknown; did you mean --include?"},
        {{"--from=1", "u"}, 2, "option --from: is unknown; did you mean --form?"},
        {{"--proxy-negotiat", "u"},
         2,
         "option --proxy-negotiat: is unknown; curl's --proxy-negotiate, if that was meant, is not in peel yet"},
        {{"--frobnicate", "u"}, 2, "option --frobnicate: is unknown"},
        {{"--\x1b[2J", "u"}, 2, "option --\\x1b[2J: is unknown"},
        {{"--usr=ada:pw", "u"}, 2, "option --usr: is unknown; did you mean --user?"},
        {{"--x", "u"}, 2, "option --x: is unknown"},
        {{"-location", "u"}, 2, "option -location: is unknown; did you mean --location?"},
        {{"-", "u"}, 2, "option -: is unknown"},
        {{"-s%", "u"}, 2, "option -%: is unknown"},
        {{"u", "-o"}, 2, "option -o: requires parameter"},
        {{"u", "-sSo"}, 2, "option -o: requires parameter"},
        {{"u", "--max-time"}, 2, "option --max-time: requires parameter"},
        {{"u", "--fail=1"}, 2, "option --fail: takes no value"},
        {{"u", "--no-max-time", "1"}, 2, "option --no-max-time: is no switch, so it cannot be turned off by \"no-\""},
        {{"u", "--no-http1.0"}, 2, "option --no-http1.0: is no switch, so it cannot be turned off by \"no-\""},
        {{"u", "-m", "abc"}, 2, "option -m: expected a proper numerical parameter"},
        {{"u", "-m", "1x"}, 2, "option -m: expected a proper numerical parameter"},
        {{"u", "-m", ""}, 2, "option -m: expected a proper numerical parameter"},
        {{"u", "-m", "."}, 2, "option -m: expected a proper numerical parameter"},
        {{"u", "-m", "-1"}, 2, "option -m: expected a positive numerical parameter"},
        {{"u", "-m", "99999999999999999999"}, 2, "option -m: expected a proper numerical parameter"},
        {{"u", "--max-redirs", "-2"}, 2, "option --max-redirs: expected a positive numerical parameter"},
        {{"u", "--max-redirs", "5x"}, 2, "option --max-redirs: expected a proper numerical parameter"},
        {{"u", "--max-redirs", "9223372036854775808"}, 2, "option --max-redirs: too large number"},
        {{"u", "--limit-rate", "10X"}, 2, "option --limit-rate: unknown unit 'X': K, M, G, T or B"},
        {{"u", "--limit-rate", "10KB"}, 2, "option --limit-rate: unknown unit 'KB': K, M, G, T or B"},
        {{"u", "--limit-rate", "K"}, 2, "option --limit-rate: expected a proper numerical parameter"},
        {{"u", "--limit-rate", "9999999999T"}, 2, "option --limit-rate: too large number"},
        {{"u", "--aia", "yes"}, 2, "option --aia: expected report, use or save, not 'yes'"},
        {{"u", "--sni", "192.0.2.1"}, 2, "option --sni: '192.0.2.1' is an address, and SNI has names only"},
        {{"u", "--tls-max", "1.4"}, 2, "option --tls-max: expected default, 1.0, 1.1, 1.2 or 1.3, not '1.4'"},
        {{"u", "-3"},
         2,
         "option -3: SSL 3 is broken and no library here speaks it; peel speaks TLS 1.2 and 1.3, and older ones with "
         "--tlsv1.0"},
        {{"u", "--metalnk"}, 2, "option --metalnk: is unknown; curl's --metalink, if that was meant, is not in peel"},
        {{"u", "--no-ssl"},
         2,
         "option --no-ssl: it is for FTP and mail; peel uses TLS when the URL says https, and --proto =https allows "
         "nothing else"},
        {{"u", "--tlsuser", "a"},
         4,
         "option --tlsuser: TLS-SRP is not part of TLS 1.3 and is not built in; show who you are with a client "
         "certificate (--cert)"},
        {{"u", "-sSK", "/nonexistent/f"}, 26, "option -K: error encountered when reading a file"},
        {{"u", "--expand-fail"}, 2, "option --expand-fail: takes no value, so there is nothing to expand"},
        {{"u", "--expand-data"}, 2, "option --expand-data: requires parameter"},
        {{"u", "--expand-frobnicate", "x"}, 2, "option --expand-frobnicate: is unknown"},
        {{"u", "--variable", "a"}, 2, "option --variable: cannot use 'a': expected NAME=TEXT or NAME@FILE"},
        {{"u", "--variable", "%NO_SUCH_VARIABLE_HERE"},
         2,
         "option --variable: 'NO_SUCH_VARIABLE_HERE' is not set in the environment"},
        {{"u", "--rate", "x"}, 2, "option --rate: expected a rate such as 10/m, not 'x'"},
        {{"u", "--rate", "0/s"}, 2, "option --rate: expected a rate such as 10/m, not '0/s'"},
        {{"u", "--rate", "1/y"}, 2, "option --rate: unknown unit in '1/y': s, m, h or d"},
        {{"u", "v{a"}, 3, "unmatched brace in position 2:\nv{a\n ^"},
        {{"u", "--dns-servers", "a"}, 4, "option --dns-servers: curl has it, peel does not yet"},
        {{"u", "-P", "a=b"}, 2, "option -P: it is for FTP, and peel speaks HTTP and HTTPS only"},
        {{"u", "--engine=3"},
         53,
         "option --engine: OpenSSL gave engines up for providers, which openssl.cnf sets up; without the option peel "
         "uses what is set up there"},
        {{"u", "--proto", "=%http"}, 2, "option --proto: expected a protocol's name, not '%http'"},
        {{"u", "--proto", "-all"}, 2, "option --proto: '-all' allows no protocol at all"},
        {{"u", "--proto", "=foo"}, 2, "option --proto: '=foo' allows no protocol at all"},
        {{"u", "--proto-default", "ftp"}, 1, "option --proto-default: peel speaks http and https, not 'ftp'"},
        {{"u", "-X", ""}, 2, "option -X: blank argument where content is expected"},
        {{"u", "--cacert", ""}, 2, "option --cacert: blank argument where content is expected"},
        {{"u", "-o", ""}, 2, "option -o: blank argument where content is expected"},
        {{"u", "-sI", "-d", "a"},
         2,
         "You can only select one HTTP request method! You asked for both POST (-d, --data) and HEAD (-I, --head)."},
        {{"u", "-C", "3", "-d", "a"}, 2, "--continue-at is mutually exclusive with --data"},
        {{"u", "-C", "3", "--no-clobber"}, 2, "option --no-clobber: is badly used here"},
        {{"u", "-r", "0-3", "-sC", "3"}, 2, "option -C: is badly used here"},
        {{"u", "--etag-save", "f", "http://a:b@v"}, 2, "option http://a:*@v: is badly used here"},
        {{"u", "-H", "a: b\r\nc: d"},
         43,
         "option -H: a line end in its argument is refused: it would add lines to the request"},
        {{"u", "-A", "a\nb"},
         43,
         "option -A: a line end in its argument is refused: it would add lines to the request"},
        {{"u", "-e", "a\rb"},
         43,
         "option -e: a line end in its argument is refused: it would add lines to the request"},
        {{"u", "-X", "GET /\r\n"},
         43,
         "option -X: a line end in its argument is refused: it would add lines to the request"},
        {{"u", "-u", "a:b\nc"},
         43,
         "option -u: a line end in its argument is refused: it would add lines to the request"},
        {{"u", "-d", "@/nonexistent/x"}, 26, "option -d: cannot read '/nonexistent/x': No such file or directory"},
        {{"u", "--json", "@/"}, 26, "option --json: cannot read '/': Is a directory"},
        {{"u", "--url", "@/nonexistent"}, 26, "option --url: cannot read '/nonexistent': No such file or directory"},
        {{"u", "-H", "@/nonexistent"}, 26, "option -H: cannot read '/nonexistent': No such file or directory"},
        {{"u", "-w", "@/nonexistent"}, 26, "option -w: cannot read '/nonexistent': No such file or directory"},
        {{"u", "--data-urlencode", "n@/nonexistent"},
         26,
         "option --data-urlencode: cannot read '/nonexistent': No such file or directory"},
        {{"u", "--resolve", "foo"}, 49, "option --resolve: cannot use 'foo': expected HOST:PORT:ADDRESS[,ADDRESS]"},
        {{"u", "--resolve", "foo:80"},
         49,
         "option --resolve: cannot use 'foo:80': expected HOST:PORT:ADDRESS[,ADDRESS]"},
        {{"u", "--resolve", "foo:80:"}, 49, "option --resolve: cannot use 'foo:80:': no address in it"},
        {{"u", "--resolve", "foo:99999:1.1.1.1"},
         49,
         "option --resolve: cannot use 'foo:99999:1.1.1.1': the port is not a number from 1 to 65535"},
        {{"u", "--resolve", "foo:80:1.2.3"},
         49,
         "option --resolve: cannot use 'foo:80:1.2.3': an address in it is neither IPv4 nor IPv6"},
        {{"u", "--connect-to", "foo"}, 49, "option --connect-to: cannot use 'foo': expected HOST1:PORT1:HOST2:PORT2"},
        {{"u", "--connect-to", "::[a"}, 49, "option --connect-to: cannot use '::[a': a host in it is not one"},
        {{"u", "--connect-to", "[a:1:b:2"},
         49,
         "option --connect-to: cannot use '[a:1:b:2': expected HOST1:PORT1:HOST2:PORT2"},
        {{"u", "--resolve", "[a:1:1.1.1.1"},
         49,
         "option --resolve: cannot use '[a:1:1.1.1.1': expected HOST:PORT:ADDRESS[,ADDRESS]"},
        {{"u", "--connect-to", "::a:65536"},
         49,
         "option --connect-to: cannot use '::a:65536': a port in it is not a number from 1 to 65535"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, rows[i].text);
        assert_int_equal((int)run->err.code, rows[i].code);
        assert_int_equal(run->action, rows[i].code == 3 ? CLI_FAILED : CLI_MISUSED);
        run_free(run);
    }
}

static void doubtful_command_lines_are_warned_of(void **state)
{
    (void)state;
    static const struct {
        const char *args[6];
        const char *remarks;
    } rows[] = {
        {{"u", "-0", "-0"}, ""},
        {{"u", "--http1.1", "-0"}, "Warning: Overrides previous HTTP version option\n"},
        {{"u", "-s", "--http1.1", "-0"}, ""}, /* hidden by what stands before it */
        {{"u", "--http1.1", "-0", "-s"}, "Warning: Overrides previous HTTP version option\n"},
        {{"u", "-0", "-:", "v", "--http1.1"}, ""},
        {{"u", "-d", "\u201ca\u201d"},
         "Warning: The argument of -d starts with a Unicode quote where maybe an ASCII \" was intended?\n"},
        {{"u", "--json", "\u2018a"},
         "Warning: The argument of --json starts with a Unicode quote where maybe an ASCII \" was intended?\n"},
        {{"u", "-d", "\u2026a"}, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, "");
        assert_string_equal(buf_text(&run->remarks), rows[i].remarks);
        run_free(run);
    }
}

static void switches_combine_and_are_taken_back(void **state)
{
    (void)state;
    struct run *run =
        RUN("-fsSLNvkGg#", "u", "--compressed", "--tr-encoding", "-v", "-4", "-0", "--path-as-is", "-i", "-q");
    assert_string_equal(run->err.text, "");
    const struct settings *s = &run->settings;
    assert_true(run->command.console.silent && run->command.console.show_error && run->command.console.progress_bar &&
                s->output.no_buffer);
    assert_true(s->http.follow && s->http.compressed && s->http.transfer_codings && s->http.data_to_query &&
                s->tls.insecure && s->path_as_is);
    assert_true(s->output.include_headers);
    assert_int_equal(s->http.fail, HTTP_FAIL_EARLY);
    assert_int_equal(s->http.version, HTTP_VERSION_1_0);
    assert_int_equal(s->net.family, NET_IPV4);
    assert_int_equal(run->command.verbosity, 2);
    run_free(run);
    run = RUN("-fsNv", "--no-silent", "--no-fail", "--buffer", "--no-progress-meter", "--no-verbose", "u", "-46");
    s = &run->settings;
    assert_false(run->command.console.silent || s->output.no_buffer);
    assert_true(run->command.console.no_progress);
    assert_int_equal(s->http.fail, HTTP_FAIL_NEVER);
    assert_int_equal(run->command.verbosity, 0);
    assert_int_equal(s->net.family, NET_IPV6);
    run_free(run);
    run = RUN("-I", "--fail", "--fail-with-body", "u");
    assert_true(run->settings.http.head_only && run->settings.output.include_headers);
    assert_int_equal(run->settings.http.fail, HTTP_FAIL_WITH_BODY);
    run_free(run);
    run = RUN("u");
    s = &run->settings;
    assert_int_equal(s->http.max_redirs, 50);
    assert_int_equal(s->protocols, PROTOCOL_HTTP | PROTOCOL_HTTPS);
    assert_false(s->http.has_body);
    assert_null(s->http.user_agent);
    run_free(run);
}

static void groups_start_anew(void **state)
{
    (void)state;
    struct run *run = RUN("-sfv", "-o", "x", "-d", "a", "u", "--next", "-O", "v", "-:", "-I", "w");
    assert_string_equal(run->err.text, "");
    assert_int_equal(run->command.n_groups, 3);
    struct settings *const *groups = run->command.groups;
    assert_true(groups[0]->http.has_body && groups[0]->http.fail == HTTP_FAIL_EARLY);
    assert_true(!groups[1]->http.has_body && groups[1]->http.fail == HTTP_FAIL_NEVER);
    assert_true(groups[1]->fetches[0].remote_name && !groups[1]->fetches[0].output);
    assert_true(groups[2]->http.head_only && groups[2]->http.max_redirs == 50);
    assert_true(run->command.console.silent && run->command.verbosity == 1 && !run->command.fail_early);
    run_free(run);
}

static void urls_pair_with_outputs(void **state)
{
    (void)state;
    static const struct {
        const char *args[10];
        size_t n;
        struct {
            const char *url, *output;
            bool remote_name;
        } fetches[3];
        const char *warnings;
    } rows[] = {
        {{"a", "b"}, 2, {{"a", NULL, false}, {"b", NULL, false}}, ""},
        {{"-o", "x", "a", "-O", "b"}, 2, {{"a", "x", false}, {"b", NULL, true}}, ""},
        {{"a", "b", "-o", "x"}, 2, {{"a", "x", false}, {"b", NULL, false}}, ""},
        {{"-ox", "-oy", "--url", "a", "--url=b"}, 2, {{"a", "x", false}, {"b", "y", false}}, ""},
        {{"-OO", "a", "b", "c"}, 3, {{"a", NULL, true}, {"b", NULL, true}, {"c", NULL, false}}, ""},
        {{"-o", "x", "-o", "y", "a"}, 1, {{"a", "x", false}}, "Warning: Got more output options than URLs\n"},
        {{"-o", "-", "a"}, 1, {{"a", "-", false}}, ""},
        {{"-o", "-s", "a"}, 1, {{"a", "-s", false}}, "Warning: The filename argument '-s' looks like a flag.\n"},
        {{"--tls-probe", "--tls-report", "json", "a"},
         1,
         {{"a", NULL, false}},
         "Warning: --tls-probe fetches nothing, so there is nothing for --tls-report to tell of it\n"},
        {{"--tls-out", "f", "--tls-probe", "a"},
         1,
         {{"a", NULL, false}},
         "Warning: --tls-probe fetches nothing, so there is nothing for --tls-report to tell of it\n"},
        {{"--tls-probe", "--tls-warn-days", "3", "a"},
         1,
         {{"a", NULL, false}},
         "Warning: --tls-probe fetches nothing, so there is nothing for --tls-warn-days to tell of it\n"},
        {{"-s", "--tls-probe", "--tls-warn-days", "3", "a"}, 1, {{"a", NULL, false}}, ""},
        {{"--tls-probe", "a"}, 1, {{"a", NULL, false}}, ""},
        {{"--", "-a", "--", "-s"}, 3, {{"-a", NULL, false}, {"--", NULL, false}, {"-s", NULL, false}}, ""},
        {{"--no-remote-name", "a"}, 1, {{"a", NULL, false}}, ""},
        {{""}, 1, {{"", NULL, false}}, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->settings.n_fetches, rows[i].n);
        for (size_t j = 0; j < rows[i].n; j++) {
            const struct fetch *fetch = &run->settings.fetches[j];
            assert_string_equal(fetch->url, rows[i].fetches[j].url);
            assert_string_equal(fetch->output ? fetch->output : "NULL",
                                rows[i].fetches[j].output ? rows[i].fetches[j].output : "NULL");
            assert_int_equal(fetch->remote_name, rows[i].fetches[j].remote_name);
        }
        assert_string_equal(buf_text(&run->remarks), rows[i].warnings);
        run_free(run);
    }
}

static void numbers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t ms;
    } seconds[] = {{"1", 1000},      {"0.5", 500},  {".5", 500},
                   {"2.", 2000},     {"0", 0},      {"0.0001", 1},
                   {"1.0009", 1000}, {"007", 7000}, {"9007199254740", 9007199254740000}};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        struct run *run = RUN("u", "-m", seconds[i].text, "--connect-timeout", seconds[i].text);
        assert_string_equal(run->err.text, "");
        assert_true(run->settings.max_time_ms == seconds[i].ms);
        assert_true(run->settings.connect_timeout_ms == seconds[i].ms);
        run_free(run);
    }
    static const struct {
        const char *text;
        uint64_t bytes;
    } sizes[] = {{"0", 0},     {"10", 10},      {"10b", 10},     {"10B", 10},
                 {"2k", 2048}, {"3M", 3 << 20}, {"1G", 1 << 30}, {"4T", (uint64_t)4 << 40}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct run *run = RUN("u", "--limit-rate", sizes[i].text);
        assert_true(run->settings.limit_rate == sizes[i].bytes);
        run_free(run);
    }
    struct run *run = RUN("u", "--max-redirs", "-1");
    assert_int_equal(run->settings.http.max_redirs, -1);
    run_free(run);
}

static char *temporary_file(const char *bytes, size_t len)
{
    char *path = mem_strdup("/tmp/peel-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
    return path;
}

static void bodies_are_put_together(void **state)
{
    (void)state;
    static const char file[] = "l1\r\nl 2\n\0z";
    char *path = temporary_file(file, sizeof file - 1);
    static const struct {
        const char *args[8]; /* "%" stands for the file's path */
        struct slice body;
    } rows[] = {
        {{"-d", "a", "-d", "b=c"}, SLICE_INIT("a&b=c")},
        {{"-d", ""}, SLICE_INIT("")},
        {{"-d", "a", "-d", "", "-d", "b"}, SLICE_INIT("a&&b")},
        {{"-d", "@%"}, SLICE_INIT("l1l 2z")},
        {{"--data-ascii", "@%", "-dx"}, SLICE_INIT("l1l 2z&x")},
        {{"--data-binary", "@%"}, SLICE_INIT("l1\r\nl 2\n\0z")},
        {{"--data-raw", "@%"}, SLICE_INIT("@%")},
        {{"--data-urlencode", "a b"}, SLICE_INIT("a+b")},
        {{"--data-urlencode", "=a=b"}, SLICE_INIT("a%3Db")},
        {{"--data-urlencode", "n&=a~b*-._"}, SLICE_INIT("n&=a~b%2A-._")},
        {{"--data-urlencode", "n="}, SLICE_INIT("n=")},
        {{"--data-urlencode", "@%"}, SLICE_INIT("l1%0D%0Al+2%0A%00z")},
        {{"--data-urlencode", "n@%"}, SLICE_INIT("n=l1%0D%0Al+2%0A%00z")},
        {{"--json", "{", "--json", "}"}, SLICE_INIT("{}")},
        {{"--json", "@%"}, SLICE_INIT("l1\r\nl 2\n\0z")},
        {{"--json", "a", "-d", "b"}, SLICE_INIT("a&b")},
        {{"-d", "a", "--json", "b"}, SLICE_INIT("ab")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *args[10] = {"u"};
        char *with_path = NULL;
        for (size_t j = 0; rows[i].args[j]; j++) {
            const char *sign = strstr(rows[i].args[j], "@%");
            args[j + 1] = rows[i].args[j];
            if (sign && strcmp(rows[i].args[0], "--data-raw") != 0)
                args[j + 1] = with_path = mem_printf("%.*s@%s", (int)(sign - rows[i].args[j]), rows[i].args[j], path);
        }
        struct run *run = run_new(args);
        assert_string_equal(run->err.text, "");
        struct slice body = buf_slice(&run->settings.http.body);
        assert_int_equal(body.len, rows[i].body.len);
        assert_memory_equal(body.ptr ? body.ptr : "", rows[i].body.ptr, body.len);
        assert_true(run->settings.http.has_body);
        assert_int_equal(run->settings.http.is_json,
                         strstr(rows[i].args[0], "json") || strcmp(args[3] ? args[3] : "", "--json") == 0);
        run_free(run);
        mem_free(with_path);
    }
    struct run *run = RUN("u", "-G", "-I", "-d", "a", "--data-urlencode", "b= c");
    assert_false(run->settings.http.has_body);
    assert_string_equal(buf_text(&run->settings.http.body), "a&b=+c");
    run_free(run);
    unlink(path);
    mem_free(path);
}

static void texts_come_from_files(void **state)
{
    (void)state;
    static const char headers[] = "X-A: 1\r\nX-B: 2\n\nX-C;";
    static const char format[] = "%{http_code}\n\\n\r\nend";
    char *header_file = temporary_file(headers, sizeof headers - 1);
    char *format_file = temporary_file(format, sizeof format - 1);
    char *header = mem_printf("@%s", header_file);
    char *write_out = mem_printf("-w@%s", format_file);
    struct run *run = RUN("u", "-H", header, "-H", "plain", write_out);
    assert_int_equal(run->settings.http.n_headers, 4);
    assert_string_equal(run->settings.http.headers[0], "X-A: 1");
    assert_string_equal(run->settings.http.headers[1], "X-B: 2");
    assert_string_equal(run->settings.http.headers[2], "X-C;");
    assert_string_equal(run->settings.output.write_out, "%{http_code}\\nend");
    assert_string_equal(buf_text(&run->remarks),
                        "Warning: The provided HTTP header 'plain' does not look like a header?\n");
    run_free(run);
    unlink(header_file);
    unlink(format_file);
    mem_free(header_file);
    mem_free(format_file);
    mem_free(header);
    mem_free(write_out);
}

static void stdin_is_read_for_a_dash(void **state)
{
    (void)state;
    int ends[2];
    int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "a\nb", 3), 3);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    struct run *run = RUN("u", "--data-binary", "@-");
    assert_string_equal(buf_text(&run->settings.http.body), "a\nb");
    run_free(run);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void cookies_are_text_or_files(void **state)
{
    (void)state;
    struct run *run = RUN("u", "-b", "a=1; b", "-b", "jar", "-b", "@heads", "-b", "c=2", "-c", "out", "-j", "--hsts",
                          "", "--hsts", "one", "--hsts", "two");
    const struct http_settings *http = &run->settings.http;
    assert_string_equal(http->cookies, "a=1; b; c=2");
    assert_int_equal(http->n_cookie_files, 2);
    assert_string_equal(http->cookie_files[0], "jar");
    assert_string_equal(http->cookie_files[1], "heads");
    assert_string_equal(http->cookie_jar, "out");
    assert_true(http->drop_session_cookies && http->has_cookie_engine && http->has_hsts);
    assert_int_equal(http->n_hsts_files, 2);
    assert_string_equal(http->hsts_files[1], "two");
    run_free(run);
    run = RUN("u", "-b", "a=1");
    assert_false(run->settings.http.has_cookie_engine || run->settings.http.has_hsts);
    run_free(run);
    run = RUN("u", "-b", "");
    assert_true(run->settings.http.has_cookie_engine && !run->settings.http.cookies);
    run_free(run);
}

/* Old scripts have them, in both forms; nothing comes of them, and nothing is warned of. */
static void options_without_effect_are_taken(void **state)
{
    (void)state;
    static const char *const switches[] = {"false-start",          "npn",           "ssl-allow-beast",
                                           "ssl-auto-client-cert", "ssl-no-revoke", "ssl-revoke-best-effort"};
    static const char *const files[] = {"egd-file", "random-file"};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        char *on = mem_printf("--%s", switches[i]), *off = mem_printf("--no-%s", switches[i]);
        struct run *run = RUN("u", on, off);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->remarks.len, 0);
        run_free(run);
        mem_free(on);
        mem_free(off);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *name = mem_printf("--%s", files[i]);
        struct run *run = RUN("u", name, "/nonexistent");
        assert_string_equal(run->err.text, "");
        run_free(run);
        mem_free(name);
    }
    struct run *run = RUN("u", "--no-tcp-nodelay");
    assert_true(run->settings.net.has_nagle);
    run_free(run);
    run = RUN("u", "--no-tcp-nodelay", "--tcp-nodelay");
    assert_false(run->settings.net.has_nagle);
    run_free(run);
}

static void tls_versions_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *args[4];
        enum tls_version min, max;
    } rows[] = {
        {{"u"}, TLS_VERSION_ANY, TLS_VERSION_ANY},
        {{"u", "-1"}, TLS_VERSION_1_0, TLS_VERSION_ANY},
        {{"u", "--tlsv1"}, TLS_VERSION_1_0, TLS_VERSION_ANY},
        {{"u", "--tlsv1.0"}, TLS_VERSION_1_0, TLS_VERSION_ANY},
        {{"u", "--tlsv1.1"}, TLS_VERSION_1_1, TLS_VERSION_ANY},
        {{"u", "--tlsv1.2"}, TLS_VERSION_1_2, TLS_VERSION_ANY},
        {{"u", "--tlsv1.0", "--tlsv1.3"}, TLS_VERSION_1_3, TLS_VERSION_ANY},
        {{"u", "--tls-max", "1.0"}, TLS_VERSION_ANY, TLS_VERSION_1_0},
        {{"u", "--tls-max", "1.1"}, TLS_VERSION_ANY, TLS_VERSION_1_1},
        {{"u", "--tls-max=1.2", "--tls-max=default"}, TLS_VERSION_ANY, TLS_VERSION_ANY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->settings.tls.version_min, rows[i].min);
        assert_int_equal(run->settings.tls.version_max, rows[i].max);
        run_free(run);
    }
}

static void a_probe_is_a_switch(void **state)
{
    (void)state;
    struct run *run = RUN("u", "--tls-probe", "--next", "v", "--tls-probe", "--no-tls-probe");
    assert_string_equal(run->err.text, "");
    assert_true(run->settings.tls_probe);
    assert_false(run->command.groups[1]->tls_probe);
    run_free(run);
}

static void issuers_are_fetched_as_asked(void **state)
{
    (void)state;
    static const struct {
        const char *args[4];
        enum tls_aia aia;
    } rows[] = {
        {{"u"}, TLS_AIA_OFF},
        {{"u", "--aia", "report"}, TLS_AIA_REPORT},
        {{"u", "--aia=use"}, TLS_AIA_USE},
        {{"u", "--aia=use", "--aia=save"}, TLS_AIA_SAVE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->settings.tls.aia, rows[i].aia);
        run_free(run);
    }
}

static void a_server_name_is_read_like_a_host(void **state)
{
    (void)state;
    static const struct {
        const char *args[6], *name;
    } rows[] = {
        {{"u"}, NULL},
        {{"u", "--sni", "none"}, ""},
        {{"u", "--sni", "None"}, "none"},
        {{"u", "--sni", "A.Test."}, "a.test"},
        {{"u", "--sni", "b\u00fccher.test"}, "xn--bcher-kva.test"},
        {{"u", "--sni", "none", "--sni=b.test"}, "b.test"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        const char *name = run->settings.tls.server_name;
        assert_string_equal(run->err.text, "");
        assert_int_equal(name != NULL, rows[i].name != NULL);
        assert_string_equal(name ? name : "", rows[i].name ? rows[i].name : "");
        run_free(run);
    }
    struct run *run = RUN("u", "--tls-legacy-server", "--ssl-sessions", "f", "--tls-earlydata");
    assert_true(run->settings.tls.early_data);
    assert_true(run->settings.tls.legacy_server);
    assert_string_equal(run->settings.tls.session_file, "f");
    run_free(run);
}

static void certificates_and_referers_are_split(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *file, *pass;
    } certs[] = {
        {"c.pem", "c.pem", NULL},  {"c.pem:pw", "c.pem", "pw"}, {"c.pem:p:w", "c.pem", "p:w"},
        {"c.pem:", "c.pem", NULL}, {"a\\:b:pw", "a:b", "pw"},   {"a\\\\:pw", "a\\", "pw"},
        {"a\\b", "a\\b", NULL},    {"a\\", "a\\", NULL},        {"pkcs11:token=a:b", "pkcs11:token=a:b", NULL},
    };
    for (size_t i = 0; i < sizeof certs / sizeof *certs; i++) {
        struct run *run = RUN("u", "-E", certs[i].typed);
        assert_string_equal(run->settings.tls.cert, certs[i].file);
        assert_string_equal(run->settings.tls.pass ? run->settings.tls.pass : "NULL",
                            certs[i].pass ? certs[i].pass : "NULL");
        run_free(run);
    }
    static const struct {
        const char *typed, *url;
        bool is_auto;
    } referers[] = {{"http://a/", "http://a/", false},
                    {"http://a/;auto", "http://a/", true},
                    {";auto", NULL, true},
                    {"", NULL, false}};
    for (size_t i = 0; i < sizeof referers / sizeof *referers; i++) {
        struct run *run = RUN("u", "-e", referers[i].typed);
        assert_string_equal(run->settings.http.referer ? run->settings.http.referer : "NULL",
                            referers[i].url ? referers[i].url : "NULL");
        assert_int_equal(run->settings.http.auto_referer, referers[i].is_auto);
        run_free(run);
    }
}

static void resolve_and_connect_to_are_read(void **state)
{
    (void)state;
    struct run *run = RUN("u", "--resolve", "+Example.COM:443:192.0.2.7,[2001:db8::1]", "--resolve", "*:80:::1",
                          "--resolve", "-a.test:80", "--resolve", "[::1]:8443:127.0.0.1");
    assert_string_equal(run->err.text, "");
    const struct net_settings *net = &run->settings.net;
    assert_int_equal(net->n_resolve, 4);
    assert_string_equal(net->resolve[0].host, "example.com");
    assert_int_equal(net->resolve[0].port, 443);
    assert_int_equal(net->resolve[0].n_addresses, 2);
    assert_string_equal(net->resolve[0].addresses[1], "2001:db8::1");
    assert_string_equal(net->resolve[1].host, "*");
    assert_string_equal(net->resolve[1].addresses[0], "::1");
    assert_true(net->resolve[2].is_removal && net->resolve[2].n_addresses == 0);
    assert_string_equal(net->resolve[3].host, "::1");
    run_free(run);
    run = RUN("u", "--connect-to", "a.test:443:[::1]:8443", "--connect-to", "::b.test:", "--connect-to", "::c.test",
              "--connect-to", "");
    assert_string_equal(run->err.text, "");
    net = &run->settings.net;
    assert_int_equal(net->n_connect_to, 3);
    assert_string_equal(net->connect_to[0].from_host, "a.test");
    assert_int_equal(net->connect_to[0].from_port, 443);
    assert_string_equal(net->connect_to[0].to_host, "::1");
    assert_int_equal(net->connect_to[0].to_port, 8443);
    assert_null(net->connect_to[1].from_host);
    assert_int_equal(net->connect_to[1].to_port, 0);
    assert_string_equal(net->connect_to[2].to_host, "c.test");
    run_free(run);
}

static void proxies_are_described(void **state)
{
    (void)state;
    struct run *run = RUN("u", "-x", "http://p", "-U", "a:b", "-p", "--noproxy", "x,y", "--proxy-header", "A: b", "-H",
                          "C: d", "--proxy-digest", "--basic", "--suppress-connect-headers");
    const struct http_settings *http = &run->settings.http;
    assert_string_equal(run->err.text, "");
    assert_string_equal(run->settings.net.proxy, "http://p");
    assert_string_equal(run->settings.net.noproxy, "x,y");
    assert_true(run->settings.net.proxy_tunnel && !run->settings.net.is_proxy_old);
    assert_string_equal(http->proxy_user, "a:b");
    assert_int_equal(http->proxy_auth, HTTP_AUTH_DIGEST);
    assert_int_equal(http->auth, HTTP_AUTH_BASIC);
    assert_int_equal(http->n_proxy_headers, 1);
    assert_string_equal(http->proxy_headers[0], "A: b");
    assert_int_equal(http->n_headers, 1);
    assert_true(run->settings.output.no_connect_headers);
    run_free(run);
    run = RUN("u", "--proxy1.0", "p", "--proxy-anyauth", "--anyauth", "--no-proxytunnel", "--proxy-user", "c:d");
    assert_string_equal(run->settings.net.proxy, "p");
    assert_true(run->settings.net.is_proxy_old && !run->settings.net.proxy_tunnel);
    assert_int_equal(run->settings.http.proxy_auth, HTTP_AUTH_ANY);
    run_free(run);
    run = RUN("u", "-k", "--cacert", "a", "--proxy-cacert", "b", "-E", "c:d", "--proxy-cert", "e:f", "--proxy-key", "g",
              "--proxy-tls13-ciphers", "h");
    assert_true(run->settings.tls.insecure && !run->settings.proxy_tls.insecure);
    assert_true(run->settings.proxy_tls.for_proxy && !run->settings.tls.for_proxy);
    assert_string_equal(run->settings.tls.cacert, "a");
    assert_string_equal(run->settings.proxy_tls.cacert, "b");
    assert_string_equal(run->settings.tls.cert, "c");
    assert_string_equal(run->settings.tls.pass, "d");
    assert_string_equal(run->settings.proxy_tls.cert, "e");
    assert_string_equal(run->settings.proxy_tls.pass, "f");
    assert_string_equal(run->settings.proxy_tls.key, "g");
    assert_string_equal(run->settings.proxy_tls.tls13_ciphers, "h");
    run_free(run);
    run = RUN("u", "--proxy1.0", "p", "-x", "q", "--proxy-basic", "--proxy-digest", "--no-proxy-basic");
    assert_string_equal(run->settings.net.proxy, "q");
    assert_false(run->settings.net.is_proxy_old);
    assert_int_equal(run->settings.http.proxy_auth, HTTP_AUTH_DIGEST);
    assert_null(run->settings.net.noproxy);
    run_free(run);
}

static void signing_is_of_one_group(void **state)
{
    (void)state;
    struct run *run = RUN("u", "--aws-sigv4", "aws:amz:eu-central-1:s3", "-u", "k:s");
    assert_string_equal(run->err.text, "");
    assert_string_equal(run->settings.http.sigv4, "aws:amz:eu-central-1:s3");
    assert_int_equal(run->settings.http.auth, 0);
    run_free(run);
    run = RUN("u", "--aws-sigv4", "a\nb");
    assert_int_equal(run->action, CLI_MISUSED);
    run_free(run);
}

static void the_client_is_announced_by_address(void **state)
{
    (void)state;
    struct run *run = RUN("u", "--haproxy-protocol", "--happy-eyeballs-timeout-ms", "50");
    assert_string_equal(run->err.text, "");
    assert_true(run->settings.net.announces_client);
    assert_null(run->settings.net.client_ip);
    assert_int_equal(run->settings.net.attempt_delay_ms, 50);
    run_free(run);
    run = RUN("u", "--haproxy-clientip", "192.0.2.7", "--haproxy-clientip", "[2001:DB8::1]");
    assert_true(run->settings.net.announces_client);
    assert_string_equal(run->settings.net.client_ip, "2001:DB8::1");
    assert_int_equal(run->settings.net.attempt_delay_ms, 200);
    run_free(run);
    static const char *const wrong[] = {"", "a.test", "192.0.2", "fe80::1%lo", "::1\r\nGET /", "192.0.2.7 192.0.2.8"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        run = RUN("u", "--haproxy-clientip", wrong[i]);
        assert_int_equal(run->err.code, PEEL_FAILED_INIT);
        run_free(run);
    }
}

static void protocols_are_chosen(void **state)
{
    (void)state;
    enum {
        HTTP = PROTOCOL_HTTP,
        HTTPS = PROTOCOL_HTTPS
    };
    static const struct {
        const char *list;
        unsigned protocols;
        const char *warnings;
    } rows[] = {
        {"=https", HTTPS, ""},
        {"=HTTP", HTTP, ""},
        {"-http", HTTPS, ""},
        {"-all,https", HTTPS, ""},
        {"all,-http", HTTPS, ""},
        {"=ftp", 0, ""},
        {"ftp", HTTP | HTTPS, ""},
        {"", HTTP | HTTPS, ""},
        {"-all,+http", HTTP, ""},
        {"=http,https", HTTP | HTTPS, ""},
        {"foo", HTTP | HTTPS, "Warning: unrecognized protocol 'foo'\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = RUN("u", "--proto", rows[i].list);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->settings.protocols, rows[i].protocols);
        assert_string_equal(buf_text(&run->remarks), rows[i].warnings);
        run_free(run);
    }
}

static void secrets_vanish_from_argv_only(void **state)
{
    (void)state;
    static const struct {
        const char *args[3];
        const char *left; /* of the argument that held it */
    } rows[] = {
        {{"-u", "ada:pw"}, "******"},
        {{"-uada:pw"}, "-u******"},
        {{"--user=ada:pw"}, "--user=******"},
        {{"--pass", "pw"}, "**"},
        {{"--oauth2-bearer", "token"}, "*****"},
        {{"-E", "c.pem:pw"}, "c.pem:**"},
        {{"-E", "a\\:b:pw"}, "a\\:b:**"},
        {{"-H", "authorization: Bearer t"}, "authorization:*********"},
        {{"-H", "Cookie: a=b"}, "Cookie:****"},
        {{"-H", "Proxy-Authorization: x"}, "Proxy-Authorization:**"},
        {{"-H", "X-Plain: x"}, "X-Plain: x"},
        {{"-x", "http://ada:pw@proxy:1"}, "http://ada:**@proxy:1"},
        {{"--proxy1.0", "ada:pw@proxy:1"}, "ada:**@proxy:1"},
        {{"-U", "ada:pw"}, "******"},
        {{"--proxy-pass", "pw"}, "**"},
        {{"--proxy-cert", "c.pem:pw"}, "c.pem:**"},
        {{"--proxy-header", "Proxy-Authorization: x"}, "Proxy-Authorization:**"},
        {{"--url", "https://ada:p@w@host/@"}, "https://ada:***@host/@"},
        {{"https://host/a:b@c"}, "https://host/a:b@c"},
        {{"-sS", "ada:pw@host"}, "ada:**@host"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *args[5] = {"u", rows[i].args[0], rows[i].args[1]};
        struct run *run = run_new(args);
        assert_string_equal(run->err.text, "");
        assert_string_equal(run->argv[run->argc - 1], rows[i].left);
        run_free(run);
    }
    struct run *run = RUN("https://a:b@c/", "-uada:pw", "-HCookie: c", "--pass", "pp", "-x", "http://p:q@r");
    assert_string_equal(run->settings.http.user, "ada:pw");
    assert_string_equal(run->settings.http.headers[0], "Cookie: c");
    assert_string_equal(run->settings.tls.pass, "pp");
    assert_string_equal(run->settings.net.proxy, "http://p:q@r");
    assert_string_equal(run->settings.fetches[0].url, "https://a:b@c/");
    run_free(run);
}

static void values_may_be_said_twice(void **state)
{
    (void)state;
    struct run *run = RUN("u", "-A", "a", "-A", "", "--cacert", "x", "--cacert=y", "--tlsv1.3", "--tls-max", "1.3",
                          "--stderr", "-", "-X", "PUT", "-x", "", "-w", "1", "-w", "2");
    assert_string_equal(run->err.text, "");
    assert_string_equal(run->settings.http.user_agent, "");
    assert_string_equal(run->settings.tls.cacert, "y");
    assert_int_equal(run->settings.tls.version_min, TLS_VERSION_1_3);
    assert_int_equal(run->settings.tls.version_max, TLS_VERSION_1_3);
    assert_string_equal(run->command.console.stderr_file, "-");
    assert_string_equal(run->settings.http.method, "PUT");
    assert_string_equal(run->settings.net.proxy, "");
    assert_string_equal(run->settings.output.write_out, "2");
    run_free(run);
}

static void evidence_is_the_whole_runs(void **state)
{
    (void)state;
    struct run *run =
        RUN("--keylog", "k", "u", "--next", "--pcapng=p", "--har", "h", "--har", "i", "--with-secrets", "v");
    const struct evidence_settings *evidence = &run->command.evidence;
    assert_string_equal(run->err.text, "");
    assert_string_equal(evidence->keylog, "k");
    assert_string_equal(evidence->pcapng, "p");
    assert_string_equal(evidence->har, "i");
    assert_true(evidence->with_secrets);
    run_free(run);
    static const char *const names[] = {"--keylog", "--pcapng", "--har"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        run = RUN(names[i], "-", "u");
        assert_int_equal(run->err.code, PEEL_FAILED_INIT);
        assert_non_null(strstr(run->err.text, "wants a file of its own, not stdout"));
        run_free(run);
    }
}

/* Any group's format. */
static void a_report_for_write_out_is_the_whole_runs(void **state)
{
    (void)state;
    static const struct {
        const char *args[6];
        bool is_wanted;
    } rows[] = {
        {{"-w", "%{json} %{tls_ja4}", "u"}, false},
        {{"-w", "%{tls_json}", "u"}, true},
        {{"u", "--next", "v", "-w", "%{TLS_JSON}"}, true},
        {{"-w", "%{tls_json}", "u", "--next", "v"}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_string_equal(run->err.text, "");
        assert_int_equal(run->command.evidence.tls_json, rows[i].is_wanted);
        run_free(run);
    }
}

static void reports_are_the_whole_runs(void **state)
{
    (void)state;
    static const struct {
        const char *args[8];
        enum report_form form;
        const char *out;
        bool has_days;
        int days;
        const char *error; /* a part of it */
    } rows[] = {
        {{"u"}, REPORT_NONE, NULL, false, 0, NULL},
        {{"--tls-report", "text", "u"}, REPORT_TEXT, NULL, false, 0, NULL},
        {{"--tls-report", "text", "u", "--next", "v", "--tls-report=html"}, REPORT_HTML, NULL, false, 0, NULL},
        {{"--tls-out", "f", "u"}, REPORT_TEXT, "f", false, 0, NULL},
        {{"--tls-report", "json", "--tls-out", "f", "--tls-out", "-", "u"}, REPORT_JSON, NULL, false, 0, NULL},
        {{"--tls-warn-days", "0", "u"}, REPORT_NONE, NULL, true, 0, NULL},
        {{"--tls-warn-days", "14", "u"}, REPORT_NONE, NULL, true, 14, NULL},
        {{"--tls-report", "JSON", "u"}, REPORT_NONE, NULL, false, 0, "'JSON' is none of text, json, html"},
        {{"--tls-warn-days", "-3", "u"}, REPORT_NONE, NULL, false, 0, "--tls-warn-days"},
        {{"--tls-warn-days", "3d", "u"}, REPORT_NONE, NULL, false, 0, "--tls-warn-days"},
        {{"--tls-warn-days", "100001", "u"}, REPORT_NONE, NULL, false, 0, "--tls-warn-days"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        const struct evidence_settings *evidence = &run->command.evidence;
        assert_int_equal(evidence->tls_report, rows[i].form);
        if (rows[i].out)
            assert_string_equal(evidence->tls_out, rows[i].out);
        else
            assert_null(evidence->tls_out);
        assert_int_equal(evidence->has_tls_warn_days, rows[i].has_days);
        assert_int_equal(evidence->tls_warn_days, rows[i].days);
        if (rows[i].error)
            assert_non_null(strstr(run->err.text, rows[i].error));
        else
            assert_string_equal(run->err.text, "");
        run_free(run);
    }
}

static void help_and_version_are_shown(void **state)
{
    (void)state;
    static const struct {
        const char *args[4];
        const char *start, *somewhere;
    } rows[] = {
        {{"-V"}, "peel " PEEL_VERSION " (", "\nProtocols: http https\nFeatures: "},
        {{"-fsSV", "--bogus"}, "peel " PEEL_VERSION " (", " http-parser/2."},
        {{"-h"}, "Usage: peel", "-d, --data <data>"},
        {{"--help", "all"}, "", "--tls13-ciphers <list>"},
        {{"--help", "tls"}, "tls: ", "--cacert <file>"},
        {{"--help", "category"}, "The categories:\n", "post"},
        {{"--help", "no\x1bsuch"}, "There is no category or option 'no\\x1bsuch'\nThe categories:\n", "post"},
        {{"--help", "-w"}, " -w, --write-out <format>\n", "%{name} for one of:"},
        {{"--help", "max-time"}, " -m, --max-time <seconds>\n        The longest", "28"},
        {{"--help", "--no-buffer"}, " -N, --no-buffer\n", "body"},
        {{"--help", "--include"}, " -i, --show-headers, --include\n", "head"},
        {{"--help", "-k"}, " -k, --insecure\n", "passwords"},
    };
    setenv("COLUMNS", "80", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run *run = run_new(rows[i].args);
        assert_int_equal(run->action, CLI_SHOW);
        assert_true(slice_starts_with(buf_slice(&run->out), slice_of(rows[i].start)));
        assert_non_null(strstr(buf_text(&run->out), rows[i].somewhere));
        run_free(run);
    }
    struct run *run = RUN("-M");
    assert_int_equal(run->action, CLI_MANUAL);
    assert_true(slice_starts_with(buf_slice(&run->out), SLICE("NAME\n       peel - ")));
    run_free(run);
}

static void help_fits_its_width(void **state)
{
    (void)state;
    static const struct {
        const char *columns;
        size_t width;
    } rows[] = {
        {"40", 40}, {"60", 60}, {"80", 80}, {"120", 120}, {"1", 40},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("COLUMNS", rows[i].columns, 1);
        struct run *run = RUN("--help", "all");
        struct slice rest = buf_slice(&run->out);
        struct slice line;
        while (markup_next_line(&rest, &line))
            assert_true(line.len <= rows[i].width || slice_find(line, '<') < line.len); /* names are not broken */
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_parses_and_is_explained),
        cmocka_unit_test(aliases_and_absent_names_are_sound),
        cmocka_unit_test(wrong_command_lines_say_why),
        cmocka_unit_test(doubtful_command_lines_are_warned_of),
        cmocka_unit_test(switches_combine_and_are_taken_back),
        cmocka_unit_test(groups_start_anew),
        cmocka_unit_test(urls_pair_with_outputs),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(bodies_are_put_together),
        cmocka_unit_test(texts_come_from_files),
        cmocka_unit_test(stdin_is_read_for_a_dash),
        cmocka_unit_test(cookies_are_text_or_files),
        cmocka_unit_test(options_without_effect_are_taken),
        cmocka_unit_test(tls_versions_are_read),
        cmocka_unit_test(a_probe_is_a_switch),
        cmocka_unit_test(issuers_are_fetched_as_asked),
        cmocka_unit_test(a_server_name_is_read_like_a_host),
        cmocka_unit_test(certificates_and_referers_are_split),
        cmocka_unit_test(resolve_and_connect_to_are_read),
        cmocka_unit_test(proxies_are_described),
        cmocka_unit_test(signing_is_of_one_group),
        cmocka_unit_test(the_client_is_announced_by_address),
        cmocka_unit_test(protocols_are_chosen),
        cmocka_unit_test(secrets_vanish_from_argv_only),
        cmocka_unit_test(values_may_be_said_twice),
        cmocka_unit_test(evidence_is_the_whole_runs),
        cmocka_unit_test(a_report_for_write_out_is_the_whole_runs),
        cmocka_unit_test(reports_are_the_whole_runs),
        cmocka_unit_test(help_and_version_are_shown),
        cmocka_unit_test(help_fits_its_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
