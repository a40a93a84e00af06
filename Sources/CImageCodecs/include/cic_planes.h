#pragma once

#include "cic_resample.h"

/// One component of an image, as it is stored: brightness, or a colour difference at perhaps fewer pixels.
typedef struct {
    const uint8_t *pixels;
    /// A multiple of 32; the rows lie in memory that can be read 32 bytes past their end.
    size_t row_bytes;
    int width;
    int height;
    /// Its width and height over those of the whole (perhaps reduced) image, before rounding up.
    float across;
    float down;
} cic_component;

/// Scales `box` of an image in Y, Cb and Cr, each component in one step from its own size, and converts to RGB last.
///
/// With one component the output is gray. The weights have 14 bits; nothing here is bit-identical to anything.
/// `box` counts pixels of the whole image.
cic_status cic_resample_components(
    cic_resampler *resampler, const cic_component *components, int count, const float box[4], cic_filter filter,
    cic_target target, cic_planes output);
