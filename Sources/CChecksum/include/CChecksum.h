#ifndef ASSENT_CCHECKSUM_H
#define ASSENT_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C of `bytes`, continuing a finalised value; takes the processor's instruction where there is one.
uint32_t assent_crc32c(uint32_t continuing, const void *bytes, size_t byteCount);

/// The same by tables alone, on every processor.
uint32_t assent_crc32c_portable(uint32_t continuing, const void *bytes, size_t byteCount);

/// Whether this processor has the instruction.
int assent_crc32c_is_accelerated(void);

#endif
