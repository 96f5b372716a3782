/*
 * Concurrent access to one machine: a writer for each of two nodes, which checks the file it wrote and its neighbors' valid_zones; two
 * readers; and a thread that plugs and unplugs a DIMM and checks its names. Counts texts that are stale, torn, empty or padded, and wrong
 * names. Exits with 1 if there were any, with 3 if a thread makes no progress.
 *   hammer SECONDS DIR      DIR is a mount of the machine of cases/hammer.bats
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 2, READERS = 2, BLOCKS = 16, FIRST = 40, PLUGGED = 4, PLUGGED_FIRST = 72,
    TEXT = 4096, STALLED_SECONDS = 20, SHOWN_MAX = 20 };

static const char memory[] = "sys/devices/system/memory";

static int root;
static atomic_bool ended;
static atomic_long reads, writes, plugs, errors;
static atomic_long progress[WRITERS + READERS + 1];

__attribute__((format(printf, 1, 2))) static void wrong(const char *format, ...)
{
    if (atomic_fetch_add(&errors, 1) >= SHOWN_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

/* Reads a whole file. Returns the length, or a negative errno. */
static int slurp(const char *path, char *text)
{
    struct stat status;
    int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) == 0 && status.st_size != 4096)
        wrong("%s: st_size is %ld\n", path, (long)status.st_size);
    int length = (int)read(fd, text, TEXT - 1);
    if (length < 0)
        length = -errno;
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    atomic_fetch_add(&reads, 1);
    return length;
}

static int read_attribute(int block, const char *attribute, char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/memory%d/%s", memory, block, attribute);
    return slurp(path, text);
}

static void expect(int block, const char *attribute, const char *expected)
{
    char text[TEXT];
    int length = read_attribute(block, attribute, text);
    if (length != (int)strlen(expected) || memcmp(text, expected, strlen(expected)))
        wrong("memory%d/%s is \"%s\" (%d), expected \"%s\"\n", block, attribute, text, length, expected);
}

static int write_file(const char *path, const char *text)
{
    int fd = openat(root, path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    int written = fd < 0 ? -errno : (int)write(fd, text, strlen(text));
    if (fd >= 0 && written < 0)
        written = -errno;
    if (fd >= 0)
        close(fd);
    return written;
}

/* Movable spans from its first to its last online block; an offline block inside would be onlined in it. */
static const char *zones_of(const bool *online, int block)
{
    int low = 0, high = BLOCKS - 1;
    if (online[block])
        return "Movable\n";
    while (low < BLOCKS && !online[low])
        low++;
    while (high >= 0 && !online[high])
        high--;
    return low < block && block < high ? "Movable Normal\n" : "Normal Movable\n";
}

static void *run_writer(void *argument)
{
    int writer = (int)(long)argument, first = FIRST + writer * BLOCKS;
    unsigned seed = (unsigned)writer + 1;
    bool online[BLOCKS] = {false};
    char path[128];
    while (!ended) {
        int block = rand_r(&seed) % BLOCKS;
        const char *word = online[block] ? "offline" : "online_movable";
        snprintf(path, sizeof path, "%s/memory%d/state", memory, first + block);
        int written = write_file(path, word);
        if (written != (int)strlen(word))
            wrong("%s > %s: %d\n", word, path, written);
        online[block] = !online[block];
        expect(first + block, "state", online[block] ? "online\n" : "offline\n");
        expect(first + block, "online", online[block] ? "1\n" : "0\n");
        expect(first + block, "valid_zones", zones_of(online, block));
        for (int neighbour = block - 1; neighbour <= block + 1; neighbour += 2)
            if (neighbour >= 0 && neighbour < BLOCKS)
                expect(first + neighbour, "valid_zones", zones_of(online, neighbour));
        if (write_file(path, "bogus") != -EINVAL)
            wrong("bogus > %s was not refused\n", path);
        atomic_fetch_add(&writes, 2);
        atomic_fetch_add(&progress[writer], 1);
    }
    return NULL;
}

static bool is_one_of(const char *text, int length, const char *const *expected)
{
    for (; *expected; expected++)
        if (length == (int)strlen(*expected) && !memcmp(text, *expected, (size_t)length))
            return true;
    return false;
}

static void read_block(int block, bool can_be_removed)
{
    static const char *const states[] = {"online\n", "offline\n", "going-offline\n", NULL};
    static const char *const zones[] = {"Movable\n", "Normal Movable\n", "Movable Normal\n", NULL};
    char text[TEXT], index[16];
    snprintf(index, sizeof index, "%08x\n", (unsigned)block);
    const char *const indexes[] = {index, NULL};
    const struct {
        const char *attribute;
        const char *const *texts;
    } checks[] = {{"state", states}, {"valid_zones", zones}, {"phys_index", indexes}};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        int length = read_attribute(block, checks[i].attribute, text);
        if (can_be_removed && (length == -ENOENT || length == -ENODEV))
            continue;
        if (!is_one_of(text, length, checks[i].texts))
            wrong("memory%d/%s is \"%s\" (%d)\n", block, checks[i].attribute, text, length);
    }
}

static void *run_reader(void *argument)
{
    int reader = (int)(long)argument;
    unsigned seed = (unsigned)reader + 100;
    char text[TEXT];
    while (!ended) {
        read_block(FIRST + rand_r(&seed) % (WRITERS * BLOCKS), false);
        read_block(PLUGGED_FIRST + rand_r(&seed) % PLUGGED, true);
        int length = slurp("sys/devices/system/memory/block_size_bytes", text);
        if (length != 8 || memcmp(text, "8000000\n", 8))
            wrong("block_size_bytes is \"%s\" (%d)\n", text, length);
        atomic_fetch_add(&progress[WRITERS + reader], 1);
    }
    return NULL;
}

static int count_listed(const char *directory)
{
    int fd = openat(root, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = 0;
    DIR *listing = fd < 0 ? NULL : fdopendir(fd);
    if (!listing)
        return -1;
    for (struct dirent *entry; (entry = readdir(listing));)
        if (!strncmp(entry->d_name, "memory", 6)) {
            int block = atoi(entry->d_name + 6);
            found += block >= PLUGGED_FIRST && block < PLUGGED_FIRST + PLUGGED;
        }
    closedir(listing);
    return found;
}

static void expect_names(bool plugged)
{
    static const char *const directories[] = {"sys/devices/system/memory", "sys/bus/memory/devices", "sys/devices/system/node/node2"};
    char path[128];
    struct stat status;
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        for (int block = PLUGGED_FIRST; block < PLUGGED_FIRST + PLUGGED; block++) {
            snprintf(path, sizeof path, "%s/memory%d", directories[i], block);
            int found = fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
            if (found != (plugged ? 0 : ENOENT))
                wrong("%s: %s although it was %s\n", path, found ? strerror(found) : "found", plugged ? "plugged" : "unplugged");
        }
        int listed = count_listed(directories[i]);
        if (listed != (plugged ? PLUGGED : 0))
            wrong("%s lists %d of the blocks, which were %s\n", directories[i], listed, plugged ? "plugged" : "unplugged");
    }
}

static void *run_plugger(void *argument)
{
    (void)argument;
    while (!ended) {
        if (write_file("hotplugfs/dimms/plug", "node=2 size=512M id=hammer at=0x240000000") < 0)
            wrong("plugging failed\n");
        expect_names(true);
        if (write_file("hotplugfs/dimms/unplug", "hammer") < 0)
            wrong("unplugging failed\n");
        expect_names(false);
        atomic_fetch_add(&plugs, 1);
        atomic_fetch_add(&progress[WRITERS + READERS], 1);
    }
    return NULL;
}

static void check_progress(long *before, int *still)
{
    for (int i = 0; i <= WRITERS + READERS; i++) {
        long now = progress[i];
        still[i] = now == before[i] ? still[i] + 1 : 0;
        before[i] = now;
        if (still[i] < STALLED_SECONDS)
            continue;
        fprintf(stderr, "thread %d makes no progress\n", i);
        _exit(3);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || (root = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
        fprintf(stderr, "usage: hammer SECONDS DIR\n");
        return 2;
    }
    pthread_t threads[WRITERS + READERS + 1];
    for (long i = 0; i <= WRITERS + READERS; i++) {
        void *(*run)(void *) = i < WRITERS ? run_writer : i < WRITERS + READERS ? run_reader : run_plugger;
        if (pthread_create(&threads[i], NULL, run, (void *)(i < WRITERS ? i : i - WRITERS)))
            return 2;
    }
    long before[WRITERS + READERS + 1] = {0};
    int still[WRITERS + READERS + 1] = {0};
    for (int second = atoi(argv[1]); second > 0; second--) {
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        check_progress(before, still);
    }
    ended = true;
    alarm(STALLED_SECONDS);
    for (int i = 0; i <= WRITERS + READERS; i++)
        pthread_join(threads[i], NULL);
    printf("%ld reads, %ld writes, %ld plugs, %ld errors\n", (long)reads, (long)writes, (long)plugs, (long)errors);
    return errors ? 1 : 0;
}
