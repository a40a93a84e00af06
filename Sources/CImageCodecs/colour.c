#include "include/cic_colour.h"

#include <stdbool.h>
#include <string.h>

#include "colour.h"

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 static void gray_avx2(
    const uint8_t *red, const uint8_t *green, const uint8_t *blue, size_t count, uint8_t *gray) {
    gray_loop(red, green, blue, count, gray);
}

AVX2 static void blend_avx2(uint8_t *values, size_t count, int ground, float factor) {
    blend_loop(values, count, ground, factor);
}

AVX2 static void saturation_avx2(uint8_t *planes, size_t count, float factor) {
    saturation_loop(planes, planes + count, planes + 2 * count, count, factor);
}

AVX2 static void hue_avx2(uint8_t *planes, size_t count, uint8_t shift) {
    hue_loop(planes, planes + count, planes + 2 * count, count, shift);
}

static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }
#endif

/// Blends every value with one and the same.
static void blend_with(uint8_t *planes, size_t count, int ground, float factor) {
#if defined(__x86_64__)
    if (has_avx2()) {
        blend_avx2(planes, 3 * count, ground, factor);
        return;
    }
#endif
    blend_loop(planes, 3 * count, ground, factor);
}

void cic_adjust_brightness(uint8_t *planes, size_t count, float factor) { blend_with(planes, count, 0, factor); }

void cic_adjust_contrast(uint8_t *planes, size_t count, float factor) {
    enum { BLOCK = 1024 };
    uint8_t gray[BLOCK];
    uint64_t sum = 0;
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t part = count - start < BLOCK ? count - start : BLOCK;
        const uint8_t *red = planes + start, *green = red + count, *blue = green + count;
#if defined(__x86_64__)
        if (has_avx2())
            gray_avx2(red, green, blue, part, gray);
        else
#endif
            gray_loop(red, green, blue, part, gray);
        for (size_t i = 0; i < part; i++) sum += gray[i];
    }
    int mean = count ? (int)((double)sum / (double)count + 0.5) : 0;
    blend_with(planes, count, mean, factor);
}

void cic_adjust_saturation(uint8_t *planes, size_t count, float factor) {
#if defined(__x86_64__)
    if (has_avx2()) {
        saturation_avx2(planes, count, factor);
        return;
    }
#endif
    saturation_loop(planes, planes + count, planes + 2 * count, count, factor);
}

void cic_adjust_hue(uint8_t *planes, size_t count, uint8_t shift) {
#if defined(__x86_64__)
    if (has_avx2()) {
        hue_avx2(planes, count, shift);
        return;
    }
#endif
    hue_loop(planes, planes + count, planes + 2 * count, count, shift);
}

void cic_gray(uint8_t *planes, size_t count) {
    for (size_t i = 0; i < count; i++) planes[i] = gray_of(planes[i], planes[count + i], planes[2 * count + i]);
    memcpy(planes + count, planes, count);
    memcpy(planes + 2 * count, planes, count);
}
