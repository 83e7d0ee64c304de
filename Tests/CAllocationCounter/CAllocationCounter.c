// Counts allocations exactly: defines the allocator's functions and hands on to those of glibc. For tests alone.
#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#if !defined(COUNTS_ALLOCATIONS) && defined(__GLIBC__)
#define COUNTS_ALLOCATIONS 1
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS 0
#endif

// initial-exec: the first access must not itself allocate.
static __thread uint64_t allocation_count __attribute__((tls_model("initial-exec")));
static __thread uint64_t free_count __attribute__((tls_model("initial-exec")));

bool assent_allocations_are_counted(void) { return COUNTS_ALLOCATIONS; }
uint64_t assent_allocation_count(void) { return allocation_count; }
uint64_t assent_free_count(void) { return free_count; }

#if COUNTS_ALLOCATIONS
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *pointer);

void *malloc(size_t size) {
    allocation_count += 1;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocation_count += 1;
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
    allocation_count += 1;
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    allocation_count += 1;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocation_count += 1;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    allocation_count += 1;
    void *pointer = __libc_memalign(alignment, size);
    if (pointer == NULL) return ENOMEM;
    *result = pointer;
    return 0;
}

void free(void *pointer) {
    if (pointer != NULL) free_count += 1;
    __libc_free(pointer);
}
#endif
