#include <stdlib.h>
#include <string.h>

#include "decoder.h"

// IHDR is always first: signature 8, length 4, type 4, width 4, height 4.
enum { SIGNATURE = 8, CHUNK_HEADER = 8, HEADER_END = 24, CHECKSUM = 4 };

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

/// zlib's words for pixels that do not have the checksum behind them.
static void note_sum(cic_decoder *decoder, png_const_charp text) {
    if (strstr(text, "incorrect data check")) decoder->png_rows.wrong_sum = true;
}

static void on_error(png_structp png, png_const_charp text) {
    cic_decoder *decoder = png_get_error_ptr(png);
    note_sum(decoder, text);
    if (decoder->png_status == CIC_OK) decoder->png_status = cic_fail(decoder, CIC_CORRUPT, text);
    longjmp(decoder->png_escape, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    note_sum(png_get_error_ptr(png), text);
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
    cic_decoder *decoder = png_get_io_ptr(png);
    size_t left = decoder->count - decoder->position;
    if (decoder->png_rows.rgb && count == CHECKSUM && left < count) {
        // Nobody looks at a chunk's checksum; what is missing behind it is noticed when it is read.
        memset(destination, 0, count);
        decoder->position = decoder->count;
        return;
    }
    if (count > left) {
        decoder->png_status = cic_fail(decoder, CIC_TRUNCATED, "the data ends early");
        png_error(png, "the data ends early");
    }
    memcpy(destination, decoder->bytes + decoder->position, count);
    if (decoder->png_rows.cut_chunk && decoder->position == decoder->png_rows.cut_chunk) {
        // libpng reads chunks in large pieces, so this one says how much there is of it.
        uint32_t there = (uint32_t)(decoder->count - decoder->position - CHUNK_HEADER);
        for (int i = 0; i < 4; i++) destination[i] = (png_byte)(there >> (24 - 8 * i));
    }
    decoder->position += count;
}

/// Where the chunk of pixels starts that the end of the file cuts, or 0.
static size_t find_cut_chunk(const cic_decoder *decoder) {
    size_t at = SIGNATURE;
    while (decoder->count >= CHUNK_HEADER && at <= decoder->count - CHUNK_HEADER) {
        size_t length = big_endian(decoder->bytes + at);
        if (decoder->count - at - CHUNK_HEADER < length)
            return memcmp(decoder->bytes + at + 4, "IDAT", 4) == 0 && length <= PNG_UINT_31_MAX ? at : 0;
        at += CHUNK_HEADER + length + CHECKSUM;
    }
    return 0;
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

static void configure(cic_decoder *decoder, cic_reading reading) {
    cic_alpha alpha = reading.alpha;
    png_structp png = decoder->png;
    png_infop info = decoder->png_info;
    png_byte color = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
    bool keyed = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    decoder->png_rows.reading = reading;
    decoder->png_rows.interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;

    if (color == PNG_COLOR_TYPE_GRAY && depth == 16 && !(keyed && alpha == CIC_ALPHA_WHITE)) {
        decoder->png_rows.channel_bytes = 2;
    } else {
        bool transparent = (color & PNG_COLOR_MASK_ALPHA) || keyed;
        if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
        if (color == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        if (keyed && alpha == CIC_ALPHA_WHITE) png_set_tRNS_to_alpha(png);
        if (depth == 16) png_set_strip_16(png);
        if (!(color & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
        if (transparent && alpha == CIC_ALPHA_DROP) png_set_strip_alpha(png);
        decoder->png_rows.channel_bytes = transparent && alpha == CIC_ALPHA_WHITE ? 4 : 3;
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

static void deliver(cic_decoder *decoder, uint8_t *rgb, size_t count) {
    const uint8_t *pixels = decoder->png_rows.scratch;
    if (decoder->png_rows.channel_bytes == 2) narrow(pixels, rgb, count, decoder->png_rows.reading.gray16);
    if (decoder->png_rows.channel_bytes == 4) cic_flatten(pixels, rgb, count, decoder->png_rows.reading.alpha);
}

/// Delivers what a single row, or all rows of an interlaced image, left to be done.
static cic_status deliver_last(cic_decoder *decoder) {
    if (decoder->png_rows.wrong_sum)
        return cic_fail(decoder, CIC_CORRUPT, "the checksum of the pixels is wrong");
    size_t width = decoder->header.width, height = decoder->header.height;
    if (decoder->png_rows.interlaced)
        deliver(decoder, decoder->png_rows.rgb, width * height);
    else
        deliver(decoder, decoder->png_rows.rgb + 3 * width * (height - 1), width);
    return CIC_OK;
}

/// Whether libpng has made all pixels, whatever it met behind them.
static bool has_all_rows(cic_decoder *decoder) {
    if (!decoder->png_rows.rgb) return false;
    return decoder->png_rows.interlaced
        ? png_get_current_pass_number(decoder->png) >= 7
        : png_get_current_row_number(decoder->png) >= decoder->header.height;
}

/// Everything that libpng may leave by `longjmp`.
///
/// As in Pillow, an image is whole when its pixels are: the end of the file may be missing, and the checksums of the chunks
/// that hold pixels are not looked at.
static cic_status read_image(cic_decoder *decoder, cic_reading reading, uint8_t *rgb) {
    if (setjmp(decoder->png_escape)) return has_all_rows(decoder) ? deliver_last(decoder) : decoder->png_status;
    size_t width = decoder->header.width, height = decoder->header.height;
    decoder->png_info = png_create_info_struct(decoder->png);
    if (!decoder->png_info) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a PNG reader");
    png_set_read_fn(decoder->png, decoder, read_bytes);
    png_set_user_limits(decoder->png, (png_uint_32)width, (png_uint_32)height);
    png_set_option(decoder->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_read_info(decoder->png, decoder->png_info);
    png_set_crc_action(decoder->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    configure(decoder, reading);
    size_t channel_bytes = decoder->png_rows.channel_bytes;
    bool interlaced = decoder->png_rows.interlaced;
    if (png_get_rowbytes(decoder->png, decoder->png_info) != channel_bytes * width)
        return cic_fail(decoder, CIC_CORRUPT, "the rows do not have the size that the header implies");

    bool direct = channel_bytes == 3;
    size_t line = channel_bytes * width, held = interlaced ? height : 1;
    uint8_t *scratch = direct ? NULL : cic_scratch(decoder, line * held);
    if (!direct && !scratch) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for rows");
    if (interlaced && !reserve_rows(decoder, height))
        return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for rows");
    decoder->png_rows.scratch = scratch;
    decoder->png_rows.rgb = rgb;
    if (interlaced) {
        for (size_t y = 0; y < height; y++) decoder->rows[y] = (direct ? rgb : scratch) + y * line;
        png_read_image(decoder->png, decoder->rows);
    } else {
        for (size_t y = 0; y < height; y++) {
            if (y > 0) deliver(decoder, rgb + 3 * width * (y - 1), width);
            png_read_row(decoder->png, direct ? rgb + y * line : scratch, NULL);
        }
    }
    return deliver_last(decoder);
}

cic_status cic_png_read(cic_decoder *decoder, cic_reading reading, uint8_t *rgb) {
    decoder->position = 0;
    decoder->png_status = CIC_OK;
    decoder->png_info = NULL;
    decoder->png = NULL;
    memset(&decoder->png_rows, 0, sizeof decoder->png_rows);
    decoder->png_rows.cut_chunk = find_cut_chunk(decoder);
    if (setjmp(decoder->png_escape)) return decoder->png_status;
    decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
    if (!decoder->png) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a PNG reader");
    cic_status status = read_image(decoder, reading, rgb);
    png_destroy_read_struct(&decoder->png, &decoder->png_info, NULL);
    return status;
}
