#include "resample.h"

#include <stdlib.h>
#include <string.h>

// Up to four groups of four taps are loaded whatever the count of an output at the edge, 16 bytes each.
enum { OVERREAD = 64, ROW_SLACK = 32 };

cic_resampler *cic_resampler_create(void) { return calloc(1, sizeof(cic_resampler)); }

void cic_resampler_destroy(cic_resampler *resampler) {
    if (!resampler) return;
    cic_axis_release(&resampler->horizontal);
    cic_axis_release(&resampler->vertical);
    for (int i = 0; i < 2; i++) {
        cic_axis_release(&resampler->across[i]);
        cic_axis_release(&resampler->down[i]);
    }
    free(resampler->rows);
    free(resampler->padded_row);
    free(resampler);
}

void cic_resampler_set_portable(cic_resampler *resampler, bool portable) { resampler->portable = portable; }

bool cic_grow(uint8_t **bytes, size_t *capacity, size_t count) {
    if (*capacity >= count) return true;
    free(*bytes);
    *bytes = calloc(1, count);
    *capacity = *bytes ? count : 0;
    return *bytes != NULL;
}

bool cic_is_window(int window, int count, int size) {
    return size > 0 && count > 0 && window >= 0 && count <= size && window <= size - count;
}

/// Pillow 13's rule; it looks at the whole image, not at the box.
static bool is_vertical_first(cic_order order, const cic_source *source, const cic_target *target) {
    if (order == CIC_HORIZONTAL_FIRST || target->height >= source->height) return false;
    return (int64_t)source->height - target->height > 2 * ((int64_t)source->width - target->width);
}

typedef struct {
    cic_resampler *resampler;
    const cic_source *source;
    const cic_target *target;
    const cic_planes *output;
    cic_horizontal horizontal;
    cic_vertical vertical;
} passes;

static cic_status horizontal_first(const passes *passes) {
    cic_resampler *resampler = passes->resampler;
    const cic_source *source = passes->source;
    const cic_axis *across = &resampler->horizontal, *down = &resampler->vertical;
    int last = passes->target->window_height - 1;
    int top = down->first[0], bottom = down->first[last] + down->taps[last];
    size_t stride = (size_t)(across->padded_count + 15) / 16 * 16, plane = stride * (size_t)(bottom - top);
    size_t line = (size_t)3 * source->width;
    if (!cic_grow(&resampler->rows, &resampler->row_capacity, 3 * plane + ROW_SLACK)
        || !cic_grow(&resampler->padded_row, &resampler->padded_capacity, line + OVERREAD))
        return CIC_OUT_OF_MEMORY;
    for (int y = top; y < bottom; y++) {
        const uint8_t *row = source->pixels + (size_t)y * source->row_bytes;
        if ((size_t)(source->end - row) < line + OVERREAD) {
            memcpy(resampler->padded_row, row, line);
            row = resampler->padded_row;
        }
        uint8_t *red = resampler->rows + (size_t)(y - top) * stride;
        passes->horizontal(across, row, red, red + plane, red + 2 * plane);
    }
    for (int y = 0; y <= last; y++) {
        const uint8_t *rows = resampler->rows + (size_t)(down->first[y] - top) * stride;
        for (int c = 0; c < 3; c++) {
            uint8_t *destination =
                passes->output->pixels + c * passes->output->plane_bytes + (size_t)y * passes->output->row_bytes;
            passes->vertical(down, y, rows + c * plane, stride, passes->target->window_width, destination);
        }
    }
    return CIC_OK;
}

static cic_status vertical_first(const passes *passes) {
    cic_resampler *resampler = passes->resampler;
    const cic_source *source = passes->source;
    const cic_axis *across = &resampler->horizontal, *down = &resampler->vertical;
    size_t line = (size_t)3 * source->width, whole = line / 16 * 16;
    size_t outputs = (size_t)across->padded_count, count = (size_t)passes->target->window_width;
    if (!cic_grow(&resampler->padded_row, &resampler->padded_capacity, line + OVERREAD)
        || !cic_grow(&resampler->rows, &resampler->row_capacity, 3 * outputs))
        return CIC_OUT_OF_MEMORY;
    for (int y = 0; y < passes->target->window_height; y++) {
        const uint8_t *rows = source->pixels + (size_t)down->first[y] * source->row_bytes;
        uint8_t *row = resampler->padded_row, *planes = resampler->rows;
        passes->vertical(down, y, rows, source->row_bytes, (int)whole, row);
        // The vector loop would read past the last row here.
        cic_vertical_portable(down, y, rows + whole, source->row_bytes, (int)(line - whole), row + whole);
        passes->horizontal(across, row, planes, planes + outputs, planes + 2 * outputs);
        for (int c = 0; c < 3; c++) {
            uint8_t *destination =
                passes->output->pixels + c * passes->output->plane_bytes + (size_t)y * passes->output->row_bytes;
            memcpy(destination, planes + c * outputs, count);
        }
    }
    return CIC_OK;
}

cic_status cic_resample(
    cic_resampler *resampler, cic_source source, const float box[4], cic_filter filter, cic_order order,
    cic_target target, cic_planes output) {
    // Written so that a NaN fails.
    bool inside = box[0] >= 0 && box[1] >= 0 && box[2] > box[0] && box[3] > box[1]
        && box[2] <= (float)source.width && box[3] <= (float)source.height;
    if (!inside || !cic_is_window(target.window_x, target.window_width, target.width)
        || !cic_is_window(target.window_y, target.window_height, target.height))
        return CIC_INVALID;
    cic_status status = cic_axis_prepare(
        &resampler->horizontal, source.width, box[0], box[2], target.width, target.window_x, target.window_width,
        filter);
    if (status == CIC_OK)
        status = cic_axis_prepare(
            &resampler->vertical, source.height, box[1], box[3], target.height, target.window_y,
            target.window_height, filter);
    if (status != CIC_OK) return status;

    passes passes = {
        .resampler = resampler,
        .source = &source,
        .target = &target,
        .output = &output,
        .horizontal = cic_horizontal_portable,
        .vertical = cic_vertical_portable,
    };
#if defined(__x86_64__)
    if (!resampler->portable && cic_has_avx2()) {
        passes.horizontal = cic_horizontal_avx2;
        passes.vertical = cic_vertical_avx2;
    }
#endif
    return is_vertical_first(order, &source, &target) ? vertical_first(&passes) : horizontal_first(&passes);
}
