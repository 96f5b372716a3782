/*
 * Serves the tree of a machine's /sys/devices/system/memory with libfuse3's low-level API, for comparison: node numbers by arithmetic,
 * names and attributes that the kernel may cache forever, direct I/O for contents, and libfuse's defaults otherwise.
 *   server [-o OPTION..] BLOCKS DIR      the blocks are in DIR/sys/devices/system/memory
 * If the environment variable CACHE_DIRECTORIES is set, the kernel may cache listings as well.
 */
#define FUSE_USE_VERSION 34
#define _GNU_SOURCE
#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const double forever = 4e9;

/* Node numbers 1 to 5 are the path to the blocks. Then each block has SLOTS numbers, of which the first is its directory. */
enum { MEMORY = 5, FIRST_BLOCK = 16, SLOTS = 16, TEXT_MAX = 64 };

static const char *const path_names[] = {"", "", "sys", "devices", "system", "memory"};

enum kind { STATE = 1, VALID_ZONES, REMOVABLE, PHYS_INDEX, PHYS_DEVICE, ONLINE, UEVENT, SUBSYSTEM, NODE0, POWER, KINDS };

static const struct {
    const char *name;
    mode_t mode;
} files[KINDS] = {
    [STATE] = {"state", S_IFREG | 0644},
    [VALID_ZONES] = {"valid_zones", S_IFREG | 0444},
    [REMOVABLE] = {"removable", S_IFREG | 0444},
    [PHYS_INDEX] = {"phys_index", S_IFREG | 0444},
    [PHYS_DEVICE] = {"phys_device", S_IFREG | 0444},
    [ONLINE] = {"online", S_IFREG | 0644},
    [UEVENT] = {"uevent", S_IFREG | 0644},
    [SUBSYSTEM] = {"subsystem", S_IFLNK | 0777},
    [NODE0] = {"node0", S_IFLNK | 0777},
    [POWER] = {"power", S_IFDIR | 0755},
};

/* The files in the directory memory itself. Their nodes precede the first block. */
static const char *const own_files[] = {"block_size_bytes", "auto_online_blocks", "uevent"};
enum { OWN_FILES = 3, FIRST_OWN = 6 };

static long blocks;
static unsigned char *online;
static bool caches_directories;

static long block_of(fuse_ino_t node) { return (long)(node - FIRST_BLOCK) / SLOTS; }
static int kind_of(fuse_ino_t node) { return (int)(node - FIRST_BLOCK) % SLOTS; }
static fuse_ino_t node_of(long block, int kind) { return FIRST_BLOCK + (fuse_ino_t)block * SLOTS + (fuse_ino_t)kind; }
static bool is_own(fuse_ino_t node) { return node >= FIRST_OWN && node < FIRST_OWN + OWN_FILES; }

static bool describe(fuse_ino_t node, struct stat *status)
{
    memset(status, 0, sizeof *status);
    status->st_ino = node;
    status->st_nlink = 1;
    if (node >= 1 && node <= MEMORY)
        status->st_mode = S_IFDIR | 0755, status->st_nlink = node == MEMORY ? (nlink_t)blocks + 2 : 3;
    else if (is_own(node))
        status->st_mode = S_IFREG | 0444;
    else if (node >= FIRST_BLOCK && block_of(node) < blocks && kind_of(node) < KINDS)
        status->st_mode = kind_of(node) ? files[kind_of(node)].mode : S_IFDIR | 0755;
    else
        return false;
    if (S_ISREG(status->st_mode))
        status->st_size = 4096;
    if (S_ISDIR(status->st_mode) && node > MEMORY)
        status->st_nlink = kind_of(node) ? 2 : 3;
    return true;
}

static fuse_ino_t find_in_memory(const char *name)
{
    for (int i = 0; i < OWN_FILES; i++)
        if (!strcmp(name, own_files[i]))
            return FIRST_OWN + (fuse_ino_t)i;
    char *end;
    if (strncmp(name, "memory", 6) || name[6] < '0' || name[6] > '9')
        return 0;
    long block = strtol(name + 6, &end, 10);
    return *end || block >= blocks || (name[6] == '0' && name[7]) ? 0 : node_of(block, 0);
}

static fuse_ino_t find(fuse_ino_t parent, const char *name)
{
    if (parent < MEMORY)
        return strcmp(name, path_names[parent + 1]) ? 0 : parent + 1;
    if (parent == MEMORY)
        return find_in_memory(name);
    if (parent >= FIRST_BLOCK && kind_of(parent) == 0)
        for (int kind = 1; kind < KINDS; kind++)
            if (!strcmp(name, files[kind].name))
                return node_of(block_of(parent), kind);
    return 0;
}

static void on_init(void *data, struct fuse_conn_info *connection)
{
    (void)data;
    if (connection->capable & FUSE_CAP_NO_OPENDIR_SUPPORT && caches_directories)
        connection->want |= FUSE_CAP_NO_OPENDIR_SUPPORT;
}

static void on_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct fuse_entry_param entry = {.ino = find(parent, name), .attr_timeout = forever, .entry_timeout = forever};
    if (entry.ino)
        describe(entry.ino, &entry.attr);
    fuse_reply_entry(request, &entry);
}

static void on_getattr(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *info)
{
    (void)info;
    struct stat status;
    if (describe(node, &status))
        fuse_reply_attr(request, &status, forever);
    else
        fuse_reply_err(request, ENOENT);
}

static void on_readlink(fuse_req_t request, fuse_ino_t node)
{
    fuse_reply_readlink(request, kind_of(node) == SUBSYSTEM ? "../../../../bus/memory" : "../../node/node0");
}

static void on_opendir(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *info)
{
    (void)node;
    if (caches_directories) {
        fuse_reply_err(request, ENOSYS);
        return;
    }
    fuse_reply_open(request, info);
}

/* Sets the n-th entry of a directory; false at the end. */
static bool entry_at(fuse_ino_t parent, long n, char *name, fuse_ino_t *node)
{
    if (n < 2) {
        strcpy(name, n ? ".." : ".");
        *node = n ? 1 : parent;
        return true;
    }
    n -= 2;
    if (parent < MEMORY) {
        strcpy(name, path_names[parent + 1]);
        *node = parent + 1;
        return n == 0;
    }
    if (parent == MEMORY) {
        bool own = n < OWN_FILES;
        if (own)
            strcpy(name, own_files[n]);
        else
            sprintf(name, "memory%ld", n - OWN_FILES);
        *node = own ? FIRST_OWN + (fuse_ino_t)n : node_of(n - OWN_FILES, 0);
        return own || n - OWN_FILES < blocks;
    }
    if (kind_of(parent) != 0 || n + 1 >= KINDS)
        return false;
    strcpy(name, files[n + 1].name);
    *node = node_of(block_of(parent), (int)n + 1);
    return true;
}

static void fill(fuse_req_t request, fuse_ino_t parent, size_t size, off_t offset, bool with_attributes)
{
    char *buffer = malloc(size), name[TEXT_MAX];
    size_t used = 0;
    fuse_ino_t node;
    if (!buffer) {
        fuse_reply_err(request, ENOMEM);
        return;
    }
    for (long n = (long)offset; entry_at(parent, n, name, &node); n++) {
        struct fuse_entry_param entry = {.ino = n < 2 ? 0 : node, .attr_timeout = forever, .entry_timeout = forever};
        describe(node, &entry.attr);
        size_t length = with_attributes ? fuse_add_direntry_plus(request, buffer + used, size - used, name, &entry, n + 1)
                                        : fuse_add_direntry(request, buffer + used, size - used, name, &entry.attr, n + 1);
        if (length > size - used)
            break;
        used += length;
    }
    fuse_reply_buf(request, buffer, used);
    free(buffer);
}

static void on_readdir(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset, struct fuse_file_info *info)
{
    (void)info;
    fill(request, node, size, offset, false);
}

static void on_readdirplus(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset, struct fuse_file_info *info)
{
    (void)info;
    fill(request, node, size, offset, true);
}

static void on_open(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *info)
{
    (void)node;
    info->direct_io = 1;
    info->noflush = 1;
    fuse_reply_open(request, info);
}

static size_t show(fuse_ino_t node, char *text)
{
    if (is_own(node))
        return (size_t)sprintf(text, "%s\n", node == FIRST_OWN ? "8000000" : node == FIRST_OWN + 1 ? "offline" : "");
    switch (kind_of(node)) {
    case STATE: return (size_t)sprintf(text, "%s\n", online[block_of(node)] ? "online" : "offline");
    case VALID_ZONES: return (size_t)sprintf(text, "Normal\n");
    case REMOVABLE: return (size_t)sprintf(text, "1\n");
    case PHYS_INDEX: return (size_t)sprintf(text, "%08lx\n", block_of(node));
    case PHYS_DEVICE: return (size_t)sprintf(text, "0\n");
    case ONLINE: return (size_t)sprintf(text, "%d\n", online[block_of(node)]);
    default: return 0;
    }
}

static void on_read(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset, struct fuse_file_info *info)
{
    (void)info;
    char text[TEXT_MAX];
    size_t length = show(node, text);
    size_t from = (size_t)offset < length ? (size_t)offset : length;
    fuse_reply_buf(request, text + from, length - from < size ? length - from : size);
}

static void on_write(fuse_req_t request, fuse_ino_t node, const char *data, size_t size, off_t offset, struct fuse_file_info *info)
{
    (void)offset, (void)info;
    bool up = size >= 6 && !memcmp(data, "online", 6), down = size >= 7 && !memcmp(data, "offline", 7);
    if (node < FIRST_BLOCK || kind_of(node) != STATE || !(up || down)) {
        fuse_reply_err(request, EINVAL);
        return;
    }
    online[block_of(node)] = up;
    fuse_reply_write(request, size);
}

static const struct fuse_lowlevel_ops operations = {
    .init = on_init,
    .lookup = on_lookup,
    .getattr = on_getattr,
    .readlink = on_readlink,
    .opendir = on_opendir,
    .readdir = on_readdir,
    .readdirplus = on_readdirplus,
    .open = on_open,
    .read = on_read,
    .write = on_write,
};

int main(int argc, char **argv)
{
    if (argc < 3 || (blocks = atol(argv[argc - 2])) <= 0) {
        fprintf(stderr, "usage: server [-o OPTION..] BLOCKS DIR\n");
        return 2;
    }
    const char *directory = argv[argc - 1];
    struct fuse_args arguments = FUSE_ARGS_INIT(argc - 2, argv);
    caches_directories = getenv("CACHE_DIRECTORIES") != NULL;
    online = malloc((size_t)blocks);
    struct fuse_session *session = online ? fuse_session_new(&arguments, &operations, sizeof operations, NULL) : NULL;
    if (!session)
        return 1;
    memset(online, 1, (size_t)blocks);
    online[blocks - 1] = 0;
    if (fuse_set_signal_handlers(session) != 0 || fuse_session_mount(session, directory) != 0)
        return 1;
    /* The parent waits for a line. */
    puts("mounted");
    fflush(stdout);
    int status = fuse_session_loop(session);
    fuse_session_unmount(session);
    fuse_remove_signal_handlers(session);
    fuse_session_destroy(session);
    free(online);
    return status ? 1 : 0;
}
