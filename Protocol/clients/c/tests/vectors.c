/*
 * For test_vectors.py: reads lines `FRAME-BYTES-MAX client|server FRAME` (in hexadecimal), and answers each with
 * `valid TEMPLATE CORRELATION-ID DEADLINE VERSION FRAME-MADE-AGAIN JSON`, or `invalid CODE FIELD`.
 *
 * With arguments `fuzz SECONDS SEED` it changes what it read at random for so long, and prints how often; what it is
 * compiled with (address and undefined behaviour sanitizers) says whether that was fine.
 */
#include "damage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned char frame_bytes[ASSENT_FRAME_BYTES_MAX];
static unsigned char again_bytes[ASSENT_FRAME_BYTES_MAX];
static char line[2 * ASSENT_FRAME_BYTES_MAX + 64];
static char json[8 * ASSENT_FRAME_BYTES_MAX];

static size_t from_hex(const char *text, unsigned char *bytes) {
    size_t count = 0;
    unsigned value = 0;
    while (sscanf(text + 2 * count, "%2x", &value) == 1) bytes[count++] = (unsigned char)value;
    return count;
}

/* Reads a frame by every rule. The bytes lie in memory of just their size, so that a read past them is seen. */
static assent_status read_frame(const unsigned char *bytes, size_t size, uint32_t maximum, bool from_server,
                                assent_frame *frame, assent_message *message, assent_error *error) {
    assent_status status = assent_cut(bytes, size, maximum, from_server, frame, error);
    if (status == ASSENT_OK) status = assent_decode(frame, message, error);
    return status;
}

static void answer(size_t size, uint32_t maximum, bool from_server) {
    unsigned char *bytes = (unsigned char *)malloc(size);
    assent_frame frame;
    assent_message message;
    assent_error error;
    size_t at = 0;
    size_t length = 0;
    if (bytes == NULL) abort();
    memcpy(bytes, frame_bytes, size);
    if (read_frame(bytes, size, maximum, from_server, &frame, &message, &error) != ASSENT_OK) {
        printf("invalid %" PRId32 " %s\n", error.code, error.field);
    } else if (assent_encode(&message, frame.correlation_id, frame.deadline_microseconds, again_bytes,
                             sizeof again_bytes, &length, &error) != ASSENT_OK) {
        printf("not encoded: %s %s\n", error.field, error.detail);
    } else {
        printf("valid %u %" PRIu64 " %" PRIu32 " %u ", frame.template_id, frame.correlation_id,
               frame.deadline_microseconds, frame.schema_version);
        for (at = 0; at < length; at += 1) printf("%02x", again_bytes[at]);
        if (assent_message_json(&message, json, sizeof json) >= sizeof json) abort();
        printf(" %s\n", json);
    }
    free(bytes);
}

/* --- Fuzzing ----------------------------------------------------------------------------------------------------- */

/* Changes bytes, cuts or lengthens, and puts length and checksum right as often as not, so that it gets further in. */
static size_t mutate(unsigned char *bytes, size_t size, size_t room) {
    uint64_t changes = 1 + draw() % 4;
    for (; changes > 0 && size > 0; changes -= 1) {
        const size_t at = (size_t)(draw() % size);
        switch (draw() % 5) {
        case 0: bytes[at] = (unsigned char)(draw() & 0xFFu); break;
        case 1: bytes[at] = (unsigned char)(draw() % 2 == 0 ? 0xFF : 0); break;
        case 2: bytes[at] = (unsigned char)(bytes[at] ^ 1u << draw() % 8); break;
        case 3: size = at; break;
        default:
            if (size + 16 <= room) {
                memmove(bytes + at + 1, bytes + at, size - at);
                size += 1;
            }
        }
    }
    if (size >= ASSENT_FRAME_HEADER_BYTES && draw() % 8 != 0) {
        put32(bytes, (uint32_t)size);
        seal(bytes, size);
    }
    return size;
}

/* What is accepted is encoded, and that is read again and encoded to the same bytes. */
static int fuzz_one(const unsigned char *bytes, size_t size) {
    assent_frame frame;
    assent_message message;
    assent_error error;
    size_t length = 0;
    size_t second = 0;
    unsigned char *copy = NULL;
    char text[64];
    if (read_frame(bytes, size, ASSENT_FRAME_BYTES_MAX, true, &frame, &message, &error) != ASSENT_OK) return 0;
    (void)assent_message_json(&message, text, sizeof text);
    if (assent_encode(&message, frame.correlation_id, 0, again_bytes, sizeof again_bytes, &length, &error)
        != ASSENT_OK) {
        fprintf(stderr, "what was read cannot be written: %s %s\n", error.field, error.detail);
        abort();
    }
    copy = (unsigned char *)malloc(length);
    if (copy == NULL) abort();
    memcpy(copy, again_bytes, length);
    if (read_frame(copy, length, ASSENT_FRAME_BYTES_MAX, true, &frame, &message, &error) != ASSENT_OK
        || assent_encode(&message, frame.correlation_id, 0, again_bytes, sizeof again_bytes, &second, &error)
               != ASSENT_OK
        || second != length || memcmp(copy, again_bytes, length) != 0) {
        fprintf(stderr, "what was written is not read as the same\n");
        abort();
    }
    free(copy);
    return 1;
}

static void fuzz(unsigned char **inputs, const size_t *sizes, size_t count, int seconds) {
    const time_t end = time(NULL) + seconds;
    uint64_t tries = 0;
    uint64_t accepted = 0;
    while (time(NULL) < end) {
        int turn = 0;
        for (turn = 0; turn < 500; turn += 1, tries += 1) {
            const size_t index = (size_t)(draw() % count);
            const size_t room = sizes[index] + 16;
            unsigned char *bytes = (unsigned char *)malloc(room);
            unsigned char *exact = NULL;
            size_t size = 0;
            if (bytes == NULL) abort();
            memcpy(bytes, inputs[index], sizes[index]);
            size = mutate(bytes, sizes[index], room);
            exact = (unsigned char *)malloc(size == 0 ? 1 : size);
            if (exact == NULL) abort();
            memcpy(exact, bytes, size);
            if (fuzz_one(exact, size)) accepted += 1;
            free(exact);
            free(bytes);
        }
    }
    printf("%" PRIu64 " inputs, %" PRIu64 " accepted\n", tries, accepted);
}

int main(int argc, char **argv) {
    static unsigned char *inputs[4096];
    static size_t sizes[4096];
    const bool is_fuzz = argc == 4 && strcmp(argv[1], "fuzz") == 0;
    size_t count = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        char from[8];
        unsigned long maximum = 0;
        int at = 0;
        size_t size = 0;
        if (sscanf(line, "%lu %7s %n", &maximum, from, &at) != 2) return 64;
        size = from_hex(line + at, frame_bytes);
        if (!is_fuzz) {
            answer(size, (uint32_t)maximum, strcmp(from, "server") == 0);
        } else if (count < 4096 && size > 0 && size < 8192) {
            inputs[count] = (unsigned char *)malloc(size);
            if (inputs[count] == NULL) return 71;
            memcpy(inputs[count], frame_bytes, size);
            sizes[count++] = size;
        }
    }
    if (is_fuzz) {
        state = strtoull(argv[3], NULL, 10) | 1;
        fuzz(inputs, sizes, count, atoi(argv[2]));
        while (count > 0) free(inputs[--count]);
    }
    return 0;
}
