#pragma once

#include "cic_status.h"

typedef enum { CIC_BILINEAR = 0, CIC_BICUBIC = 1 } cic_filter;

/// Which pass comes first. Both round to 8 bits, so the order shows in the last bit.
typedef enum {
    /// Pillow up to version 12.
    CIC_HORIZONTAL_FIRST = 0,
    /// Pillow 13: vertically first where the height shrinks by more than twice what the width does.
    CIC_TALL_VERTICAL_FIRST = 1,
} cic_order;

/// Packed RGB rows to read from. `end` is one past the last readable byte of the memory they lie in.
typedef struct {
    const uint8_t *pixels;
    const uint8_t *end;
    size_t row_bytes;
    int width;
    int height;
} cic_source;

/// The size the box is scaled to, and the window of that result that is computed.
typedef struct {
    int width;
    int height;
    int window_x;
    int window_y;
    int window_width;
    int window_height;
} cic_target;

/// Where the window goes: three planes (red, green, blue) of rows.
typedef struct {
    uint8_t *pixels;
    size_t row_bytes;
    size_t plane_bytes;
} cic_planes;

/// Reusable tables and intermediate rows. One thread at a time may use it.
typedef struct cic_resampler cic_resampler;

/// Returns a new resampler, or NULL when there is no memory.
cic_resampler *cic_resampler_create(void);

void cic_resampler_destroy(cic_resampler *resampler);

/// Chooses the plain C loops even where the processor has vector instructions; the results are equal.
void cic_resampler_set_portable(cic_resampler *resampler, bool portable);

/// Scales `box` (left, top, right, bottom) of `source` with antialiasing, in two passes.
///
/// Each pass rounds to 8 bits, with 22-bit fixed-point weights, and is bit-identical to Pillow's `Image.resize`.
cic_status cic_resample(
    cic_resampler *resampler, cic_source source, const float box[4], cic_filter filter, cic_order order,
    cic_target target, cic_planes output);
