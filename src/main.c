/* argv -> command -> schedule -> exit code. */
#include "base/mem.h"
#include "cli/options.h"
#include "cli/queue.h"
#include "insight/dry_view.h"
#include "insight/trace_dump.h"
#include "insight/verbose.h"
#include "output/console.h"
#include "transfer/schedule.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* No socket may get the number of a standard stream that the caller closed: a write to it has to fail, not to travel.
 */
static void guard_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* -h, -V and the like. */
static int show(struct buf *out, struct error *err)
{
    fwrite(buf_slice(out).ptr, 1, buf_slice(out).len, stdout);
    if (fflush(stdout) == 0)
        return PEEL_OK;
    error_set(err, PEEL_WRITE_ERROR, "Failed writing to stdout");
    return PEEL_WRITE_ERROR;
}

static struct stamp make_stamp(const struct trace_settings *settings)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct stamp){.has_time = settings->has_time,
                          .has_ids = settings->has_ids,
                          .epoch_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000};
}

static bool is_dry(const struct command *command)
{
    for (size_t i = 0; i < command->n_groups; i++)
        if (command->groups[i]->output.dry_run)
            return true;
    return false;
}

/* Who wants to hear what happens subscribes before it does. */
static int fetch(const struct command *command, struct console *console, struct buf *out)
{
    struct trace trace = {0};
    struct dry_view dry_view;
    const struct trace_settings *wanted = &command->trace;
    struct stamp stamp = make_stamp(wanted);
    struct trace_dump_plan plan = {.file = wanted->file, .is_hex = wanted->form == TRACE_FORM_HEX, .stamp = stamp};
    struct trace_dump *dump = wanted->form > TRACE_FORM_PLAIN ? trace_dump_new(&plan, console, &trace) : NULL;
    bool is_verbose = !dump && command->verbosity > 0;
    struct verbose *verbose = is_verbose ? verbose_new(console, command->verbosity, &trace) : NULL;
    if (verbose)
        verbose_set_stamp(verbose, &stamp);
    if (is_dry(command))
        dry_view_begin(&dry_view, out, &trace);
    struct queue *queue = queue_new(command);
    int code = schedule_run(command, queue_source(queue), &trace, console);
    queue_free(queue);
    verbose_free(verbose);
    trace_dump_free(dump);
    return code;
}

static int run(int argc, char **argv, struct command *command, struct buf *out)
{
    struct error err = {0};
    struct buf warnings = {0};
    char *config = cli_default_config();
    enum cli_action action = cli_parse(command, argc, argv, config, out, &warnings, &err);
    mem_free(config);
    struct console *console = console_new(&command->console);
    if (!command->console.silent)
        console_text(console, buf_slice(&warnings));
    buf_done(&warnings);
    int code = PEEL_OK;
    if (action == CLI_FETCH)
        code = fetch(command, console, out);
    else if (action == CLI_FAILED)
        code = (int)err.code;
    else if (action != CLI_MANUAL || !cli_manual_by_man())
        code = show(out, &err);
    if (action == CLI_FETCH && out->len > 0 && show(out, &err) != PEEL_OK)
        code = (int)err.code;
    if (err.code != PEEL_OK) {
        console_error(console, &err);
        if (err.code == PEEL_FAILED_INIT)
            console_text(console, SLICE("peel: try 'peel --help' for more information\n"));
    }
    console_free(console);
    return code;
}

int main(int argc, char **argv)
{
    guard_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    struct command command = {0};
    struct buf out = {0};
    int code = run(argc, argv, &command, &out);
    buf_done(&out);
    command_done(&command);
    return code;
}
