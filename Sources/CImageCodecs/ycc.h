// The conversion of colours, compiled once for each instruction set.
#pragma once

#include <stdint.h>

static inline uint8_t cic_clipped_byte(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/// ITU-R 601 as in JFIF, in 16-bit fixed point.
static inline __attribute__((always_inline)) void cic_rgb_from_ycc(
    const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr, int count,
    uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue) {
    for (int i = 0; i < count; i++) {
        int grey = (y[i] << 16) + (1 << 15), b = cb[i] - 128, r = cr[i] - 128;
        red[i] = cic_clipped_byte((grey + 91881 * r) >> 16);
        green[i] = cic_clipped_byte((grey - 22554 * b - 46802 * r) >> 16);
        blue[i] = cic_clipped_byte((grey + 116130 * b) >> 16);
    }
}
