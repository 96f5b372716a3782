#define _GNU_SOURCE
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, PREADS = 256, READS = 64, WRITES = 64, THREADS = 2 };

static const char changing[] = "state";
static const char constant[] = "phys_index";

static int open_attribute(struct target *target, size_t block, const char *attribute, int flags)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", target->blocks[block], attribute);
    int fd = openat(target->memory, path, flags | O_CLOEXEC);
    if (fd < 0)
        die("open", path);
    return fd;
}

static void read_once(struct target *target, size_t block, const char *attribute)
{
    char text[PAGE];
    int fd = open_attribute(target, block, attribute, O_RDONLY);
    if (read(fd, text, sizeof text) <= 0)
        die("read", attribute);
    close(fd);
}

static void read_whole(struct target *target, size_t block, const char *attribute)
{
    char text[PAGE];
    struct stat status;
    int fd = open_attribute(target, block, attribute, O_RDONLY);
    if (fstat(fd, &status) != 0)
        die("fstat", attribute);
    while (read(fd, text, sizeof text) > 0)
        ;
    close(fd);
}

/* Calls a function for every visited block. */
static void each(struct target *target, struct sample *sample, void (*visit)(struct target *, size_t, const char *), const char *attribute)
{
    uint64_t start = now_ns();
    for (size_t i = 0; i < target->count; i++)
        visit(target, i, attribute);
    sample->ns += now_ns() - start;
    sample->units += target->count;
}

static void open_read_close(struct target *target, struct sample *sample) { each(target, sample, read_once, changing); }

static void open_read_close_constant(struct target *target, struct sample *sample) { each(target, sample, read_once, constant); }

static void open_stat_read_close(struct target *target, struct sample *sample) { each(target, sample, read_whole, changing); }

static void open_stat_read_close_constant(struct target *target, struct sample *sample) { each(target, sample, read_whole, constant); }

static void preads(struct target *target, struct sample *sample, const char *attribute)
{
    char text[PAGE];
    int fd = open_attribute(target, 0, attribute, O_RDONLY);
    uint64_t start = now_ns();
    for (int i = 0; i < PREADS; i++)
        if (pread(fd, text, sizeof text, 0) <= 0)
            die("pread", attribute);
    sample->ns += now_ns() - start;
    sample->units += PREADS;
    close(fd);
}

static void pread_changing(struct target *target, struct sample *sample) { preads(target, sample, changing); }

static void pread_constant(struct target *target, struct sample *sample) { preads(target, sample, constant); }

static void stat_one(struct target *target, size_t block, const char *attribute)
{
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", target->blocks[block], attribute);
    if (fstatat(target->memory, path, &status, AT_SYMLINK_NOFOLLOW) != 0)
        die("stat", path);
}

/* A file that is never read, because a read invalidates the cached time of access, and the next stat is another operation. */
static void stat_files(struct target *target, struct sample *sample) { each(target, sample, stat_one, "uevent"); }

static DIR *list(struct target *target, const char *path)
{
    int fd = openat(target->memory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory)
        die("opendir", path);
    return directory;
}

static void list_one(struct target *target, size_t block, const char *attribute)
{
    (void)attribute;
    DIR *directory = list(target, target->blocks[block]);
    while (readdir(directory))
        ;
    closedir(directory);
}

static void list_blocks(struct target *target, struct sample *sample) { each(target, sample, list_one, ""); }

static void list_memory(struct target *target, struct sample *sample)
{
    uint64_t start = now_ns();
    DIR *directory = list(target, ".");
    while (readdir(directory))
        sample->units++;
    closedir(directory);
    sample->ns += now_ns() - start;
}

static void list_memory_and_stat(struct target *target, struct sample *sample)
{
    struct stat status;
    uint64_t start = now_ns();
    DIR *directory = list(target, ".");
    for (struct dirent *entry; (entry = readdir(directory)); sample->units++)
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            die("lstat", entry->d_name);
    closedir(directory);
    sample->ns += now_ns() - start;
}

static void write_state(struct target *target, const char *word, bool is_taken)
{
    int fd = open_attribute(target, target->count - 1, changing, O_WRONLY | O_TRUNC);
    ssize_t written = write(fd, word, strlen(word));
    if ((written >= 0) != is_taken)
        die("write", word);
    close(fd);
}

static void write_refused(struct target *target, struct sample *sample)
{
    uint64_t start = now_ns();
    for (int i = 0; i < WRITES; i++)
        write_state(target, target->has_rules ? "bogus" : "offline", !target->has_rules);
    sample->ns += now_ns() - start;
    sample->units += WRITES;
}

static void write_accepted(struct target *target, struct sample *sample)
{
    uint64_t start = now_ns();
    for (int i = 0; i < WRITES / 2; i++) {
        write_state(target, "online_movable", true);
        write_state(target, "offline", true);
    }
    sample->ns += now_ns() - start;
    sample->units += WRITES / 2 * 2;
}

/* Writes to a control file and adds the cost; false if the machine has no space for another DIMM. */
static bool control(struct target *target, const char *file, const char *text, struct sample *sample)
{
    uint64_t start = now_ns();
    int fd = openat(target->dimms, file, O_WRONLY | O_CLOEXEC);
    bool is_done = fd >= 0 && write(fd, text, strlen(text)) >= 0;
    if (!is_done && errno != ENOSPC)
        die("write", file);
    close(fd);
    sample->ns += now_ns() - start;
    sample->units += is_done;
    return is_done;
}

/* A DIMM of eight 128 MiB blocks. */
static void plug_and_unplug(struct target *target, struct sample *plugged, struct sample *unplugged)
{
    if (target->dimms < 0)
        return;
    if (control(target, "plug", "node=0 size=1G id=bench", plugged))
        control(target, "unplug", "bench", unplugged);
}

static void plug(struct target *target, struct sample *sample)
{
    struct sample other = {0, 0};
    plug_and_unplug(target, sample, &other);
}

static void unplug(struct target *target, struct sample *sample)
{
    struct sample other = {0, 0};
    plug_and_unplug(target, &other, sample);
}

static void *read_thread(void *argument)
{
    struct target *target = argument;
    for (size_t i = 0; i < target->count; i++)
        read_once(target, i, changing);
    return NULL;
}

static void two_threads(struct target *target, struct sample *sample)
{
    pthread_t threads[THREADS];
    uint64_t start = now_ns();
    for (int i = 0; i < THREADS; i++)
        if ((errno = pthread_create(&threads[i], NULL, read_thread, target)))
            die("pthread_create", target->name);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    sample->ns += now_ns() - start;
    sample->units += THREADS * target->count;
}

/* Like udevadm trigger, reads the subsystem and the uevent file of each device. */
static void enumerate_one(struct target *target, size_t block, const char *attribute)
{
    char path[128], text[PAGE];
    snprintf(path, sizeof path, "%s/subsystem", target->blocks[block]);
    /* A copy on tmpfs may lack the links. */
    if (readlinkat(target->memory, path, text, sizeof text) < 0 && errno != ENOENT)
        die("readlink", path);
    read_whole(target, block, attribute);
}

static void enumerate(struct target *target, struct sample *sample) { each(target, sample, enumerate_one, "uevent"); }

static void read_meminfo(struct target *target, struct sample *sample)
{
    char path[PAGE], text[4 * PAGE];
    snprintf(path, sizeof path, "%s/proc/meminfo", target->root);
    uint64_t start = now_ns();
    for (int i = 0; i < READS; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            return;
        if (fd < 0 || read(fd, text, sizeof text) <= 0)
            die("read", path);
        close(fd);
    }
    sample->ns += now_ns() - start;
    sample->units += READS;
}

static void run_program(struct sample *sample, char *const arguments[])
{
    sample->ns += program_ns(arguments);
    sample->units++;
}

static void run_lsmem(struct target *target, struct sample *sample)
{
    run_program(sample, (char *const[]){"lsmem", "-a", "--sysroot", (char *)target->root, NULL});
}

static void run_ls(struct target *target, struct sample *sample)
{
    char path[PAGE];
    snprintf(path, sizeof path, "%s/sys/devices/system/memory", target->root);
    run_program(sample, (char *const[]){"ls", "-l", path, NULL});
}

const struct operation operations[] = {
    {"open+read+close", open_read_close, false, true, true},
    {"open+read+close, constant", open_read_close_constant, false, true, true},
    {"open+fstat+read to EOF+close", open_stat_read_close, false, true, true},
    {"open+fstat+read to EOF+close, constant", open_stat_read_close_constant, false, true, true},
    {"pread", pread_changing, false, true, true},
    {"pread, constant", pread_constant, false, true, true},
    {"stat", stat_files, false, true, true},
    {"readdir, per entry", list_memory, false, true, true},
    {"readdir+lstat, per entry", list_memory_and_stat, false, true, true},
    {"list one block", list_blocks, false, true, true},
    {"write to state, refused", write_refused, true, true, true},
    {"write to state, accepted", write_accepted, true, true, true},
    {"plug", plug, true, true, true},
    {"unplug", unplug, true, true, true},
    {"open+read+close, two threads", two_threads, false, true, true},
    {"enumeration, per block", enumerate, false, true, true},
    {"open+read+close, /proc/meminfo", read_meminfo, false, false, false},
    {"lsmem -a", run_lsmem, false, false, true},
    {"ls -l", run_ls, false, false, true},
};

const size_t operation_count = sizeof operations / sizeof operations[0];
