#include "resample.h"
#include "ycc.h"

static inline uint8_t rounded(int32_t sum) {
    return cic_clipped_byte((sum + (1 << (CIC_SHORT_PRECISION - 1))) >> CIC_SHORT_PRECISION);
}

void cic_short_down_portable(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output) {
    const int16_t *weights = axis->low + (size_t)index * axis->stride;
    for (int x = 0; x < width; x++) {
        int32_t sum = 0;
        for (int t = 0; t < axis->taps[index]; t++) sum += weights[t] * rows[(size_t)t * row_bytes + x];
        output[x] = rounded(sum);
    }
}

void cic_short_across_portable(const cic_axis *axis, const uint8_t *row, uint8_t *output) {
    for (int x = 0; x < axis->padded_count; x++) {
        const int16_t *weights = axis->low + (size_t)x * axis->stride;
        int32_t sum = 0;
        for (int t = 0; t < axis->taps[x]; t++) sum += weights[t] * row[axis->first[x] + t];
        output[x] = rounded(sum);
    }
}

void cic_rgb_from_ycc_portable(
    const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count, uint8_t *red, uint8_t *green, uint8_t *blue) {
    cic_rgb_from_ycc(y, cb, cr, count, red, green, blue);
}
