// libFuzzer's own mutations, then a repair of what a format computes from its bytes: a checksum that no random change
// fits would hide everything behind it.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "include/fuzz_support.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed);

typedef size_t mutator(uint8_t *data, size_t size, size_t capacity, unsigned seed);

enum { BLOCK = 512 };

static void repair_tar(uint8_t *data, size_t size) {
    for (size_t at = 0; size - at >= BLOCK;) {
        uint8_t *header = data + at;
        bool zero = true;
        for (size_t i = 0; i < BLOCK; i++) zero = zero && header[i] == 0;
        if (zero) return;
        memset(header + 148, ' ', 8);
        unsigned sum = 0;
        for (size_t i = 0; i < BLOCK; i++) sum += header[i];
        for (int i = 0; i < 6; i++) header[148 + i] = (uint8_t)('0' + (sum >> 3 * (5 - i) & 7));
        header[154] = 0;
        uint64_t length = 0;
        for (size_t i = 124; i < 136 && header[i] >= '0' && header[i] <= '7'; i++) length = length << 3 | (header[i] - '0');
        uint64_t step = BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
        if (step > size - at) return;
        at += step;
    }
}

/// Bytes move by whole blocks now and then, as headers and contents do.
static size_t mutate_tar(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
    size_t blocks = size / BLOCK;
    if (seed % 8 == 0 && blocks > 1 && size + BLOCK <= capacity) {
        size_t from = seed / 8 % blocks, to = seed / 512 % (blocks + 1);
        uint8_t block[BLOCK];
        memcpy(block, data + from * BLOCK, BLOCK);
        memmove(data + (to + 1) * BLOCK, data + to * BLOCK, size - to * BLOCK);
        memcpy(data + to * BLOCK, block, BLOCK);
        size += BLOCK;
    } else if (seed % 8 == 1 && blocks > 1) {
        size_t gone = seed / 8 % blocks;
        memmove(data + gone * BLOCK, data + (gone + 1) * BLOCK, size - (gone + 1) * BLOCK);
        size -= BLOCK;
    } else {
        size = LLVMFuzzerMutate(data, size, capacity);
    }
    if (seed / 65536 % 16 != 0) repair_tar(data, size);
    return size;
}

static uint32_t crc_of(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static size_t mutate_png(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
    size = LLVMFuzzerMutate(data, size, capacity);
    if (seed % 16 == 0) return size;
    for (size_t at = 8; at < size && size - at >= 12;) {
        uint8_t *chunk = data + at;
        size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
        if (length > size - at - 12) break;
        uint32_t crc = crc_of(chunk + 4, length + 4);
        for (int i = 0; i < 4; i++) chunk[8 + length + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += length + 12;
    }
    return size;
}

static size_t mutate_webp(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
    size = LLVMFuzzerMutate(data, size, capacity);
    if (size < 12 || seed % 4 == 0) return size;
    for (int i = 0; i < 4; i++) data[4 + i] = (uint8_t)((size - 8) >> 8 * i);
    return size;
}

static uint64_t word_at(const uint8_t *data, int index) {
    uint64_t word;
    memcpy(&word, data + 8 * index, 8);
    return word;
}

static void put_word(uint8_t *data, int index, uint64_t word) { memcpy(data + 8 * index, &word, 8); }

/// StableHash.
static uint64_t stable_hash(const uint8_t *bytes, size_t count) {
    uint64_t state = 0xCBF29CE484222325;
    for (size_t i = 0; i < count; i++) state = (state ^ bytes[i]) * 0x00000100000001B3;
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
    state = (state ^ state >> 27) * 0x94D049BB133111EB;
    return state ^ state >> 31;
}

/// Half of the time inside the table of shards, whose length may change; the sections behind it move along.
static size_t mutate_index(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
    enum { HEADER = 128 };
    if (size < HEADER) return LLVMFuzzerMutate(data, size, capacity);
    uint64_t length = word_at(data, 5);
    if (seed % 2 == 0 && length <= size - HEADER) {
        size_t padded = (length + 7) / 8 * 8;
        if (padded > size - HEADER) padded = size - HEADER;
        size_t rest = size - HEADER - padded, room = capacity - HEADER - rest;
        room = room / 8 * 8;
        uint8_t *tail = malloc(rest + 1), *table = malloc(room + 1);
        if (tail && table && room >= length) {
            memcpy(tail, data + HEADER + padded, rest);
            memcpy(table, data + HEADER, length);
            size_t now = LLVMFuzzerMutate(table, length, room);
            padded = (now + 7) / 8 * 8;
            memset(data + HEADER, 0, padded);
            memcpy(data + HEADER, table, now);
            memcpy(data + HEADER + padded, tail, rest);
            size = HEADER + padded + rest;
            put_word(data, 5, now);
        }
        free(tail);
        free(table);
    } else {
        size = LLVMFuzzerMutate(data, size, capacity);
        if (size < HEADER) return size;
    }
    if (seed / 2 % 32 == 0) return size;
    length = word_at(data, 5);
    put_word(data, 11, size);
    if (length <= size - HEADER) put_word(data, 6, stable_hash(data + HEADER, length));
    put_word(data, 15, stable_hash(data, HEADER - 8));
    return size;
}

static mutator *chosen;

void fuzz_choose_mutator(const char *target) {
    static const struct {
        const char *target;
        mutator *mutate;
    } known[] = {{"tar", mutate_tar}, {"png", mutate_png}, {"webp", mutate_webp}, {"index", mutate_index}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(target, known[i].target) == 0) chosen = known[i].mutate;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned seed) {
    return chosen ? chosen(data, size, capacity, seed) : LLVMFuzzerMutate(data, size, capacity);
}
