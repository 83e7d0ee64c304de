#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
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

void assent_lock_taken(void *lock) {
    for (int turn = 0; turn < 100; turn++) {
        assent_spin_hint();
        if (__atomic_load_n((uint32_t *)lock, __ATOMIC_RELAXED) == 0 && assent_try_lock(lock)) { return; }
    }
    while (__atomic_exchange_n((uint32_t *)lock, 2, __ATOMIC_ACQUIRE) != 0) { assent_futex_wait(lock, 2); }
}

void assent_futex_wake(const void *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

int assent_direct_flag(void) { return O_DIRECT; }
int assent_open(const char *path, int flags, unsigned mode) { return open(path, flags | O_CLOEXEC, mode); }

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
