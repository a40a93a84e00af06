// Scaling of a JPEG's own components: colour differences are never brought to full size, and colours are
// converted at the size of the output.
#include <math.h>
#include <string.h>

#include "include/cic_planes.h"
#include "resample.h"

enum { SLACK = 64 };

/// Cuts the component to the pixels that the box touches, as a crop would, and computes both axes of the rest.
static cic_status prepare(
    cic_resampler *resampler, cic_component *part, bool is_colour, const float box[4], cic_filter filter,
    const cic_target *target) {
    cic_axis *across = &resampler->across[is_colour], *down = &resampler->down[is_colour];
    across->is_short = down->is_short = true;
    float left = box[0] * part->across, right = fminf(box[2] * part->across, (float)part->width);
    float top = box[1] * part->down, bottom = fminf(box[3] * part->down, (float)part->height);
    if (!(left >= 0 && top >= 0 && right > left && bottom > top)) return CIC_INVALID;
    int x = (int)left, y = (int)top;
    part->pixels += (size_t)y * part->row_bytes + (size_t)x;
    part->width = (int)ceilf(right) - x;
    part->height = (int)ceilf(bottom) - y;
    cic_status status = cic_axis_prepare(
        across, part->width, left - (float)x, right - (float)x, target->width, target->window_x,
        target->window_width, filter);
    if (status != CIC_OK) return status;
    return cic_axis_prepare(
        down, part->height, top - (float)y, bottom - (float)y, target->height, target->window_y,
        target->window_height, filter);
}

cic_status cic_resample_components(
    cic_resampler *resampler, const cic_component *components, int count, const float box[4], cic_filter filter,
    cic_target target, cic_planes output) {
    if ((count != 1 && count != 3) || !cic_is_window(target.window_x, target.window_width, target.width)
        || !cic_is_window(target.window_y, target.window_height, target.height))
        return CIC_INVALID;
    bool vectors = false;
#if defined(__x86_64__)
    vectors = !resampler->portable && cic_has_avx2();
#endif
    size_t outputs = ((size_t)target.window_width + 31) / 32 * 32 + SLACK;
    size_t planes = (size_t)(target.window_height) * outputs, widest = 0;
    for (int c = 0; c < count; c++)
        if (widest < (size_t)components[c].width) widest = (size_t)components[c].width;
    if (!cic_grow(&resampler->rows, &resampler->row_capacity, (size_t)count * planes)
        || !cic_grow(&resampler->padded_row, &resampler->padded_capacity, widest + SLACK))
        return CIC_OUT_OF_MEMORY;
    for (int c = 0; c < count; c++) {
        cic_component part = components[c];
        cic_status status = prepare(resampler, &part, c > 0, box, filter, &target);
        if (status != CIC_OK) return status;
        const cic_axis *across = &resampler->across[c > 0], *down = &resampler->down[c > 0];
        // Only the columns that the second pass looks at.
        int last = target.window_width - 1, first = across->first[0] / 32 * 32;
        int width = across->first[last] + across->taps[last] - first;
        uint8_t *line = resampler->padded_row, *scaled = resampler->rows + (size_t)c * planes;
        for (int y = 0; y < target.window_height; y++, scaled += outputs) {
            const uint8_t *rows = part.pixels + (size_t)down->first[y] * part.row_bytes + first;
#if defined(__x86_64__)
            if (vectors) {
                cic_short_down_avx2(down, y, rows, part.row_bytes, width, line + first);
                cic_short_across_avx2(across, line, scaled);
                continue;
            }
#endif
            cic_short_down_portable(down, y, rows, part.row_bytes, width, line + first);
            cic_short_across_portable(across, line, scaled);
        }
    }
    for (int y = 0; y < target.window_height; y++) {
        const uint8_t *row = resampler->rows + (size_t)y * outputs;
        uint8_t *red = output.pixels + (size_t)y * output.row_bytes, *green = red + output.plane_bytes,
                *blue = green + output.plane_bytes;
        if (count == 1) {
            memcpy(red, row, (size_t)target.window_width);
            memcpy(green, row, (size_t)target.window_width);
            memcpy(blue, row, (size_t)target.window_width);
            continue;
        }
        const uint8_t *cb = row + planes, *cr = cb + planes;
#if defined(__x86_64__)
        if (vectors) {
            cic_rgb_from_ycc_avx2(row, cb, cr, target.window_width, red, green, blue);
            continue;
        }
#endif
        cic_rgb_from_ycc_portable(row, cb, cr, target.window_width, red, green, blue);
    }
    (void)vectors;
    return CIC_OK;
}
