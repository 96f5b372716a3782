#define _GNU_SOURCE
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char prefix[] = "memory";

static int open_below(const char *root, const char *path)
{
    char whole[4096];
    snprintf(whole, sizeof whole, "%s/%s", root, path);
    return open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int by_number(const void *a, const void *b)
{
    long left = atol(*(char *const *)a + sizeof prefix - 1), right = atol(*(char *const *)b + sizeof prefix - 1);
    return (left > right) - (left < right);
}

static char **list_blocks(struct target *target, size_t *count)
{
    int copy = dup(target->memory);
    DIR *directory = copy < 0 ? NULL : fdopendir(copy);
    if (!directory)
        die("fdopendir", target->root);
    size_t room = 1024;
    char **names = malloc(room * sizeof *names);
    *count = 0;
    for (struct dirent *entry; names && (entry = readdir(directory));) {
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) || !strchr("0123456789", entry->d_name[sizeof prefix - 1]))
            continue;
        if (*count == room)
            names = realloc(names, (room *= 2) * sizeof *names);
        if (names)
            names[(*count)++] = strdup(entry->d_name);
    }
    closedir(directory);
    if (!names)
        die("no memory", target->root);
    qsort(names, *count, sizeof *names, by_number);
    return names;
}

void target_open(struct target *target, size_t visited_max)
{
    target->memory = open_below(target->root, "sys/devices/system/memory");
    if (target->memory < 0 && errno == ENOENT)
        return;
    if (target->memory < 0)
        die("open", target->root);
    struct statfs file_system;
    if (fstatfs(target->memory, &file_system) != 0)
        die("statfs", target->root);
    if (file_system.f_type == SYSFS_MAGIC && target->writable) {
        errno = EROFS;
        die("a real sysfs is never written to", target->root);
    }
    target->dimms = open_below(target->root, "hotplugfs/dimms");
    size_t all;
    char **names = list_blocks(target, &all);
    if (all == 0) {
        errno = ENOENT;
        die("no block", target->root);
    }
    target->total = (long)all;
    target->count = all < visited_max ? all : visited_max;
    /* The last block stays the last, because it is offline and is written to. */
    for (size_t i = 0; i < target->count; i++)
        names[i] = names[(i + 1) * all / target->count - 1];
    target->blocks = names;
}
