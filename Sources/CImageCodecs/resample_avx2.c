// The two passes in 256-bit integer vectors. A weight of 24 bits is split into two of 16, whose products with
// bytes are summed apart and joined at the end: integer sums wrap, so the result equals the portable loops'.

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "resample.h"

#define AVX2 __attribute__((target("avx2")))

bool cic_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

AVX2 static inline __m256i joined(__m256i high, __m256i low) {
    return _mm256_add_epi32(_mm256_slli_epi32(high, CIC_LOW_BITS), low);
}

/// Red, green and blue of one output (and an unused lane) as rounded integers, from `groups` times four taps.
AVX2 static inline __attribute__((always_inline)) __m128i pixel_of(
    const uint8_t *pixels, const int16_t *weights, int groups) {
    const __m256i spread = _mm256_setr_epi8(
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    __m256i high = _mm256_setzero_si256(), low = _mm256_setzero_si256();
    for (int t = 0; t < groups; t++, weights += 32, pixels += 3 * CIC_GROUP) {
        __m256i taps = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)pixels));
        taps = _mm256_shuffle_epi8(taps, spread);
        high = _mm256_add_epi32(high, _mm256_madd_epi16(taps, _mm256_loadu_si256((const __m256i *)weights)));
        low = _mm256_add_epi32(low, _mm256_madd_epi16(taps, _mm256_loadu_si256((const __m256i *)(weights + 16))));
    }
    __m256i sums = joined(high, low);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (CIC_PRECISION - 1))), CIC_PRECISION);
}

/// `groups` is 0 where each output counts its own.
AVX2 static inline __attribute__((always_inline)) void across(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue, int groups) {
    const __m128i transpose = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const size_t step = 8 * (groups ? (size_t)groups * CIC_GROUP : (size_t)axis->stride);
    const int16_t *weights = axis->expanded;
    const int *first = axis->first;
    for (int x = 0; x < axis->padded_count; x += 4, weights += 4 * step) {
        __m128i pixels[4];
        for (int i = 0; i < 4; i++) {
            int own = groups ? groups : (axis->taps[x + i] + CIC_GROUP - 1) / CIC_GROUP;
            pixels[i] = pixel_of(source + (size_t)3 * first[x + i], weights + i * step, own);
        }
        __m128i left = _mm_packs_epi32(pixels[0], pixels[1]), right = _mm_packs_epi32(pixels[2], pixels[3]);
        __m128i planes = _mm_shuffle_epi8(_mm_packus_epi16(left, right), transpose);
        int lanes[3] = {
            _mm_cvtsi128_si32(planes), _mm_extract_epi32(planes, 1), _mm_extract_epi32(planes, 2)};
        memcpy(red + x, &lanes[0], 4);
        memcpy(green + x, &lanes[1], 4);
        memcpy(blue + x, &lanes[2], 4);
    }
}

AVX2 void cic_horizontal_avx2(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue) {
    // With the count known, the sums of an output are a few instructions without a loop.
    switch (axis->stride / CIC_GROUP) {
    case 1: across(axis, source, red, green, blue, 1); break;
    case 2: across(axis, source, red, green, blue, 2); break;
    case 3: across(axis, source, red, green, blue, 3); break;
    case 4: across(axis, source, red, green, blue, 4); break;
    default: across(axis, source, red, green, blue, 0); break;
    }
}

AVX2 static inline __m256i pair_of(const int16_t *weights) {
    int pair;
    memcpy(&pair, weights, sizeof pair);
    return _mm256_set1_epi32(pair);
}

AVX2 void cic_vertical_avx2(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output) {
    const int16_t *high = axis->high + (size_t)index * axis->stride;
    const int16_t *low = axis->low + (size_t)index * axis->stride;
    const __m256i half = _mm256_set1_epi32(1 << (CIC_PRECISION - 1));
    int taps = axis->taps[index];
    for (int x = 0; x < width; x += 16) {
        __m256i high0 = _mm256_setzero_si256(), high1 = high0, low0 = high0, low1 = high0;
        for (int t = 0; t < taps; t += 2) {
            const uint8_t *row = rows + (size_t)t * row_bytes + x;
            __m128i a = _mm_loadu_si128((const __m128i *)row);
            // An odd last tap is paired with itself: the padding weight beside it is zero.
            __m128i b = _mm_loadu_si128((const __m128i *)(t + 1 < taps ? row + row_bytes : row));
            __m256i pairs0 = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b));
            __m256i pairs1 = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
            __m256i highs = pair_of(high + t), lows = pair_of(low + t);
            high0 = _mm256_add_epi32(high0, _mm256_madd_epi16(pairs0, highs));
            high1 = _mm256_add_epi32(high1, _mm256_madd_epi16(pairs1, highs));
            low0 = _mm256_add_epi32(low0, _mm256_madd_epi16(pairs0, lows));
            low1 = _mm256_add_epi32(low1, _mm256_madd_epi16(pairs1, lows));
        }
        __m256i sum0 = _mm256_srai_epi32(_mm256_add_epi32(joined(high0, low0), half), CIC_PRECISION);
        __m256i sum1 = _mm256_srai_epi32(_mm256_add_epi32(joined(high1, low1), half), CIC_PRECISION);
        __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(sum0, sum1), 0xD8);
        __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        if (width - x >= 16) {
            _mm_storeu_si128((__m128i *)(output + x), bytes);
        } else {
            uint8_t tail[16];
            _mm_storeu_si128((__m128i *)tail, bytes);
            memcpy(output + x, tail, (size_t)(width - x));
        }
    }
}

#endif
