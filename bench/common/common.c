#define _GNU_SOURCE
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

void die(const char *what, const char *name)
{
    fprintf(stderr, "bench %s: %s: %s: %s\n", program_invocation_short_name, what, name, strerror(errno));
    exit(1);
}

uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t program_ns(char *const arguments[])
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status;
    uint64_t start = now_ns();
    if ((errno = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ)))
        die("start", arguments[0]);
    if (waitpid(child, &status, 0) < 0)
        die("wait", arguments[0]);
    uint64_t taken = now_ns() - start;
    if (status != 0) {
        fprintf(stderr, "bench %s: %s failed\n", program_invocation_short_name, arguments[0]);
        exit(1);
    }
    posix_spawn_file_actions_destroy(&actions);
    return taken;
}
