/*
 * Prints the nanoseconds from the call that starts a command to its end. Without a shell, whose fork would be counted as well.
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
