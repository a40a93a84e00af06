#include "resample.h"

static inline uint8_t clipped(int32_t sum) {
    sum >>= CIC_PRECISION;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

void cic_horizontal_portable(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue) {
    for (int x = 0; x < axis->window_count; x++) {
        const int32_t *weights = axis->weights + (size_t)x * axis->stride;
        const uint8_t *pixel = source + (size_t)3 * axis->first[x];
        int32_t sums[3] = {1 << (CIC_PRECISION - 1), 1 << (CIC_PRECISION - 1), 1 << (CIC_PRECISION - 1)};
        for (int t = 0; t < axis->taps[x]; t++, pixel += 3) {
            sums[0] += weights[t] * pixel[0];
            sums[1] += weights[t] * pixel[1];
            sums[2] += weights[t] * pixel[2];
        }
        red[x] = clipped(sums[0]);
        green[x] = clipped(sums[1]);
        blue[x] = clipped(sums[2]);
    }
}

void cic_vertical_portable(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output) {
    enum { BLOCK = 64 };
    const int32_t *weights = axis->weights + (size_t)index * axis->stride;
    for (int x = 0; x < width; x += BLOCK) {
        int count = width - x < BLOCK ? width - x : BLOCK;
        int32_t sums[BLOCK];
        for (int i = 0; i < BLOCK; i++) sums[i] = 1 << (CIC_PRECISION - 1);
        for (int t = 0; t < axis->taps[index]; t++) {
            const uint8_t *row = rows + (size_t)t * row_bytes + x;
            for (int i = 0; i < count; i++) sums[i] += weights[t] * row[i];
        }
        for (int i = 0; i < count; i++) output[x + i] = clipped(sums[i]);
    }
}
