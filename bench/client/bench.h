/* The client of scripts/bench.sh: runs the same operations in turn on several trees that look like /sys/devices/system/memory. */
#ifndef BENCH_H
#define BENCH_H

#include "common.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One tree. */
struct target {
    const char *name;
    const char *root; /* the --sysroot of programs */
    int memory;       /* its sys/devices/system/memory, open; -1 if it has none */
    bool writable;    /* false for a real sysfs, which is never written to */
    bool has_rules;   /* false if any text can be written to any file */
    int dimms;        /* hotplugfs/dimms, open; -1 if nothing can be plugged */
    char **blocks;    /* the names of the visited blocks, evenly spread */
    size_t count;
    long total; /* number of blocks */
};

/* The cost of one pass of an operation. */
struct sample {
    uint64_t ns;
    uint64_t units; /* operations or entries; 0 if the target does not support the operation */
};

struct operation {
    const char *name;
    void (*pass)(struct target *target, struct sample *sample);
    bool writes;
    bool everywhere; /* also on machines with more blocks than real ones have */
    bool needs_blocks;
};

extern const struct operation operations[];
extern const size_t operation_count;

/* Opens a tree and finds its blocks. */
void target_open(struct target *target, size_t visited_max);

#endif
