/* Runs a program and tells what it used: measure FD PROGRAM [ARGUMENT]...
 *
 * The kernel counts as a process's own peak what its parent had in memory when it was forked. A test driver in Python
 * is larger than the program under test; this one is not. On FD comes a line: wait status, peak KiB, processor time in
 * us. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long microseconds(struct timeval time)
{
    return (long)time.tv_sec * 1000000L + (long)time.tv_usec;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int report = atoi(argv[1]);
    pid_t child = fork();
    if (child == 0) {
        close(report);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    dprintf(report, "%d %ld %ld\n", status, usage.ru_maxrss,
            microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
    return 0;
}
