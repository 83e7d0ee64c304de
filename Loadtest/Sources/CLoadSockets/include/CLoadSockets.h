// Sockets, epoll and clocks for the load generator: what Swift cannot call cleanly, and nothing else.
// Every function that can fail returns a negative errno.
#ifndef C_LOAD_SOCKETS_H
#define C_LOAD_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A readiness report: which registered index, and what it is ready for.
typedef struct {
    uint32_t index;
    uint8_t readable;
    uint8_t writable;
} cls_event;

/// Makes the descriptor non-blocking, with send and receive buffers of the given size (0: as they are).
int cls_make_nonblocking(int descriptor, int buffer_bytes);
/// Bytes sent, or -errno (-EAGAIN: would block). Never raises SIGPIPE.
int64_t cls_send(int descriptor, const void *bytes, size_t count);
/// Bytes received, 0 at the end of the stream, or -errno (-EAGAIN: would block or timed out).
int64_t cls_receive(int descriptor, void *bytes, size_t count);
/// Whether a negative result means "try again later".
int cls_would_block(int64_t result);

/// Closes a descriptor that `cls_poll_create` made.
void cls_close(int descriptor);

/// A new epoll instance, or -errno.
int cls_poll_create(void);
/// Registers (add) or changes a descriptor: always readable, writable when asked.
int cls_poll_set(int poll, int descriptor, uint32_t index, int add, int writable);
/// Waits at most the given time (negative: for ever) and fills up to `capacity` (at most 64) events. Their number, or
/// -errno; 0 also after a signal.
int cls_poll_wait(int poll, cls_event *events, int capacity, int64_t timeout_nanoseconds);

/// Nanoseconds of CLOCK_MONOTONIC.
uint64_t cls_monotonic_nanoseconds(void);
/// Microseconds of CLOCK_REALTIME since 1970.
int64_t cls_realtime_microseconds(void);
/// Asks for wake-ups as exact as the kernel gives (PR_SET_TIMERSLACK), for the calling thread.
void cls_exact_timers(void);
/// Lets the calling thread rest.
void cls_pause(int64_t nanoseconds);
/// Processor time of this process so far, in microseconds.
int64_t cls_processor_microseconds(void);

/// Gives a thread only what processor time nobody else wants (SCHED_IDLE); the calling one with 0. 0 or -errno.
int cls_use_leftovers(pid_t thread);

/// Brings the cache line of the address closer.
static inline void cls_prefetch(const void *address) { __builtin_prefetch(address, 1, 1); }

/// A TCP port of the loopback address that nobody uses at the moment, or -errno.
int cls_free_port(void);

#endif
