#include <stdlib.h>
#include <string.h>

#include "decoder.h"

// IHDR is always first: signature 8, length 4, type 4, width 4, height 4.
enum { HEADER_END = 24 };

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

cic_status cic_png_open(cic_decoder *decoder) {
    if (decoder->count < HEADER_END) return cic_fail(decoder, CIC_TRUNCATED, "the data ends inside IHDR");
    if (memcmp(decoder->bytes + 12, "IHDR", 4) != 0)
        return cic_fail(decoder, CIC_CORRUPT, "the first chunk is not IHDR");
    uint32_t width = big_endian(decoder->bytes + 16), height = big_endian(decoder->bytes + 20);
    if (width > PNG_UINT_31_MAX || height > PNG_UINT_31_MAX)
        return cic_fail(decoder, CIC_CORRUPT, "IHDR declares a size beyond the format's limit");
    decoder->header.width = width;
    decoder->header.height = height;
    // An animation says so in an acTL chunk before the first IDAT.
    for (size_t at = 8; decoder->count >= 8 && at <= decoder->count - 8;) {
        if (memcmp(decoder->bytes + at + 4, "IDAT", 4) == 0) break;
        if (memcmp(decoder->bytes + at + 4, "acTL", 4) == 0) {
            decoder->header.animated = true;
            break;
        }
        size_t length = big_endian(decoder->bytes + at);
        if (length > PNG_UINT_31_MAX || decoder->count - at - 8 < length) break;
        at += length + 12;
    }
    return CIC_OK;
}

static void on_error(png_structp png, png_const_charp text) {
    cic_decoder *decoder = png_get_error_ptr(png);
    if (decoder->png_status == CIC_OK) decoder->png_status = cic_fail(decoder, CIC_CORRUPT, text);
    longjmp(decoder->png_escape, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
    cic_decoder *decoder = png_get_io_ptr(png);
    if (count > decoder->count - decoder->position) {
        decoder->png_status = cic_fail(decoder, CIC_TRUNCATED, "the data ends early");
        png_error(png, "the data ends early");
    }
    memcpy(destination, decoder->bytes + decoder->position, count);
    decoder->position += count;
}

static bool reserve_rows(cic_decoder *decoder, size_t count) {
    if (decoder->row_count >= count) return true;
    free(decoder->rows);
    decoder->rows = malloc(count * sizeof(png_bytep));
    decoder->row_count = decoder->rows ? count : 0;
    return decoder->rows != NULL;
}

/// 16-bit gray saturates at 255 in Pillow's conversion of its mode I;16, or loses its low byte as other kinds do.
static void narrow(const uint8_t *gray16, uint8_t *rgb, size_t pixels, cic_gray16 rule) {
    for (size_t i = 0; i < pixels; i++) {
        uint8_t high = gray16[2 * i], low = gray16[2 * i + 1];
        uint8_t value = rule == CIC_GRAY16_SCALE ? high : high ? 255 : low;
        rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = value;
    }
}

typedef struct {
    size_t channel_bytes;  // per pixel, as libpng delivers it: 2 (16-bit gray), 3 or 4
    bool interlaced;
} layout;

static layout configure(cic_decoder *decoder, cic_alpha alpha) {
    png_structp png = decoder->png;
    png_infop info = decoder->png_info;
    png_byte color = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
    bool keyed = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    layout result = {.interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE};

    if (color == PNG_COLOR_TYPE_GRAY && depth == 16 && !(keyed && alpha == CIC_ALPHA_WHITE)) {
        result.channel_bytes = 2;
    } else {
        bool transparent = (color & PNG_COLOR_MASK_ALPHA) || keyed;
        if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
        if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        if (keyed && alpha == CIC_ALPHA_WHITE) png_set_tRNS_to_alpha(png);
        if (depth == 16) png_set_strip_16(png);
        if (!(color & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
        if (transparent && alpha == CIC_ALPHA_DROP) png_set_strip_alpha(png);
        result.channel_bytes = transparent && alpha == CIC_ALPHA_WHITE ? 4 : 3;
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return result;
}

static void deliver(const uint8_t *pixels, uint8_t *rgb, size_t count, layout layout, cic_reading reading) {
    if (layout.channel_bytes == 2) narrow(pixels, rgb, count, reading.gray16);
    if (layout.channel_bytes == 4) cic_flatten(pixels, rgb, count, reading.alpha);
}

/// Everything that libpng may leave by `longjmp`.
static cic_status read_image(cic_decoder *decoder, cic_reading reading, uint8_t *rgb) {
    if (setjmp(decoder->png_escape)) return decoder->png_status;
    size_t width = decoder->header.width, height = decoder->header.height;
    decoder->png_info = png_create_info_struct(decoder->png);
    if (!decoder->png_info) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a PNG reader");
    png_set_read_fn(decoder->png, decoder, read_bytes);
    png_set_user_limits(decoder->png, (png_uint_32)width, (png_uint_32)height);
    png_set_option(decoder->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_read_info(decoder->png, decoder->png_info);
    layout layout = configure(decoder, reading.alpha);
    if (png_get_rowbytes(decoder->png, decoder->png_info) != layout.channel_bytes * width)
        return cic_fail(decoder, CIC_CORRUPT, "the rows do not have the size that the header implies");

    bool direct = layout.channel_bytes == 3;
    size_t line = layout.channel_bytes * width, held = layout.interlaced ? height : 1;
    uint8_t *scratch = direct ? NULL : cic_scratch(decoder, line * held);
    if (!direct && !scratch) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for rows");
    if (layout.interlaced) {
        if (!reserve_rows(decoder, height)) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for rows");
        for (size_t y = 0; y < height; y++) decoder->rows[y] = (direct ? rgb : scratch) + y * line;
        png_read_image(decoder->png, decoder->rows);
        deliver(scratch, rgb, width * height, layout, reading);
    } else {
        for (size_t y = 0; y < height; y++) {
            png_read_row(decoder->png, direct ? rgb + y * line : scratch, NULL);
            deliver(scratch, rgb + 3 * width * y, width, layout, reading);
        }
    }
    png_read_end(decoder->png, NULL);
    return CIC_OK;
}

cic_status cic_png_read(cic_decoder *decoder, cic_reading reading, uint8_t *rgb) {
    decoder->position = 0;
    decoder->png_status = CIC_OK;
    decoder->png_info = NULL;
    decoder->png = NULL;
    if (setjmp(decoder->png_escape)) return decoder->png_status;
    decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
    if (!decoder->png) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a PNG reader");
    cic_status status = read_image(decoder, reading, rgb);
    png_destroy_read_struct(&decoder->png, &decoder->png_info, NULL);
    return status;
}
