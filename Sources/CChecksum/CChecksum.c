// CRC-32C (Castagnoli), RFC 3720 appendix B.4: reflected polynomial 0x82F63B78, initial value and final inversion of
// all ones. Three lanes are run side by side on long input, because the instruction takes three cycles and can start
// one every cycle; the lanes are joined by a table which advances a CRC over a run of zero bytes. On shorter input,
// such as one message, by a carry-less multiplication instead: it advances over any length.

#include "CChecksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

#define POLYNOMIAL 0x82F63B78u
#define LONG_LANE 4096
#define SHORT_LANE 256
/// Below three lanes of so many words one lane is as fast.
#define LANE_WORDS_MIN 4
/// The most words that a CRC is advanced by with a multiplication: two lanes.
#define ADVANCE_WORDS_MAX (2 * SHORT_LANE / 8)

static uint32_t byteTables[8][256];
static uint32_t longShift[4][256];
static uint32_t shortShift[4][256];
/// By number of words n: x^(64 n - 33) modulo the polynomial. The carry-less product of this and a CRC, both reflected,
/// has one x too few, and the instruction that reduces it adds 32.
static uint32_t advance[ADVANCE_WORDS_MAX + 1];
static int accelerated;
static int multiplies;

/// The raw (not inverted) CRC after one zero byte.
static uint32_t advance_one_zero(uint32_t crc) { return (crc >> 8) ^ byteTables[0][crc & 0xFF]; }

/// Advancing over zeros is linear, so 32 single-bit results give every result.
static void make_shift(uint32_t table[4][256], size_t zeroCount) {
    uint32_t bits[32];
    for (int bit = 0; bit < 32; bit++) {
        uint32_t crc = 1u << bit;
        for (size_t i = 0; i < zeroCount; i++) { crc = advance_one_zero(crc); }
        bits[bit] = crc;
    }
    for (int byte = 0; byte < 4; byte++) {
        for (int value = 0; value < 256; value++) {
            uint32_t crc = 0;
            for (int bit = 0; bit < 8; bit++) {
                if (value & (1 << bit)) { crc ^= bits[byte * 8 + bit]; }
            }
            table[byte][value] = crc;
        }
    }
}

static inline uint32_t shift(const uint32_t table[4][256], uint32_t crc) {
    return table[0][crc & 0xFF] ^ table[1][(crc >> 8) & 0xFF] ^ table[2][(crc >> 16) & 0xFF] ^ table[3][crc >> 24];
}

/// Runs before any thread exists, so that no call pays for a check.
__attribute__((constructor)) static void make_tables(void) {
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t crc = value;
        for (int bit = 0; bit < 8; bit++) { crc = (crc >> 1) ^ ((crc & 1) ? POLYNOMIAL : 0); }
        byteTables[0][value] = crc;
    }
    for (int table = 1; table < 8; table++) {
        for (int value = 0; value < 256; value++) {
            byteTables[table][value] = advance_one_zero(byteTables[table - 1][value]);
        }
    }
    make_shift(longShift, LONG_LANE);
    make_shift(shortShift, SHORT_LANE);
    // x^31 is the lowest bit.
    advance[1] = 1;
    for (int words = 2; words <= ADVANCE_WORDS_MAX; words++) {
        advance[words] = advance[words - 1];
        for (int byte = 0; byte < 8; byte++) { advance[words] = advance_one_zero(advance[words]); }
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    accelerated = __builtin_cpu_supports("sse4.2") != 0;
    multiplies = accelerated && __builtin_cpu_supports("pclmul") != 0;
#elif defined(__aarch64__) && defined(__linux__)
    accelerated = (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#endif
}

int assent_crc32c_is_accelerated(void) { return accelerated; }

static inline uint64_t load64(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

uint32_t assent_crc32c_portable(uint32_t continuing, const void *bytes, size_t byteCount) {
    const unsigned char *next = bytes;
    uint32_t crc = ~continuing;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; byteCount >= 8; byteCount -= 8, next += 8) {
        uint64_t word = load64(next) ^ crc;
        crc = byteTables[7][word & 0xFF] ^ byteTables[6][(word >> 8) & 0xFF] ^ byteTables[5][(word >> 16) & 0xFF]
            ^ byteTables[4][(word >> 24) & 0xFF] ^ byteTables[3][(word >> 32) & 0xFF]
            ^ byteTables[2][(word >> 40) & 0xFF] ^ byteTables[1][(word >> 48) & 0xFF] ^ byteTables[0][word >> 56];
    }
#endif
    for (; byteCount > 0; byteCount--, next++) { crc = (crc >> 8) ^ byteTables[0][(crc ^ *next) & 0xFF]; }
    return ~crc;
}

#if defined(__x86_64__)
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP64(crc, word) ((uint32_t)_mm_crc32_u64((crc), (word)))
#define STEP8(crc, byte) _mm_crc32_u8((crc), (byte))
#elif defined(__aarch64__) && defined(__linux__)
#define HARDWARE __attribute__((target("crc")))
#define STEP64(crc, word) __crc32cd((crc), (word))
#define STEP8(crc, byte) __crc32cb((crc), (byte))
#endif

#ifdef HARDWARE
HARDWARE static inline uint32_t
three_lanes(uint32_t crc, const unsigned char *next, size_t lane, const uint32_t table[4][256]) {
    uint32_t second = 0, third = 0;
    for (size_t i = 0; i < lane; i += 8) {
        crc = STEP64(crc, load64(next + i));
        second = STEP64(second, load64(next + lane + i));
        third = STEP64(third, load64(next + 2 * lane + i));
    }
    return shift(table, shift(table, crc) ^ second) ^ third;
}

#if defined(__x86_64__)
/// A CRC's part of the reduced sum, if so many words follow it.
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t advanced(uint32_t crc, size_t words) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128((int)crc), _mm_cvtsi32_si128((int)advance[words]), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

/// Three lanes of at most `SHORT_LANE` bytes.
__attribute__((target("sse4.2,pclmul"))) static uint32_t
three_short_lanes(uint32_t crc, const unsigned char *next, size_t words) {
    uint32_t second = 0, third = 0;
    size_t lane = words * 8;
    for (size_t i = 0; i < lane; i += 8) {
        crc = STEP64(crc, load64(next + i));
        second = STEP64(second, load64(next + lane + i));
        third = STEP64(third, load64(next + 2 * lane + i));
    }
    return STEP64(0, advanced(crc, 2 * words) ^ advanced(second, words)) ^ third;
}
#endif

HARDWARE static uint32_t hardware(uint32_t continuing, const void *bytes, size_t byteCount) {
    const unsigned char *next = bytes;
    uint32_t crc = ~continuing;
    for (; byteCount >= 3 * LONG_LANE; byteCount -= 3 * LONG_LANE, next += 3 * LONG_LANE) {
        crc = three_lanes(crc, next, LONG_LANE, longShift);
    }
    for (; byteCount >= 3 * SHORT_LANE; byteCount -= 3 * SHORT_LANE, next += 3 * SHORT_LANE) {
        crc = three_lanes(crc, next, SHORT_LANE, shortShift);
    }
#if defined(__x86_64__)
    size_t words = byteCount / 24;
    if (multiplies && words >= LANE_WORDS_MIN) {
        crc = three_short_lanes(crc, next, words);
        byteCount -= words * 24;
        next += words * 24;
    }
#endif
    for (; byteCount >= 8; byteCount -= 8, next += 8) { crc = STEP64(crc, load64(next)); }
    for (; byteCount > 0; byteCount--, next++) { crc = STEP8(crc, *next); }
    return ~crc;
}
#endif

uint32_t assent_crc32c(uint32_t continuing, const void *bytes, size_t byteCount) {
#ifdef HARDWARE
    if (accelerated) { return hardware(continuing, bytes, byteCount); }
#endif
    return assent_crc32c_portable(continuing, bytes, byteCount);
}
