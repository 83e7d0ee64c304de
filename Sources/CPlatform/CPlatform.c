#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

_Static_assert(sizeof(pthread_mutex_t) <= ASSENT_MUTEX_BYTES, "the mutex must fit its slot");
_Static_assert(sizeof(pthread_cond_t) <= ASSENT_CONDITION_BYTES, "the condition must fit its slot");

/// A failing lock call means damaged memory or a wrong call of ours: nothing sensible can follow.
static void must(int code) {
    if (code != 0) { abort(); }
}

void assent_mutex_make(void *mutex) {
    pthread_mutexattr_t attributes;
    must(pthread_mutexattr_init(&attributes));
    must(pthread_mutex_init(mutex, &attributes));
    pthread_mutexattr_destroy(&attributes);
}

void assent_mutex_destroy(void *mutex) { must(pthread_mutex_destroy(mutex)); }
void assent_mutex_lock(void *mutex) { must(pthread_mutex_lock(mutex)); }
void assent_mutex_unlock(void *mutex) { must(pthread_mutex_unlock(mutex)); }

void assent_condition_make(void *condition) {
    pthread_condattr_t attributes;
    must(pthread_condattr_init(&attributes));
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    must(pthread_cond_init(condition, &attributes));
    pthread_condattr_destroy(&attributes);
}

void assent_condition_destroy(void *condition) { must(pthread_cond_destroy(condition)); }
void assent_condition_wait(void *condition, void *mutex) { must(pthread_cond_wait(condition, mutex)); }

int assent_condition_wait_until(void *condition, void *mutex, int64_t monotonicNanoseconds) {
    struct timespec time = {
        .tv_sec = monotonicNanoseconds / 1000000000,
        .tv_nsec = monotonicNanoseconds % 1000000000,
    };
    int code = pthread_cond_timedwait(condition, mutex, &time);
    if (code == ETIMEDOUT) { return 1; }
    must(code);
    return 0;
}

void assent_condition_notify_all(void *condition) { must(pthread_cond_broadcast(condition)); }

void assent_futex_wait(const void *word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static const int64_t lockWaitBounds[ASSENT_LOCK_WAIT_RANGES - 1] = {10, 100, 1000, 2000, 5000, 10000, 100000, 1000000};
static uint64_t lockWaitCounts[ASSENT_LOCK_WAIT_RANGES];
static uint64_t lockWaitNanoseconds;

int64_t assent_lock_wait_bound(int range) { return lockWaitBounds[range]; }
uint64_t assent_lock_wait_count(int range) { return __atomic_load_n(&lockWaitCounts[range], __ATOMIC_RELAXED); }
uint64_t assent_lock_wait_nanoseconds(void) { return __atomic_load_n(&lockWaitNanoseconds, __ATOMIC_RELAXED); }

static int64_t monotonicNanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void waitForLock(void *lock) {
    for (int turn = 0; turn < 100; turn++) {
        assent_spin_hint();
        if (__atomic_load_n((uint32_t *)lock, __ATOMIC_RELAXED) == 0 && assent_try_lock(lock)) { return; }
    }
    while (__atomic_exchange_n((uint32_t *)lock, 2, __ATOMIC_ACQUIRE) != 0) { assent_futex_wait(lock, 2); }
}

void assent_lock_taken(void *lock) {
    int64_t began = monotonicNanoseconds();
    waitForLock(lock);
    int64_t waited = monotonicNanoseconds() - began;
    int range = 0;
    while (range < ASSENT_LOCK_WAIT_RANGES - 1 && waited > lockWaitBounds[range] * 1000) { range++; }
    __atomic_fetch_add(&lockWaitCounts[range], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&lockWaitNanoseconds, waited, __ATOMIC_RELAXED);
}

void assent_futex_wake(const void *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

int assent_direct_flag(void) { return O_DIRECT; }
int assent_open(int directory, const char *name, int flags, unsigned mode) {
    return openat(directory, name, flags | O_CLOEXEC, mode);
}

int assent_open_place(int directory, const char *name) {
    return openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int assent_is_in_processes(int directory) {
    struct statfs system;
    return fstatfs(directory, &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

int assent_open_beneath(int directory, const char *path) {
    int place = assent_open_place(directory, ".");
    while (place >= 0) {
        size_t length = strcspn(path, "/");
        char name[NAME_MAX + 1];
        int isLast = path[length] == 0;
        int next = -1;
        if (length == 0 || length > NAME_MAX || (length == 2 && path[0] == '.' && path[1] == '.')) {
            errno = EINVAL;
        } else {
            memcpy(name, path, length);
            name[length] = 0;
            next = openat(place, name, O_NOFOLLOW | O_CLOEXEC | (isLast ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY));
        }
        int reason = errno;
        close(place);
        errno = reason;
        if (isLast || next < 0) return next;
        place = next;
        path += length + 1;
    }
    return -1;
}

int assent_sync_file_system(int descriptor) { return syncfs(descriptor); }

void assent_error_text(int code, char *text, size_t byteCount) {
    char buffer[256];
    const char *message = strerror_r(code, buffer, sizeof buffer);
    if (byteCount == 0) { return; }
    strncpy(text, message, byteCount - 1);
    text[byteCount - 1] = 0;
}

int assent_peer_credentials(int descriptor, int32_t *process, uint32_t *user, uint32_t *group) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) { return -1; }
    *process = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int assent_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int64_t assent_random(void *bytes, size_t byteCount) { return getrandom(bytes, byteCount, 0); }

int assent_name_thread(const char *name) {
    char shortName[16];
    strncpy(shortName, name, sizeof shortName - 1);
    shortName[sizeof shortName - 1] = 0;
    return pthread_setname_np(pthread_self(), shortName);
}

int assent_become_idle(void) {
    // ioprio_set(2) has neither a wrapper nor a header: IOPRIO_WHO_PROCESS is 1, IOPRIO_CLASS_IDLE is 3 << 13. Not every
    // scheduler of disks knows priorities, so its failing is none of ours.
    syscall(SYS_ioprio_set, 1, 0, 3 << 13);
    struct sched_param parameters = {.sched_priority = 0};
    return sched_setscheduler(0, SCHED_IDLE, &parameters);
}

// Of sched_setattr(2), which has neither a wrapper nor a header: the first version of its structure.
struct scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t niceness;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

int assent_lower_priority(int steps, uint64_t sliceNanoseconds) {
    if (sched_getscheduler(0) != SCHED_OTHER) return 0;
    int niceness = getpriority(PRIO_PROCESS, 0) + steps;
    struct scheduling wanted = {
        .size = sizeof wanted,
        .policy = SCHED_BATCH,
        .niceness = niceness > 19 ? 19 : niceness,
        .runtime = sliceNanoseconds,
    };
    if (syscall(SYS_sched_setattr, 0, &wanted, 0) == 0) return 0;
    // A sandbox may forbid that one alone, because it can give realtime priorities too.
    return setpriority(PRIO_PROCESS, 0, wanted.niceness);
}

int assent_is_idle(void) { return sched_getscheduler(0) == SCHED_IDLE; }

int64_t assent_write_now(int descriptor, const void *bytes, size_t byteCount) {
    // A pipe is asked not to wait for this one write: the flag O_NONBLOCK would be everybody's who shares the pipe, and
    // a look with poll() alone is out of date when another of them writes first.
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = byteCount};
    struct stat information;
    if (fstat(descriptor, &information) == 0 && S_ISFIFO(information.st_mode)) {
        ssize_t count = pwritev2(descriptor, &part, 1, -1, RWF_NOWAIT);
        if (count >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL && errno != ESPIPE)) return count;
    }
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    int ready = poll(&entry, 1, 0);
    if (ready < 0) return -1;
    if (ready == 0 || (entry.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(descriptor, bytes, byteCount);
}

// SCM_MAX_FD of the kernel.
#define DESCRIPTORS_MAX 253

int64_t assent_send_message(int socket, const void *address, size_t addressByteCount, const void *bytes,
                            size_t byteCount, const int *descriptors, size_t descriptorCount) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = byteCount};
    struct msghdr message = {
        .msg_name = (void *)address,
        .msg_namelen = (socklen_t)addressByteCount,
        .msg_iov = &part,
        .msg_iovlen = 1,
    };
    if (descriptorCount > DESCRIPTORS_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    if (descriptorCount > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(descriptorCount * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptorCount * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, descriptorCount * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int64_t assent_receive_message(int socket, void *bytes, size_t byteCount, int *descriptors, size_t descriptorCapacity,
                               size_t *descriptorCount) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = byteCount};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    *descriptorCount = 0;
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) return -1;
    size_t found = 0;
    int isTooMuch = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t inside = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < inside; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof(int));
            if (found < descriptorCapacity) {
                descriptors[found++] = descriptor;
            } else {
                close(descriptor);
                isTooMuch = 1;
            }
        }
    }
    if (isTooMuch) {
        for (size_t index = 0; index < found; index++) close(descriptors[index]);
        errno = EMSGSIZE;
        return -1;
    }
    *descriptorCount = found;
    return count;
}

int assent_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

_Static_assert(sizeof(struct sockaddr_un) <= ASSENT_ADDRESS_BYTES, "the address must fit its slot");

size_t assent_unix_address(void *address, const char *name) {
    struct sockaddr_un made;
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof made.sun_path) return 0;
    memset(&made, 0, sizeof made);
    made.sun_family = AF_UNIX;
    memcpy(made.sun_path, name, length);
    // An abstract name begins with a zero and has no other end than the length.
    if (name[0] == '@') {
        made.sun_path[0] = 0;
    } else {
        length += 1;
    }
    memcpy(address, &made, sizeof made);
    return offsetof(struct sockaddr_un, sun_path) + length;
}

int assent_message_pair(int *first, int *second) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return -1;
    *first = pair[0];
    *second = pair[1];
    return 0;
}

int assent_pipe(int *reading, int *writing) {
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) return -1;
    *reading = pair[0];
    *writing = pair[1];
    return 0;
}

int assent_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }
int assent_close_on_exec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }
