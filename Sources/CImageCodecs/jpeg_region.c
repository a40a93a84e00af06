#include <string.h>

#include "decoder.h"

// Smooth chroma looks at one neighbour to either side, which is up to four pixels wide.
enum { MARGIN = 8 };

bool cic_jpeg_may_stop(cic_decoder *decoder) {
    const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    // Several scans were all read before the first row.
    if (jpeg_has_multiple_scans(&decoder->jpeg) || jpeg->unread_marker == JPEG_EOI) return true;
    if (jpeg->unread_marker != 0) return false;
    // What comes next of a scan's end has to be the end of the file; else reading on decides, as for a whole image.
    const uint8_t *next = decoder->jpeg_source.next_input_byte;
    size_t left = decoder->jpeg_source.bytes_in_buffer;
    while (left > 1) {
        const uint8_t *mark = memchr(next, 0xFF, left - 1);
        if (!mark) return false;
        left -= (size_t)(mark + 1 - next);
        next = mark + 1;
        if (*next == JPEG_EOI) return true;
        bool is_data = *next == 0 || *next == 0xFF || (*next >= JPEG_RST0 && *next <= JPEG_RST0 + 7);
        if (!is_data) return false;
    }
    return false;
}

/// Whether libjpeg smooths blocks by their neighbours, as it does while scans are missing; a cut would show then.
static bool is_smoothed(const struct jpeg_decompress_struct *jpeg) {
    if (!jpeg->progressive_mode || !jpeg->coef_bits) return false;
    for (int c = 0; c < jpeg->num_components; c++)
        for (int k = 1; k < 10; k++)
            if (jpeg->coef_bits[c][k] != 0) return true;
    return false;
}

cic_status cic_jpeg_read_region(
    cic_decoder *decoder, cic_region region, uint8_t *rgb, size_t capacity, cic_region *decoded) {
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    uint32_t right = region.x + region.width + MARGIN, bottom = region.y + region.height;
    // Converted by hand, and rare: all of it.
    if (jpeg->num_components == 4) return cic_jpeg_read(decoder, 1, rgb, capacity);
    if (setjmp(decoder->jpeg_errors.escape)) return cic_jpeg_failed(decoder);

    jpeg->out_color_space = JCS_RGB;
    jpeg->raw_data_out = FALSE;
    jpeg->scale_num = jpeg->scale_denom = 1;
    jpeg_start_decompress(jpeg);
    JDIMENSION x = region.x > MARGIN ? region.x - MARGIN : 0;
    JDIMENSION width = (right < jpeg->output_width ? right : jpeg->output_width) - x;
    if (is_smoothed(jpeg)) {
        x = 0;
        width = jpeg->output_width;
    }
    if (width < jpeg->output_width) jpeg_crop_scanline(jpeg, &x, &width);
    if (region.y > 0) jpeg_skip_scanlines(jpeg, region.y);
    size_t line = (size_t)3 * width;
    while (jpeg->output_scanline < bottom) {
        JDIMENSION row = jpeg->output_scanline;
        JSAMPROW rows[4];
        for (JDIMENSION i = 0; i < 4; i++)
            rows[i] = rgb + line * ((row + i < bottom ? row + i : bottom - 1) - region.y);
        jpeg_read_scanlines(jpeg, rows, bottom - row < 4 ? bottom - row : 4);
    }
    *decoded = (cic_region){x, region.y, width, region.height};
    if (bottom < jpeg->output_height && cic_jpeg_may_stop(decoder)) {
        jpeg_abort_decompress(jpeg);
        return CIC_OK;
    }
    if (bottom < jpeg->output_height) {
        // Skipping to the very end would read nothing at all, so the last row is decoded; there is room for it.
        if (bottom + 1 < jpeg->output_height) jpeg_skip_scanlines(jpeg, jpeg->output_height - 1 - bottom);
        JSAMPROW last[1] = {rgb + line * region.height};
        jpeg_read_scanlines(jpeg, last, 1);
    }
    jpeg_finish_decompress(jpeg);
    return CIC_OK;
}
