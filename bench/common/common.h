/* What the programs of the benchmark have in common. */
#ifndef COMMON_H
#define COMMON_H

#include <stdint.h>

/* Ends the program with a line that says what failed. */
_Noreturn void die(const char *what, const char *name);

uint64_t now_ns(void);

/* How long a program takes, from the call that starts it until it has ended; its standard output goes to /dev/null. It must succeed. */
uint64_t program_ns(char *const arguments[]);

#endif
