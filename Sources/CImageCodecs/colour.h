// The loops over colours, compiled once for each instruction set.
#pragma once

#include <stddef.h>
#include <stdint.h>

// A fused multiply-add would change the last bit.
#pragma STDC FP_CONTRACT OFF

#define CIC_LOOP static inline __attribute__((always_inline))

CIC_LOOP uint8_t gray_of(unsigned red, unsigned green, unsigned blue) {
    return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

CIC_LOOP uint8_t blended(int from, int to, float factor) {
    float value = (float)from + factor * (float)(to - from);
    value = value > 0.0f ? value : 0.0f;
    return (uint8_t)(int)(value < 255.0f ? value : 255.0f);
}

CIC_LOOP void gray_loop(
    const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue, size_t count,
    uint8_t *restrict gray) {
    for (size_t i = 0; i < count; i++) gray[i] = gray_of(red[i], green[i], blue[i]);
}

CIC_LOOP void blend_loop(uint8_t *values, size_t count, int ground, float factor) {
    for (size_t i = 0; i < count; i++) values[i] = blended(ground, values[i], factor);
}

CIC_LOOP void saturation_loop(
    uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue, size_t count, float factor) {
    for (size_t i = 0; i < count; i++) {
        int gray = gray_of(red[i], green[i], blue[i]);
        red[i] = blended(gray, red[i], factor);
        green[i] = blended(gray, green[i], factor);
        blue[i] = blended(gray, blue[i], factor);
    }
}

/// Half up; no value met here lies so close below a half that this differs from rounding it.
CIC_LOOP int rounded(double value) { return (int)(value + 0.5); }

CIC_LOOP void hue_loop(
    uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue, size_t count, uint8_t shift) {
    for (size_t i = 0; i < count; i++) {
        int r = red[i], g = green[i], b = blue[i];
        int high = r > g ? r : g, low = r < g ? r : g;
        high = high > b ? high : b;
        low = low < b ? low : b;
        // Gray has neither hue nor saturation; ones below keep the divisions defined.
        float spread = high > low ? (float)(high - low) : 1.0f;
        float saturation = (float)(high - low) / (high > 0 ? (float)high : 1.0f);
        float rest_r = (float)(high - r) / spread, rest_g = (float)(high - g) / spread,
              rest_b = (float)(high - b) / spread;
        float at_red = rest_b - rest_g;
        float at_green = (float)(2.0 + (double)rest_r - (double)rest_b);
        float at_blue = (float)(4.0 + (double)rest_g - (double)rest_r);
        float sector = r == high ? at_red : g == high ? at_green : at_blue;
        double turn = (double)sector / 6.0 + 1.0;
        float angle = (float)(turn >= 1.0 ? turn - 1.0 : turn);
        int hue = (int)((double)angle * 255.0), s = (int)((double)saturation * 255.0);
        hue = ((hue > 255 ? 255 : hue) + shift) & 255;

        double place = (double)((float)hue) * 6.0 / 255.0;
        int sixth = (int)place;
        float fraction = (float)(place - (double)sixth);
        float strength = (float)((double)(float)s / 255.0);
        double value = (double)(float)high;
        int p = rounded(value * (1.0 - (double)strength));
        int q = rounded(value * (1.0 - (double)(strength * fraction)));
        int t = rounded(value * (1.0 - (double)strength * (1.0 - (double)fraction)));
        int k = sixth == 6 ? 0 : sixth;
        red[i] = (uint8_t)(k == 0 || k == 5 ? high : k == 1 ? q : k == 4 ? t : p);
        green[i] = (uint8_t)(k == 1 || k == 2 ? high : k == 0 ? t : k == 3 ? q : p);
        blue[i] = (uint8_t)(k == 3 || k == 4 ? high : k == 2 ? t : k == 5 ? q : p);
    }
}
