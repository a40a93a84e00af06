#include "include/cic_encode.h"

#include <stdlib.h>
#include <string.h>

#include "decoder.h"

void cic_buffer_free(cic_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (cic_buffer){NULL, 0};
}

typedef struct {
    png_structp png;
    png_infop info;
    cic_buffer buffer;
    size_t capacity;
    jmp_buf escape;
} png_sink;

static void png_failed(png_structp png, png_const_charp text) {
    (void)text;
    longjmp(((png_sink *)png_get_error_ptr(png))->escape, 1);
}

static void png_ignored(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void png_append(png_structp png, png_bytep bytes, size_t count) {
    png_sink *sink = png_get_io_ptr(png);
    if (sink->capacity - sink->buffer.count < count) {
        size_t capacity = 2 * (sink->buffer.count + count) + 4096;
        uint8_t *grown = realloc(sink->buffer.bytes, capacity);
        if (!grown) png_error(png, "no memory");
        sink->buffer.bytes = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->buffer.bytes + sink->buffer.count, bytes, count);
    sink->buffer.count += count;
}

static void png_flushed(png_structp png) { (void)png; }

static bool write_png(png_sink *sink, const uint8_t *rgb, uint32_t width, uint32_t height, int level) {
    if (setjmp(sink->escape)) return false;
    sink->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, sink, png_failed, png_ignored);
    if (!sink->png) return false;
    sink->info = png_create_info_struct(sink->png);
    if (!sink->info) return false;
    png_set_write_fn(sink->png, sink, png_append, png_flushed);
    png_set_compression_level(sink->png, level);
    png_set_IHDR(
        sink->png, sink->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(sink->png, sink->info);
    for (uint32_t y = 0; y < height; y++) png_write_row(sink->png, rgb + (size_t)3 * width * y);
    png_write_end(sink->png, NULL);
    return true;
}

cic_status cic_encode_png(
    const uint8_t *rgb, uint32_t width, uint32_t height, int level, cic_buffer *output) {
    *output = (cic_buffer){NULL, 0};
    if (width == 0 || height == 0 || width > PNG_USER_WIDTH_MAX || height > PNG_USER_HEIGHT_MAX || level < 0
        || level > 9)
        return CIC_INVALID;
    png_sink *sink = calloc(1, sizeof *sink);
    if (!sink) return CIC_OUT_OF_MEMORY;
    bool written = write_png(sink, rgb, width, height, level);
    png_destroy_write_struct(&sink->png, &sink->info);
    if (written) {
        *output = sink->buffer;
    } else {
        free(sink->buffer.bytes);
    }
    free(sink);
    return written ? CIC_OK : CIC_OUT_OF_MEMORY;
}

typedef struct {
    struct jpeg_compress_struct jpeg;
    cic_jpeg_errors errors;
    unsigned char *bytes;
    unsigned long count;
    char message[JMSG_LENGTH_MAX];
} jpeg_sink;

static cic_status write_jpeg(
    jpeg_sink *sink, const uint8_t *rgb, uint32_t width, uint32_t height, int quality, bool full_chroma) {
    struct jpeg_compress_struct *jpeg = &sink->jpeg;
    jpeg->err = cic_jpeg_errors_install(&sink->errors, sink->message, sizeof sink->message);
    if (setjmp(sink->errors.escape)) return sink->errors.status;
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &sink->bytes, &sink->count);
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = full_chroma ? 1 : 2;
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + (size_t)3 * width * jpeg->next_scanline);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return CIC_OK;
}

cic_status cic_encode_jpeg(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, bool full_chroma, cic_buffer *output) {
    *output = (cic_buffer){NULL, 0};
    if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION || quality < 1
        || quality > 100)
        return CIC_INVALID;
    jpeg_sink *sink = calloc(1, sizeof *sink);
    if (!sink) return CIC_OUT_OF_MEMORY;
    cic_status status = write_jpeg(sink, rgb, width, height, quality, full_chroma);
    jpeg_destroy_compress(&sink->jpeg);
    if (status == CIC_OK) {
        *output = (cic_buffer){sink->bytes, sink->count};
    } else {
        free(sink->bytes);
    }
    free(sink);
    return status;
}
