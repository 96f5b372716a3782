// uring FILE SIZE: writes a file to standard output, read by io_uring in pieces of SIZE bytes.
// Raw system calls, so that no library is needed. Exits with 77 if this kernel does not permit io_uring.
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *rings;
static struct io_uring_params parameters;
static struct io_uring_sqe *requests;
static int ring;

static void *map(size_t size, off_t offset)
{
    void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, offset);
    if (address == MAP_FAILED)
        err(1, "mmap");
    return address;
}

static void set_up(void)
{
    ring = syscall(SYS_io_uring_setup, 1, &parameters);
    if (ring < 0) {
        warn("io_uring_setup");
        exit(errno == ENOSYS || errno == EPERM ? 77 : 1);
    }
    size_t submissions = parameters.sq_off.array + parameters.sq_entries * sizeof(uint32_t);
    size_t completions = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    rings = map(submissions > completions ? submissions : completions, IORING_OFF_SQ_RING);
    requests = map(parameters.sq_entries * sizeof(*requests), IORING_OFF_SQES);
}

static uint32_t *at(uint32_t offset)
{
    return (uint32_t *)(rings + offset);
}

// Submits one read and waits for its result.
static int read_at(int file, char *buffer, uint32_t size, uint64_t offset)
{
    uint32_t tail = *at(parameters.sq_off.tail);
    requests[0] = (struct io_uring_sqe) {
        .opcode = IORING_OP_READ, .fd = file, .addr = (uintptr_t)buffer, .len = size, .off = offset,
    };
    at(parameters.sq_off.array)[tail & *at(parameters.sq_off.ring_mask)] = 0;
    __atomic_store_n(at(parameters.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
        err(1, "io_uring_enter");
    uint32_t head = *at(parameters.cq_off.head);
    struct io_uring_cqe *results = (struct io_uring_cqe *)(rings + parameters.cq_off.cqes);
    int result = results[head & *at(parameters.cq_off.ring_mask)].res;
    __atomic_store_n(at(parameters.cq_off.head), head + 1, __ATOMIC_RELEASE);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "usage: uring FILE SIZE");
    int file = open(argv[1], O_RDONLY);
    if (file < 0)
        err(1, "%s", argv[1]);
    uint32_t size = atoi(argv[2]);
    char *buffer = malloc(size);
    set_up();
    uint64_t offset = 0;
    int count;
    while ((count = read_at(file, buffer, size, offset)) > 0) {
        if (write(STDOUT_FILENO, buffer, count) != count)
            err(1, "write");
        offset += count;
    }
    if (count < 0)
        errx(1, "%s: %s", argv[1], strerror(-count));
    return 0;
}
