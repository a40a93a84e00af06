#pragma once

#include "cic_status.h"

// Changes of 8-bit colours in place, bit-identical to what torchvision makes of Pillow's images. `planes` holds red,
// green and blue, `count` values each. Factors are finite and not negative; 1 changes nothing.

/// Blends with black.
void cic_adjust_brightness(uint8_t *planes, size_t count, float factor);

/// Blends with the rounded mean of the gray values.
void cic_adjust_contrast(uint8_t *planes, size_t count, float factor);

/// Blends with the gray image.
void cic_adjust_saturation(uint8_t *planes, size_t count, float factor);

/// Converts to HSV in 8 bits and back, and adds `shift` to the hue, of which 256 make the whole circle.
void cic_adjust_hue(uint8_t *planes, size_t count, uint8_t shift);

/// Sets all three channels to the gray value of ITU-R 601.
void cic_gray(uint8_t *planes, size_t count);
