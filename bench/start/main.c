/*
 * Times a command from the call that starts it until it has ended, and prints that in nanoseconds. Without a shell in between, whose own copying of
 * itself would be counted as the command's.
 *   start COMMAND [ARGUMENT ..]
 * The command's standard output goes to /dev/null; if it fails, so does this.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "bench start: no command is given\n");
        return 2;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status;
    uint64_t start = now_ns();
    int error = posix_spawnp(&child, argv[1], &actions, NULL, argv + 1, environ);
    if (error) {
        fprintf(stderr, "bench start: %s: %s\n", argv[1], strerror(error));
        return 1;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 1;
    uint64_t taken = now_ns() - start;
    if (status != 0) {
        fprintf(stderr, "bench start: %s failed\n", argv[1]);
        return 1;
    }
    printf("%llu\n", (unsigned long long)taken);
    return 0;
}
