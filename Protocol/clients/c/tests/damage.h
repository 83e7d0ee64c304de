/*
 * What both fuzzers damage frames with: numbers that follow from a seed (G. Marsaglia, "Xorshift RNGs"), and a frame's
 * checksum put right again, so that damage gets further in.
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include "../assent.h"

static uint64_t state = 1;

static uint64_t draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void put32(unsigned char *bytes, uint32_t value) {
    size_t at = 0;
    for (at = 0; at < 4; at += 1) bytes[at] = (unsigned char)(value >> 8 * at & 0xFFu);
}

/* Writes the checksum that these bytes have. */
static void seal(unsigned char *frame, size_t size) {
    static const unsigned char zeros[4] = {0, 0, 0, 0};
    const uint32_t crc = assent_crc32c(assent_crc32c(0, frame, 20), zeros, sizeof zeros);
    put32(frame + 20, assent_crc32c(crc, frame + 24, size - 24));
}

#endif
