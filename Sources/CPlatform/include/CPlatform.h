#ifndef ASSENT_CPLATFORM_H
#define ASSENT_CPLATFORM_H

#include <stddef.h>
#include <stdint.h>

// What Swift cannot call (variadic functions, macros, GNU names) and what must be inlined. Functions return -1 with
// errno set, as system calls do, unless their line says otherwise.

/// A mutex for a condition variable.
#define ASSENT_MUTEX_BYTES 48
void assent_mutex_make(void *mutex);
void assent_mutex_destroy(void *mutex);
void assent_mutex_lock(void *mutex);
void assent_mutex_unlock(void *mutex);

/// A condition variable on the monotonic clock.
#define ASSENT_CONDITION_BYTES 48
void assent_condition_make(void *condition);
void assent_condition_destroy(void *condition);
void assent_condition_wait(void *condition, void *mutex);
/// Returns 0 when woken, 1 when the time (monotonic nanoseconds) has come.
int assent_condition_wait_until(void *condition, void *mutex, int64_t monotonicNanoseconds);
void assent_condition_notify_all(void *condition);

/// Sleeps while `*word == expected`; returns at a wake, a signal, or without a reason.
void assent_futex_wait(const void *word, uint32_t expected);
/// Wakes at most `count` sleepers.
void assent_futex_wake(const void *word, int count);

/// A lock of 4 bytes, zero when it is free: an exchange to take it and one to give it back, in the caller's code. Who
/// finds it taken spins for a short while and then sleeps (U. Drepper, "Futexes Are Tricky", mutex 2: 1 is taken, 2 is
/// taken and somebody may sleep).
#define ASSENT_LOCK_BYTES 4
static inline int assent_try_lock(void *lock) {
    uint32_t state = 0;
    return __atomic_compare_exchange_n((uint32_t *)lock, &state, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
void assent_lock_taken(void *lock);
/// How often a thread found such a lock taken and waited so long, by range; a free lock costs nothing more for it. Each
/// range but the last, which has none, ends with its bound in microseconds.
#define ASSENT_LOCK_WAIT_RANGES 9
int64_t assent_lock_wait_bound(int range);
uint64_t assent_lock_wait_count(int range);
uint64_t assent_lock_wait_nanoseconds(void);
static inline void assent_lock(void *lock) {
    if (!assent_try_lock(lock)) { assent_lock_taken(lock); }
}
static inline void assent_unlock(void *lock) {
    if (__atomic_exchange_n((uint32_t *)lock, 0, __ATOMIC_RELEASE) == 2) { assent_futex_wake(lock, 1); }
}

/// O_DIRECT, which is a GNU name.
int assent_direct_flag(void);
/// Opens a name in a directory, or from the working directory (AT_FDCWD), never to be inherited.
int assent_open(int directory, const char *name, int flags, unsigned mode);
/// Opens a directory to go on from, and for nothing else (O_PATH); a symbolic link is none.
int assent_open_place(int directory, const char *name);
/// Returns 1 for a directory in a file system like /proc, else 0.
int assent_is_in_processes(int directory);
/// Opens for reading what lies beneath a directory by a relative path in which nothing is a symbolic link.
int assent_open_beneath(int directory, const char *path);
// syncfs(2).
int assent_sync_file_system(int descriptor);
/// Writes the message for an error number into `text`.
void assent_error_text(int code, char *text, size_t byteCount);
int assent_peer_credentials(int descriptor, int32_t *process, uint32_t *user, uint32_t *group);
/// The terminal's columns, 0 when it is none.
int assent_terminal_columns(int descriptor);
int64_t assent_random(void *bytes, size_t byteCount);
/// Writes at most 4,096 bytes if that needs no waiting; otherwise -1 with EAGAIN.
int64_t assent_write_now(int descriptor, const void *bytes, size_t byteCount);
int assent_name_thread(const char *name);
/// Makes the calling thread one of SCHED_BATCH, with a nice value so many steps higher and slices of this length; does
/// nothing to one that is not of SCHED_OTHER.
int assent_lower_priority(int steps, uint64_t sliceNanoseconds);
/// Lets the calling thread run only when no other wants the processor (SCHED_IDLE), and the disk.
int assent_become_idle(void);
/// Returns 1 for a thread that has called it, else 0.
int assent_is_idle(void);

/// Sends one message with descriptors beside it, never with a signal; `address` may be NULL on a connected socket.
int64_t assent_send_message(int socket, const void *address, size_t addressByteCount, const void *bytes,
                            size_t byteCount, const int *descriptors, size_t descriptorCount);
/// Receives one message without waiting. Descriptors beside it are opened with O_CLOEXEC, their number is stored. Fails
/// with EMSGSIZE, and keeps none of them, when there is more than there is room for.
int64_t assent_receive_message(int socket, void *bytes, size_t byteCount, int *descriptors, size_t descriptorCapacity,
                               size_t *descriptorCount);
/// A file in memory, without a name.
int assent_memory_file(const char *name);
/// The address of a Unix socket; `@` at the start stands for the abstract namespace. Returns its length, 0 if the name
/// is too long or empty. `address` has room for ASSENT_ADDRESS_BYTES.
#define ASSENT_ADDRESS_BYTES 128
size_t assent_unix_address(void *address, const char *name);
/// A pair of connected sockets that keep messages apart (SOCK_SEQPACKET), neither of which waits.
int assent_message_pair(int *first, int *second);
int assent_pipe(int *reading, int *writing);
/// A new descriptor for the same open file, with O_CLOEXEC.
int assent_duplicate(int descriptor);
int assent_close_on_exec(int descriptor);

/// Asks the processor to fetch the cache line of an address; any address is allowed.
static inline void assent_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
/// The same for a line that is about to be written: other processors give it up.
static inline void assent_prefetch_to_write(const void *address) {
#if defined(__x86_64__)
    // Without a compiler flag the builtin is a read's; processors that do not know the instruction pass over it.
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1, 3);
#endif
}
/// Tells the processor that the caller spins.
static inline void assent_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

#endif
