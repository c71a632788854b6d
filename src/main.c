/* argv -> command -> schedule -> exit code. */
#include "base/mem.h"
#include "cli/options.h"
#include "cli/queue.h"
#include "insight/views.h"
#include "output/console.h"
#include "transfer/schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* No socket may get the number of a standard stream that the caller closed: a write to it has to fail, not to travel.
 */
static void guard_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* -h, -V and the like. A reader that has seen enough (head, grep -q) is no failure. */
static int show(struct buf *out, struct error *err)
{
    struct slice text = buf_slice(out);
    bool is_out = fwrite(text.ptr, 1, text.len, stdout) == text.len && fflush(stdout) == 0;
    if (is_out || errno == EPIPE)
        return PEEL_OK;
    error_set(err, PEEL_WRITE_ERROR, "Failed writing to stdout");
    return PEEL_WRITE_ERROR;
}

static bool is_dry(const struct settings *group)
{
    return group->output.dry_run;
}

static bool is_fetched(const struct settings *group)
{
    return !group->output.dry_run;
}

static bool is_plain(const struct settings *group)
{
    return group->output.plain_output;
}

static bool is_probe(const struct settings *group)
{
    return group->tls_probe;
}

static bool any(const struct command *command, bool (*is_it)(const struct settings *))
{
    for (size_t i = 0; i < command->n_groups; i++)
        if (is_it(command->groups[i]))
            return true;
    return false;
}

/* Who wants to hear what happens subscribes before it does. */
static int fetch(const struct command *command, struct console *console, struct buf *out, struct error *err)
{
    struct trace trace = {0};
    struct views_plan plan = {.trace = &command->trace,
                              .evidence = &command->evidence,
                              .verbosity = command->verbosity,
                              .is_fetched = any(command, is_fetched),
                              .tls_probe = any(command, is_probe),
                              .is_plain = any(command, is_plain),
                              .dry_run = any(command, is_dry) ? out : NULL};
    struct views *views = views_new(&plan, console, &trace, err);
    if (!views)
        return (int)err->code;
    struct writeout_report report;
    struct schedule_watch watch = {
        .trace = &trace, .console = console, .report = views_lend_report(views, &report) ? &report : NULL};
    struct queue *queue = queue_new(command);
    int code = schedule_run(command, queue_source(queue), &watch);
    queue_free(queue);
    int seen = views_exit_code(views, code);
    return views_end(views, err) || code != PEEL_OK ? seen : (int)err->code;
}

/* A wrong command line: what is wrong, unless the remarks have said it, and where to read on. */
static int show_misuse(struct console *console, const struct error *err)
{
    if (err->text[0]) {
        console_misuse(console, slice_of(err->text));
        console_misuse(console, SLICE(CLI_HINT));
    }
    return (int)err->code;
}

static int act(enum cli_action action, const struct command *command, struct console *console, struct buf *out,
               struct error *err)
{
    int code = PEEL_OK;
    if (action == CLI_FETCH)
        code = fetch(command, console, out, err);
    else if (action == CLI_MANUAL && cli_manual_by_man())
        return PEEL_OK;
    return out->len > 0 && show(out, err) != PEEL_OK ? (int)err->code : code;
}

static int run(int argc, char **argv, struct command *command, struct buf *out)
{
    struct error err = {0};
    struct buf remarks = {0};
    char *config = cli_default_config();
    enum cli_action action = cli_parse(command, argc, argv, config, out, &remarks, &err);
    mem_free(config);
    struct console *console = console_new(&command->console);
    console_remarks(console, buf_slice(&remarks));
    buf_done(&remarks);
    int code = action == CLI_MISUSED  ? show_misuse(console, &err)
               : action == CLI_FAILED ? (int)err.code
                                      : act(action, command, console, out, &err);
    if (action != CLI_MISUSED)
        console_error(console, &err);
    console_free(console);
    return code;
}

int main(int argc, char **argv)
{
    guard_standard_streams();
    /* A reader that left and a file that may not grow are errors of a write, which says where. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    struct command command = {0};
    struct buf out = {0};
    int code = run(argc, argv, &command, &out);
    buf_done(&out);
    command_done(&command);
    return code;
}
