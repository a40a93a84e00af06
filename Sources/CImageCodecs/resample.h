// One axis of a resampling and the two passes over it.
#pragma once

#include "include/cic_resample.h"

enum { CIC_PRECISION = 22, CIC_LOW_BITS = 12, CIC_GROUP = 4, CIC_SHORT_PRECISION = 14, CIC_SHORT_GROUP = 8 };

/// The weights of the outputs of one axis. Arrays are padded to a multiple of four outputs of no taps.
typedef struct {
    bool is_short;  // fixed: `low` holds 14-bit weights for single planes, and there are no others
    int input, output, window, window_count, padded_count;
    float start, stop;
    cic_filter filter;
    bool valid;  // the tables hold these parameters

    int *first;         // per output: its first input
    int *taps;          // per output: how many inputs it sums
    int stride;         // taps reserved per output, a multiple of CIC_GROUP
    int32_t *weights;   // 22-bit fixed point
    int16_t *high;      // weight >> 12
    int16_t *low;       // weight & 4095, or the weight in 14 bits
    int16_t *expanded;  // per output and group of four taps: 16 high, then 16 low, laid out as RGB tap pairs
    size_t weight_capacity, index_capacity;
} cic_axis;

struct cic_resampler {
    cic_axis horizontal, vertical;
    cic_axis across[2], down[2];  // short, of brightness and of colour
    uint8_t *rows;
    size_t row_capacity;
    uint8_t *padded_row;
    size_t padded_capacity;
    bool portable;
};

/// Grows a block that keeps nothing, or returns false.
bool cic_grow(uint8_t **bytes, size_t *capacity, size_t count);
bool cic_is_window(int window, int count, int size);

/// Computes the weights unless the axis already holds them.
cic_status cic_axis_prepare(
    cic_axis *axis, int input, float start, float stop, int output, int window, int window_count, cic_filter filter);

void cic_axis_release(cic_axis *axis);

/// Rows of one plane, `row_bytes` apart, filtered down into a row of `width` bytes and `CIC_SHORT_GROUP` more.
void cic_short_down_portable(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output);
/// One row of a plane, readable `CIC_SHORT_GROUP` bytes past its end, filtered into `padded_count` bytes.
void cic_short_across_portable(const cic_axis *axis, const uint8_t *row, uint8_t *output);
/// A row of brightness and colour differences, as red, green and blue.
void cic_rgb_from_ycc_portable(
    const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count, uint8_t *red, uint8_t *green, uint8_t *blue);

/// The intermediate image: three planes of rows, readable 32 bytes past a row's end.
typedef struct {
    uint8_t *pixels;
    size_t row_bytes;
    size_t plane_bytes;
} cic_rows;

/// Filters one packed RGB row into three planar rows.
typedef void (*cic_horizontal)(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue);

/// Filters `width` columns of the rows around output `index` into one row.
typedef void (*cic_vertical)(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output);

void cic_horizontal_portable(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue);
void cic_vertical_portable(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output);

#if defined(__x86_64__)
bool cic_has_avx2(void);
void cic_short_down_avx2(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output);
void cic_short_across_avx2(const cic_axis *axis, const uint8_t *row, uint8_t *output);
void cic_rgb_from_ycc_avx2(
    const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count, uint8_t *red, uint8_t *green, uint8_t *blue);
void cic_horizontal_avx2(
    const cic_axis *axis, const uint8_t *source, uint8_t *red, uint8_t *green, uint8_t *blue);
void cic_vertical_avx2(
    const cic_axis *axis, int index, const uint8_t *rows, size_t row_bytes, int width, uint8_t *output);
#endif
