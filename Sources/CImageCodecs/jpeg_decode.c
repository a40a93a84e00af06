#include <jerror.h>
#include <stdlib.h>

#include "decoder.h"

// A few hundred bytes can declare thousands of passes over a large image; real files have about ten.
enum { MAX_SCANS = 100 };

static void source_start(j_decompress_ptr info) { (void)info; }

static boolean source_fill(j_decompress_ptr info) {
    ERREXIT(info, JERR_INPUT_EOF);
    return FALSE;
}

static void source_skip(j_decompress_ptr info, long count) {
    if (count <= 0) return;
    if ((size_t)count > info->src->bytes_in_buffer) ERREXIT(info, JERR_INPUT_EOF);
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= (size_t)count;
}

static void source_end(j_decompress_ptr info) { (void)info; }

static void check_scans(j_common_ptr info) {
    if (((j_decompress_ptr)info)->input_scan_number > MAX_SCANS) ERREXIT(info, JERR_BAD_PROGRESSION);
}

void cic_jpeg_close(cic_decoder *decoder) {
    if (decoder->jpeg_created) jpeg_destroy_decompress(&decoder->jpeg);
    decoder->jpeg_created = false;
}

cic_status cic_jpeg_failed(cic_decoder *decoder) {
    jpeg_abort_decompress(&decoder->jpeg);
    return decoder->jpeg_errors.status;
}

static cic_status create(cic_decoder *decoder) {
    decoder->jpeg.err =
        cic_jpeg_errors_install(&decoder->jpeg_errors, decoder->message, sizeof decoder->message);
    if (setjmp(decoder->jpeg_errors.escape)) return decoder->jpeg_errors.status;
    jpeg_create_decompress(&decoder->jpeg);
    decoder->jpeg_created = true;
    decoder->jpeg_source = (struct jpeg_source_mgr){
        .init_source = source_start,
        .fill_input_buffer = source_fill,
        .skip_input_data = source_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = source_end,
    };
    decoder->jpeg.src = &decoder->jpeg_source;
    decoder->jpeg_progress.progress_monitor = check_scans;
    decoder->jpeg.progress = &decoder->jpeg_progress;
    return CIC_OK;
}

cic_status cic_jpeg_open(cic_decoder *decoder) {
    // A new object for each image: libjpeg keeps tables, with which it would decode a later image that lacks its own.
    cic_jpeg_close(decoder);
    cic_status status = create(decoder);
    if (status != CIC_OK) return status;
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    if (setjmp(decoder->jpeg_errors.escape)) return cic_jpeg_failed(decoder);
    decoder->jpeg_source.next_input_byte = decoder->bytes;
    decoder->jpeg_source.bytes_in_buffer = decoder->count;
    jpeg_read_header(jpeg, TRUE);
    decoder->header.width = jpeg->image_width;
    decoder->header.height = jpeg->image_height;
    return CIC_OK;
}

static inline uint8_t multiplied(unsigned a, unsigned b) {
    unsigned value = a * b + 128;
    return (uint8_t)((value + (value >> 8)) >> 8);
}

/// Stored values are taken as inverted, as every known writer of CMYK JPEG leaves them.
void cic_jpeg_rgb_from_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t pixels) {
    for (size_t i = 0; i < pixels; i++, cmyk += 4, rgb += 3) {
        unsigned black = cmyk[3];
        for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(black - multiplied(255u - cmyk[c], black));
    }
}

cic_status cic_jpeg_read(cic_decoder *decoder, unsigned reduction, uint8_t *rgb, size_t capacity) {
    if (reduction != 1 && reduction != 2 && reduction != 4 && reduction != 8)
        return cic_fail(decoder, CIC_INVALID, "a JPEG reduction is 1, 2, 4 or 8");
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    if (setjmp(decoder->jpeg_errors.escape)) return cic_jpeg_failed(decoder);

    bool cmyk = jpeg->num_components == 4;
    jpeg->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg->raw_data_out = FALSE;
    jpeg->scale_num = 1;
    jpeg->scale_denom = reduction;
    jpeg_calc_output_dimensions(jpeg);
    size_t width = jpeg->output_width, height = jpeg->output_height;
    if (capacity / 3 / width < height) {
        jpeg_abort_decompress(jpeg);
        return cic_fail(decoder, CIC_INVALID, "the destination is too small for the image");
    }
    uint8_t *line = cmyk ? cic_scratch(decoder, 4 * width) : NULL;
    if (cmyk && !line) {
        jpeg_abort_decompress(jpeg);
        return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a row");
    }
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        size_t row = jpeg->output_scanline;
        if (cmyk) {
            JSAMPROW rows[1] = {line};
            if (jpeg_read_scanlines(jpeg, rows, 1) == 1)
                cic_jpeg_rgb_from_cmyk(line, rgb + 3 * width * row, width);
            continue;
        }
        JSAMPROW rows[4];
        for (size_t i = 0; i < 4; i++)
            rows[i] = rgb + 3 * width * (row + i < height ? row + i : height - 1);
        size_t left = height - row;
        jpeg_read_scanlines(jpeg, rows, (JDIMENSION)(left < 4 ? left : 4));
    }
    jpeg_finish_decompress(jpeg);
    return CIC_OK;
}
