/* --manual on a terminal: man(1) shows the installed page with its own pager. */
#include "cli/options.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void become_man(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        dup2(null, STDERR_FILENO);
    execlp("man", "man", "1", "peel", (char *)NULL);
    _exit(127);
}

bool cli_manual_by_man(void)
{
    if (!isatty(STDOUT_FILENO))
        return false;
    pid_t child = fork();
    if (child == 0)
        become_man();
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
