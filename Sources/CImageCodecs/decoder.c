#include "decoder.h"

#include <stdlib.h>
#include <string.h>

cic_decoder *cic_decoder_create(void) { return calloc(1, sizeof(cic_decoder)); }

void cic_decoder_destroy(cic_decoder *decoder) {
    if (!decoder) return;
    cic_jpeg_close(decoder);
    free(decoder->scratch);
    free(decoder->rows);
    free(decoder);
}

const char *cic_decoder_message(const cic_decoder *decoder) { return decoder->message; }

cic_status cic_fail(cic_decoder *decoder, cic_status status, const char *text) {
    snprintf(decoder->message, sizeof decoder->message, "%s", text);
    return status;
}

uint8_t *cic_scratch(cic_decoder *decoder, size_t count) {
    if (decoder->scratch_count < count) {
        free(decoder->scratch);
        decoder->scratch = malloc(count);
        decoder->scratch_count = decoder->scratch ? count : 0;
    }
    return decoder->scratch;
}

void cic_flatten(const uint8_t *rgba, uint8_t *rgb, size_t pixels, cic_alpha alpha) {
    if (alpha == CIC_ALPHA_DROP) {
        for (size_t i = 0; i < pixels; i++) {
            rgb[3 * i] = rgba[4 * i];
            rgb[3 * i + 1] = rgba[4 * i + 1];
            rgb[3 * i + 2] = rgba[4 * i + 2];
        }
        return;
    }
    for (size_t i = 0; i < pixels; i++) {
        unsigned opacity = rgba[4 * i + 3];
        unsigned ground = 255 * (255 - opacity) + 128;
        for (int c = 0; c < 3; c++) {
            unsigned value = rgba[4 * i + c] * opacity + ground;
            rgb[3 * i + c] = (uint8_t)((value + (value >> 8)) >> 8);  // rounded division by 255
        }
    }
}

static bool starts_with(const cic_decoder *decoder, size_t offset, const char *text, size_t count) {
    return decoder->count >= offset + count && memcmp(decoder->bytes + offset, text, count) == 0;
}

/// The name of a format that is recognised only to say so.
static const char *foreign_format(const cic_decoder *decoder) {
    static const struct {
        size_t offset;
        const char *magic;
        size_t count;
        const char *name;
    } known[] = {
        {0, "GIF8", 4, "GIF"},
        {0, "BM", 2, "BMP"},
        {0, "II*\0", 4, "TIFF"},
        {0, "MM\0*", 4, "TIFF"},
        {4, "ftypavif", 8, "AVIF"},
        {4, "ftypheic", 8, "HEIC"},
        {4, "ftypmif1", 8, "HEIF"},
        {0, "\0\0\0\x0cJXL ", 8, "JPEG XL"},
        {0, "\xff\x0a", 2, "JPEG XL"},
        {0, "\0\0\0\x0cjP  ", 8, "JPEG 2000"},
        {0, "\0\0\1\0", 4, "ICO"},
        {0, "8BPS", 4, "Photoshop document"},
        {0, "%PDF", 4, "PDF"},
        {0, "<svg", 4, "SVG"},
        {0, "<?xml", 5, "XML or SVG"},
        {0, "<!DOCTYPE", 9, "HTML page"},
        {0, "<!doctype", 9, "HTML page"},
        {0, "<html", 5, "HTML page"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (starts_with(decoder, known[i].offset, known[i].magic, known[i].count)) return known[i].name;
    }
    return NULL;
}

static cic_status recognise(cic_decoder *decoder) {
    if (starts_with(decoder, 0, "\xff\xd8\xff", 3)) {
        decoder->header.format = CIC_FORMAT_JPEG;
        return cic_jpeg_open(decoder);
    }
    if (starts_with(decoder, 0, "\x89PNG\r\n\x1a\n", 8)) {
        decoder->header.format = CIC_FORMAT_PNG;
        return cic_png_open(decoder);
    }
    if (starts_with(decoder, 0, "RIFF", 4) && starts_with(decoder, 8, "WEBP", 4)) {
        decoder->header.format = CIC_FORMAT_WEBP;
        return cic_webp_open(decoder);
    }
    const char *name = foreign_format(decoder);
    if (name) return cic_fail(decoder, CIC_UNSUPPORTED, name);
    // A prefix of a known signature is a cut file, not a foreign one.
    static const char *const signatures[] = {"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF"};
    for (size_t i = 0; i < 3; i++) {
        if (decoder->count < strlen(signatures[i]) && memcmp(decoder->bytes, signatures[i], decoder->count) == 0)
            return cic_fail(decoder, CIC_TRUNCATED, "the data ends inside the signature");
    }
    if (starts_with(decoder, 0, "RIFF", 4) && decoder->count < 12)
        return cic_fail(decoder, CIC_TRUNCATED, "the data ends inside the RIFF header");
    return cic_fail(decoder, CIC_UNSUPPORTED, "the first bytes are no known image signature");
}

cic_status cic_decoder_open(
    cic_decoder *decoder, const uint8_t *bytes, size_t count, uint64_t max_pixels, cic_header *header) {
    decoder->message[0] = 0;
    decoder->opened = false;
    decoder->bytes = bytes;
    decoder->count = count;
    memset(&decoder->header, 0, sizeof decoder->header);
    *header = decoder->header;
    if (!bytes || count == 0) return cic_fail(decoder, CIC_EMPTY, "there are no bytes");

    cic_status status = recognise(decoder);
    *header = decoder->header;
    if (status != CIC_OK) return status;
    if (header->width == 0 || header->height == 0)
        return cic_fail(decoder, CIC_CORRUPT, "the header declares an image without pixels");
    if ((uint64_t)header->width * header->height > max_pixels)
        return cic_fail(decoder, CIC_TOO_LARGE, "the header declares more pixels than allowed");
    decoder->opened = true;
    return CIC_OK;
}

cic_status cic_decoder_read(
    cic_decoder *decoder, cic_reading reading, unsigned reduction, uint8_t *rgb, size_t capacity) {
    decoder->message[0] = 0;
    if (!decoder->opened) return cic_fail(decoder, CIC_INVALID, "no image is open");
    decoder->opened = false;
    if (decoder->header.format == CIC_FORMAT_JPEG) return cic_jpeg_read(decoder, reduction, rgb, capacity);
    if (reduction != 1) return cic_fail(decoder, CIC_INVALID, "only JPEG decodes at a reduced size");
    if (capacity / 3 / decoder->header.width < decoder->header.height)
        return cic_fail(decoder, CIC_INVALID, "the destination is too small for the image");
    if (decoder->header.format == CIC_FORMAT_PNG) return cic_png_read(decoder, reading, rgb);
    return cic_webp_read(decoder, reading.alpha, rgb);
}

cic_status cic_decoder_read_region(
    cic_decoder *decoder, cic_reading reading, cic_region region, uint8_t *rgb, size_t capacity,
    cic_region *decoded) {
    const cic_header *header = &decoder->header;
    *decoded = (cic_region){0, 0, header->width, header->height};
    if (!decoder->opened || header->format != CIC_FORMAT_JPEG)
        return cic_decoder_read(decoder, reading, 1, rgb, capacity);
    decoder->message[0] = 0;
    decoder->opened = false;
    bool inside = region.width > 0 && region.height > 0 && region.width <= header->width
        && region.height <= header->height && region.x <= header->width - region.width
        && region.y <= header->height - region.height;
    if (!inside) return cic_fail(decoder, CIC_INVALID, "the region leaves the image");
    if (capacity / 3 / header->width < header->height)
        return cic_fail(decoder, CIC_INVALID, "the destination is too small for the image");
    return cic_jpeg_read_region(decoder, region, rgb, capacity, decoded);
}

bool cic_decoder_has_components(const cic_decoder *decoder) {
    if (!decoder->opened || decoder->header.format != CIC_FORMAT_JPEG) return false;
    const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    // What libjpeg cannot bring to one size is refused in the same words by the other way.
    for (int c = 0; c < jpeg->num_components; c++)
        if (jpeg->max_h_samp_factor % jpeg->comp_info[c].h_samp_factor
            || jpeg->max_v_samp_factor % jpeg->comp_info[c].v_samp_factor)
            return false;
    return (jpeg->jpeg_color_space == JCS_YCbCr && jpeg->num_components == 3)
        || (jpeg->jpeg_color_space == JCS_GRAYSCALE && jpeg->num_components == 1);
}

cic_status cic_decoder_read_components(
    cic_decoder *decoder, unsigned reduction, uint32_t bottom, cic_component components[3], int *count) {
    decoder->message[0] = 0;
    if (!cic_decoder_has_components(decoder)) return cic_fail(decoder, CIC_INVALID, "no JPEG with components is open");
    decoder->opened = false;
    return cic_jpeg_read_components(decoder, reduction, bottom, components, count);
}
