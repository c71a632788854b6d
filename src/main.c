/* argv -> command -> schedule -> exit code. */
#include "base/mem.h"
#include "cli/options.h"
#include "insight/verbose.h"
#include "output/console.h"
#include "transfer/schedule.h"

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

/* -h, -V and the like. */
static int show(struct buf *out, struct error *err)
{
    fwrite(buf_slice(out).ptr, 1, buf_slice(out).len, stdout);
    if (fflush(stdout) == 0)
        return PEEL_OK;
    error_set(err, PEEL_WRITE_ERROR, "Failed writing to stdout");
    return PEEL_WRITE_ERROR;
}

static int fetch(const struct command *command, struct console *console)
{
    struct trace trace = {0};
    struct verbose *verbose = command->verbosity > 0 ? verbose_new(console, &trace) : NULL;
    int code = schedule_run(command, &trace, console);
    verbose_free(verbose);
    return code;
}

static int run(int argc, char **argv, struct command *command, struct buf *out)
{
    struct error err = {0};
    struct buf warnings = {0};
    enum cli_action action = cli_parse(command, argc, argv, out, &warnings, &err);
    struct console *console = console_new(&command->console);
    if (!command->console.silent)
        console_text(console, buf_slice(&warnings));
    buf_done(&warnings);
    int code = PEEL_OK;
    if (action == CLI_FETCH)
        code = fetch(command, console);
    else if (action == CLI_FAILED)
        code = (int)err.code;
    else if (action != CLI_MANUAL || !cli_manual_by_man())
        code = show(out, &err);
    if (action != CLI_FETCH && err.code != PEEL_OK) {
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
