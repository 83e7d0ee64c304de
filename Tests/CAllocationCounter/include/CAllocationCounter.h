#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted in this build: not under a sanitizer, which needs the allocator for itself.
bool assent_allocations_are_counted(void);

/// How many times the calling thread has asked the allocator for memory (malloc, calloc, realloc and the aligned ones).
uint64_t assent_allocation_count(void);

/// How many times the calling thread has given memory back.
uint64_t assent_free_count(void);
