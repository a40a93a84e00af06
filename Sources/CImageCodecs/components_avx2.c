#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "resample.h"
#include "ycc.h"

#define AVX2 __attribute__((target("avx2")))

AVX2 void cic_short_down_avx2(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output) {
    const int16_t *weights = axis->low + (size_t)index * axis->stride;
    const __m256i half = _mm256_set1_epi32(1 << (CIC_SHORT_PRECISION - 1));
    int taps = axis->taps[index];
    for (int x = 0; x < width; x += 32) {
        __m256i sums[4] = {half, half, half, half};
        for (int t = 0; t < taps; t += 2) {
            const uint8_t *row = rows + (size_t)t * row_bytes + x;
            __m256i a = _mm256_loadu_si256((const __m256i *)row);
            // An odd last tap is paired with itself: the padding weight beside it is zero.
            __m256i b = _mm256_loadu_si256((const __m256i *)(t + 1 < taps ? row + row_bytes : row));
            int both;
            memcpy(&both, weights + t, sizeof both);
            __m256i pair = _mm256_set1_epi32(both), zero = _mm256_setzero_si256();
            __m256i low = _mm256_unpacklo_epi8(a, b), high = _mm256_unpackhi_epi8(a, b);
            sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), pair));
            sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), pair));
            sums[2] = _mm256_add_epi32(sums[2], _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), pair));
            sums[3] = _mm256_add_epi32(sums[3], _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), pair));
        }
        for (int i = 0; i < 4; i++) sums[i] = _mm256_srai_epi32(sums[i], CIC_SHORT_PRECISION);
        __m256i words = _mm256_packs_epi32(sums[0], sums[1]);
        __m256i more = _mm256_packs_epi32(sums[2], sums[3]);
        __m256i bytes = _mm256_packus_epi16(words, more);
        _mm256_storeu_si256((__m256i *)(output + x), bytes);
    }
}

/// Four partial sums of one output, of `groups` times eight taps; those past the end have no weight.
AVX2 static inline __attribute__((always_inline)) __m128i partial(
    const uint8_t *pixels, const int16_t *weights, int groups) {
    __m128i sum = _mm_setzero_si128();
    for (int t = 0; t < groups * CIC_SHORT_GROUP; t += CIC_SHORT_GROUP) {
        __m128i taps = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)(pixels + t)));
        sum = _mm_add_epi32(sum, _mm_madd_epi16(taps, _mm_loadu_si128((const __m128i *)(weights + t))));
    }
    return sum;
}

/// `groups` is 0 where each output counts its own.
AVX2 static inline __attribute__((always_inline)) void across(
    const cic_axis *axis, const uint8_t *row, uint8_t *output, int groups) {
    const __m128i half = _mm_set1_epi32(1 << (CIC_SHORT_PRECISION - 1));
    const size_t stride = groups ? (size_t)groups * CIC_SHORT_GROUP : (size_t)axis->stride;
    const int16_t *weights = axis->low;
    const int *first = axis->first;
    for (int x = 0; x < axis->padded_count; x += 4, weights += 4 * stride) {
        __m128i sums[4];
        for (int i = 0; i < 4; i++) {
            int own = groups ? groups : (axis->taps[x + i] + CIC_SHORT_GROUP - 1) / CIC_SHORT_GROUP;
            sums[i] = partial(row + first[x + i], weights + (size_t)i * stride, own);
        }
        __m128i sum = _mm_hadd_epi32(_mm_hadd_epi32(sums[0], sums[1]), _mm_hadd_epi32(sums[2], sums[3]));
        sum = _mm_srai_epi32(_mm_add_epi32(sum, half), CIC_SHORT_PRECISION);
        __m128i words = _mm_packs_epi32(sum, sum);
        int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
        memcpy(output + x, &bytes, sizeof bytes);
    }
}

AVX2 void cic_short_across_avx2(const cic_axis *axis, const uint8_t *row, uint8_t *output) {
    // With the count known, the sums of an output are a few instructions without a loop.
    switch (axis->stride / CIC_SHORT_GROUP) {
    case 1: across(axis, row, output, 1); break;
    case 2: across(axis, row, output, 2); break;
    case 3: across(axis, row, output, 3); break;
    case 4: across(axis, row, output, 4); break;
    default: across(axis, row, output, 0); break;
    }
}

AVX2 void cic_rgb_from_ycc_avx2(
    const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count, uint8_t *red, uint8_t *green, uint8_t *blue) {
    cic_rgb_from_ycc(y, cb, cr, count, red, green, blue);
}

#endif
