#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "resample.h"

// Fused multiply-adds would change the last bit of a weight on processors that have them.
#pragma STDC FP_CONTRACT OFF

// Bounds the tables at 50 MB: a scaled-down side of half a million pixels, or an output of 250,000.
enum { MAX_WEIGHTS = 1 << 21 };

static double support_of(cic_filter filter) { return filter == CIC_BICUBIC ? 2.0 : 1.0; }

/// The filter's value at distance `x` in units of its scale; bicubic is Keys' kernel with a = -1/2.
static double value_at(cic_filter filter, double x) {
    const double a = -0.5;
    x = fabs(x);
    if (filter == CIC_BILINEAR) return x < 1.0 ? 1.0 - x : 0.0;
    if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
    return 0.0;
}

void cic_axis_release(cic_axis *axis) {
    free(axis->first);
    free(axis->taps);
    free(axis->weights);
    free(axis->high);
    free(axis->low);
    free(axis->expanded);
    *axis = (cic_axis){.is_short = axis->is_short};
}

static bool reserve(cic_axis *axis, size_t outputs, size_t weights) {
    if (axis->index_capacity >= outputs && axis->weight_capacity >= weights) return true;
    cic_axis_release(axis);
    axis->first = malloc(outputs * sizeof(int));
    axis->taps = malloc(outputs * sizeof(int));
    axis->weights = malloc(weights * sizeof(int32_t));
    axis->high = malloc(weights * sizeof(int16_t));
    axis->low = malloc(weights * sizeof(int16_t));
    axis->expanded = malloc(8 * weights * sizeof(int16_t));
    if (!axis->first || !axis->taps || !axis->weights || !axis->high || !axis->low || !axis->expanded) {
        cic_axis_release(axis);
        return false;
    }
    axis->index_capacity = outputs;
    axis->weight_capacity = weights;
    return true;
}

/// Splits the weights of one output for multiplication in 16 bits.
static void split(cic_axis *axis, int index) {
    size_t at = (size_t)index * axis->stride;
    if (axis->is_short) {
        const int shift = CIC_PRECISION - CIC_SHORT_PRECISION;
        for (int t = 0; t < axis->stride; t++)
            axis->low[at + t] = (int16_t)((axis->weights[at + t] + (1 << (shift - 1))) >> shift);
        return;
    }
    for (int t = 0; t < axis->stride; t++) {
        int32_t low = axis->weights[at + t] & ((1 << CIC_LOW_BITS) - 1);
        axis->low[at + t] = (int16_t)low;
        axis->high[at + t] = (int16_t)((axis->weights[at + t] - low) / (1 << CIC_LOW_BITS));
    }
    for (int group = 0; group < axis->stride; group += CIC_GROUP) {
        int16_t *wide = axis->expanded + 8 * (at + group);
        for (int lane = 0; lane < 16; lane++) {
            // Each half of the vector is r r g g b b and two unused lanes, for taps 0, 1 and for taps 2, 3.
            int tap = group + (lane & 1) + (lane >= 8 ? 2 : 0);
            bool used = (lane & 7) < 6;
            wide[lane] = used ? axis->high[at + tap] : 0;
            wide[16 + lane] = used ? axis->low[at + tap] : 0;
        }
    }
}

cic_status cic_axis_prepare(
    cic_axis *axis, int input, float start, float stop, int output, int window, int window_count,
    cic_filter filter) {
    if (axis->valid && axis->input == input && axis->output == output && axis->window == window
        && axis->window_count == window_count && axis->start == start && axis->stop == stop
        && axis->filter == filter)
        return CIC_OK;
    axis->valid = false;

    double scale = (double)(stop - start) / output;
    double filter_scale = scale < 1.0 ? 1.0 : scale;
    double reach = support_of(filter) * filter_scale;
    size_t most = (size_t)ceil(reach) * 2 + 1;
    if (most > (size_t)input) most = (size_t)input;
    size_t group = axis->is_short ? CIC_SHORT_GROUP : CIC_GROUP;
    size_t stride = (most + group - 1) / group * group;
    size_t padded = ((size_t)window_count + 3) / 4 * 4;
    if (stride * padded > MAX_WEIGHTS) return CIC_INVALID;
    double *exact = malloc(stride * sizeof(double));
    if (!exact || !reserve(axis, padded, stride * padded)) {
        free(exact);
        return CIC_OUT_OF_MEMORY;
    }

    axis->stride = (int)stride;
    axis->padded_count = (int)padded;
    for (size_t i = 0; i < padded; i++) {
        axis->first[i] = 0;
        axis->taps[i] = 0;
        // Loads of whole groups meet these too.
        memset(axis->low + i * stride, 0, stride * sizeof(int16_t));
        memset(axis->expanded + 8 * i * stride, 0, 8 * stride * sizeof(int16_t));
        int32_t *weights = axis->weights + i * stride;
        memset(weights, 0, stride * sizeof(int32_t));
        if (i >= (size_t)window_count) continue;
        double center = start + (window + (int)i + 0.5) * scale;
        int first = (int)(center - reach + 0.5), last = (int)(center + reach + 0.5);
        if (first < 0) first = 0;
        if (last > input) last = input;
        int taps = last > first ? last - first : 0;
        double sum = 0.0;
        for (int t = 0; t < taps; t++) {
            exact[t] = value_at(filter, (t + first - center + 0.5) * (1.0 / filter_scale));
            sum += exact[t];
        }
        for (int t = 0; t < taps; t++) {
            double share = sum != 0.0 ? exact[t] / sum : exact[t];
            weights[t] = (int32_t)((share < 0 ? -0.5 : 0.5) + share * (1 << CIC_PRECISION));
        }
        axis->first[i] = first;
        axis->taps[i] = taps;
        split(axis, (int)i);
    }
    free(exact);
    axis->input = input;
    axis->output = output;
    axis->window = window;
    axis->window_count = window_count;
    axis->start = start;
    axis->stop = stop;
    axis->filter = filter;
    axis->valid = true;
    return CIC_OK;
}
