/*
 * Times a command from the call that starts it until it has ended, and prints that in nanoseconds. Without a shell in between, whose own copying of
 * itself would be counted as the command's.
 *   start COMMAND [ARGUMENT ..]
 */
#include "common.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "bench start: no command is given\n");
        return 2;
    }
    printf("%llu\n", (unsigned long long)program_ns(argv + 1));
    return 0;
}
