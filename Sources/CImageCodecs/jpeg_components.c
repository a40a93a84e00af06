#include "decoder.h"

// Rows that one call yields of one component: four blocks of at most eight.
enum { MAX_ROWS = 32, SLACK = 64 };

static size_t rounded_up(size_t value, size_t step) { return (value + step - 1) / step * step; }

cic_status cic_jpeg_read_components(
    cic_decoder *decoder, unsigned reduction, uint32_t bottom, cic_component components[3], int *count) {
    if (reduction != 1 && reduction != 2 && reduction != 4 && reduction != 8)
        return cic_fail(decoder, CIC_INVALID, "a JPEG reduction is 1, 2, 4 or 8");
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    if (setjmp(decoder->jpeg_errors.escape)) return cic_jpeg_failed(decoder);

    jpeg->out_color_space = jpeg->jpeg_color_space;
    jpeg->raw_data_out = TRUE;
    jpeg->scale_num = 1;
    jpeg->scale_denom = reduction;
    jpeg_start_decompress(jpeg);

    JDIMENSION lines = (JDIMENSION)(jpeg->max_v_samp_factor * jpeg->min_DCT_scaled_size);
    size_t groups = (jpeg->output_height + lines - 1) / lines, total = SLACK;
    size_t starts[3] = {0}, strides[3] = {0};
    *count = jpeg->num_components;
    for (int c = 0; c < *count; c++) {
        const jpeg_component_info *info = &jpeg->comp_info[c];
        size_t blocks = rounded_up(info->width_in_blocks, (size_t)info->h_samp_factor);
        strides[c] = rounded_up(blocks * (size_t)info->DCT_scaled_size, 32);
        starts[c] = total;
        total += strides[c] * groups * (size_t)(info->v_samp_factor * info->DCT_scaled_size) + SLACK;
    }
    uint8_t *bytes = cic_scratch(decoder, total);
    if (!bytes) {
        jpeg_abort_decompress(jpeg);
        return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for the pixels");
    }
    for (int c = 0; c < *count; c++) {
        const jpeg_component_info *info = &jpeg->comp_info[c];
        components[c] = (cic_component){
            .pixels = bytes + starts[c],
            .row_bytes = strides[c],
            .width = (int)info->downsampled_width,
            .height = (int)info->downsampled_height,
            .across = (float)(info->h_samp_factor * info->DCT_scaled_size)
                / (float)(jpeg->max_h_samp_factor * jpeg->min_DCT_scaled_size),
            .down = (float)(info->v_samp_factor * info->DCT_scaled_size) / (float)lines,
        };
    }
    bool asked = false;
    while (jpeg->output_scanline < jpeg->output_height) {
        if (!asked && jpeg->output_scanline >= bottom) {
            asked = true;
            if (cic_jpeg_may_stop(decoder)) {
                jpeg_abort_decompress(jpeg);
                return CIC_OK;
            }
        }
        size_t group = jpeg->output_scanline / lines;
        JSAMPROW rows[3][MAX_ROWS];
        JSAMPARRAY planes[3] = {rows[0], rows[1], rows[2]};
        for (int c = 0; c < *count; c++) {
            size_t height = (size_t)(jpeg->comp_info[c].v_samp_factor * jpeg->comp_info[c].DCT_scaled_size);
            for (size_t i = 0; i < height; i++) rows[c][i] = bytes + starts[c] + (group * height + i) * strides[c];
        }
        jpeg_read_raw_data(jpeg, planes, lines);
    }
    jpeg_finish_decompress(jpeg);
    return CIC_OK;
}
