/* The client of scripts/bench.sh: the same operations, in turn, on several trees that look like /sys/devices/system/memory. */
#ifndef BENCH_H
#define BENCH_H

#include "common.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One tree. */
struct target {
    const char *name;
    const char *root; /* what programs get as their --sysroot */
    int memory;       /* its sys/devices/system/memory, open; -1 if it has none */
    bool writable;    /* false for a real sysfs: nothing is ever written to it */
    bool has_rules;   /* false where any text can be written to any file */
    int dimms;        /* hotplugfs/dimms, open; -1 where nothing can be plugged */
    char **blocks;    /* names of the blocks that are visited, evenly spread */
    size_t count;
    long total; /* how many blocks there are */
};

/* What one pass of an operation took. */
struct sample {
    uint64_t ns;
    uint64_t units; /* operations or entries; 0 if the target cannot do it */
};

struct operation {
    const char *name;
    void (*pass)(struct target *target, struct sample *sample);
    bool writes;
    bool everywhere; /* also on machines with more blocks than a real one has */
    bool needs_blocks;
};

extern const struct operation operations[];
extern const size_t operation_count;

/* Opens a tree and finds its blocks. */
void target_open(struct target *target, size_t visited_max);

#endif
