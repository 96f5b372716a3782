/* Functions that all programs of the benchmark use. */
#ifndef COMMON_H
#define COMMON_H

#include <stdint.h>

/* Exits with a message about what failed, and errno. */
_Noreturn void die(const char *what, const char *name);

uint64_t now_ns(void);

/* The time of a program from the call that starts it to its end. Its standard output is /dev/null. It must succeed. */
uint64_t program_ns(char *const arguments[]);

#endif
