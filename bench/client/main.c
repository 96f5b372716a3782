/*
 * Runs every operation on every target, round by round: A B C A B C ... Prints one JSON object per line and measurement.
 *   client [--rounds N] [--ms N] [--cpu N] [--label KEY=VALUE].. [--only OPERATION].. NAME=ROOT[,rw][,rules] ..
 * ROOT is a directory with sys/devices/system/memory. Only targets marked rw are written to.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 8, LABELS_MAX = 8, ONLY_MAX = 32, VISITED_MAX = 4096, REAL_MACHINE_BLOCKS = 4096 };

static struct {
    long rounds;
    long ms;
    long cpu;
    struct target targets[TARGETS_MAX];
    size_t target_count;
    char *labels[LABELS_MAX];
    size_t label_count;
    const char *only[ONLY_MAX];
    size_t only_count;
} options = {.rounds = 7, .ms = 20, .cpu = -1};

static _Noreturn void usage(const char *problem, const char *word)
{
    fprintf(stderr, "bench client: %s: %s\n", word, problem);
    exit(2);
}

static void add_target(char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || options.target_count == TARGETS_MAX)
        usage("a target is NAME=ROOT[,rw][,rules]", text);
    struct target *target = &options.targets[options.target_count++];
    *equals = '\0';
    target->name = text;
    target->root = strtok(equals + 1, ",");
    for (char *flag; (flag = strtok(NULL, ","));) {
        if (!strcmp(flag, "rw"))
            target->writable = true;
        else if (!strcmp(flag, "rules"))
            target->has_rules = true;
        else
            usage("a target's flags are rw and rules", flag);
    }
}

static void add_label(char *text)
{
    if (!strchr(text, '=') || options.label_count == LABELS_MAX)
        usage("a label is KEY=VALUE", text);
    options.labels[options.label_count++] = text;
}

static void parse(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (argv[i][0] != '-') {
            add_target(argv[i]);
            continue;
        }
        if (!value)
            usage("needs a value", argv[i]);
        if (!strcmp(argv[i], "--rounds"))
            options.rounds = atol(value);
        else if (!strcmp(argv[i], "--ms"))
            options.ms = atol(value);
        else if (!strcmp(argv[i], "--cpu"))
            options.cpu = atol(value);
        else if (!strcmp(argv[i], "--label"))
            add_label(value);
        else if (!strcmp(argv[i], "--only") && options.only_count < ONLY_MAX)
            options.only[options.only_count++] = value;
        else
            usage("unknown option", argv[i]);
        i++;
    }
    if (options.target_count == 0)
        usage("no target is given", argv[0]);
}

static void pin(long cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((int)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        die("sched_setaffinity", "the client");
}

static bool is_wanted(const struct operation *operation)
{
    if (options.only_count == 0)
        return true;
    for (size_t i = 0; i < options.only_count; i++)
        if (!strcmp(options.only[i], operation->name))
            return true;
    return false;
}

/* Runs passes until the time is up; false if this target does not support the operation. */
static bool measure(const struct operation *operation, struct target *target, uint64_t least_ns, struct sample *sum)
{
    if ((operation->writes && !target->writable) || (!operation->everywhere && target->total > REAL_MACHINE_BLOCKS))
        return false;
    if (operation->needs_blocks && target->count == 0)
        return false;
    *sum = (struct sample){0, 0};
    do {
        uint64_t units = sum->units;
        operation->pass(target, sum);
        if (sum->units == units)
            return false;
    } while (sum->ns < least_ns);
    return true;
}

static void print(const struct operation *operation, const struct target *target, long round, const struct sample *sum)
{
    printf("{\"operation\": \"%s\", \"target\": \"%s\", \"round\": %ld, \"blocks\": %ld, \"units\": %llu, \"ns\": %.1f",
        operation->name, target->name, round,
        target->total, (unsigned long long)sum->units, (double)sum->ns / (double)sum->units);
    for (size_t i = 0; i < options.label_count; i++) {
        const char *equals = strchr(options.labels[i], '=');
        printf(", \"%.*s\": \"%s\"", (int)(equals - options.labels[i]), options.labels[i], equals + 1);
    }
    puts("}");
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (options.cpu >= 0)
        pin(options.cpu);
    for (size_t t = 0; t < options.target_count; t++)
        target_open(&options.targets[t], VISITED_MAX);
    uint64_t least_ns = (uint64_t)options.ms * 1000000u;
    for (size_t i = 0; i < operation_count; i++) {
        const struct operation *operation = &operations[i];
        if (!is_wanted(operation))
            continue;
        struct sample sum;
        /* Round 0 warms the kernel's caches and is not counted. */
        for (long round = 0; round <= options.rounds; round++) {
            for (size_t t = 0; t < options.target_count; t++)
                if (measure(operation, &options.targets[t], round ? least_ns : 1, &sum) && round)
                    print(operation, &options.targets[t], round, &sum);
        }
        fflush(stdout);
    }
    return 0;
}
