// The decoder's state, shared by the files of this target.
#pragma once

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>

#include "include/cic_decode.h"

typedef struct {
    struct jpeg_error_mgr base;  // first, so that libjpeg's pointer is also a pointer to this
    jmp_buf escape;
    cic_status status;
    char *message;
    size_t capacity;
} cic_jpeg_errors;

struct cic_decoder {
    cic_header header;
    const uint8_t *bytes;
    size_t count;
    size_t position;  // of the PNG reader
    bool opened;
    char message[256];

    // Kept between images: creating it is a visible part of decoding a small picture.
    struct jpeg_decompress_struct jpeg;
    struct jpeg_source_mgr jpeg_source;
    struct jpeg_progress_mgr jpeg_progress;
    cic_jpeg_errors jpeg_errors;
    bool jpeg_created;

    png_structp png;
    png_infop png_info;
    jmp_buf png_escape;
    cic_status png_status;
    struct {
        uint8_t *rgb, *scratch;  // NULL until rows are read
        size_t channel_bytes;    // per pixel, as libpng delivers it: 2 (16-bit gray), 3 or 4
        size_t cut_chunk;        // where the pixels' chunk starts that the end of the file cuts, 0 for none
        bool interlaced;
        bool wrong_sum;  // the checksum of the pixels does not fit
        cic_reading reading;
    } png_rows;

    uint8_t *scratch;
    size_t scratch_count;
    png_bytep *rows;
    size_t row_count;
};

/// Notes `text` as the decoder's message and returns `status`.
cic_status cic_fail(cic_decoder *decoder, cic_status status, const char *text);

/// Grows the scratch bytes to `count`, or returns NULL.
uint8_t *cic_scratch(cic_decoder *decoder, size_t count);

/// Writes `pixels` RGBA pixels as RGB; `rgba` and `rgb` do not overlap.
void cic_flatten(const uint8_t *rgba, uint8_t *rgb, size_t pixels, cic_alpha alpha);

cic_status cic_jpeg_open(cic_decoder *decoder);
cic_status cic_jpeg_read(cic_decoder *decoder, unsigned reduction, uint8_t *rgb, size_t capacity);
cic_status cic_jpeg_read_region(
    cic_decoder *decoder, cic_region region, uint8_t *rgb, size_t capacity, cic_region *decoded);
cic_status cic_jpeg_read_components(
    cic_decoder *decoder, unsigned reduction, uint32_t bottom, cic_component components[3], int *count);
/// Ends a call that libjpeg left by its error handler; the object stays usable.
cic_status cic_jpeg_failed(cic_decoder *decoder);
/// Whether the rest of the rows may be left unread: reading them would end without an error.
bool cic_jpeg_may_stop(cic_decoder *decoder);
/// Writes `pixels` pixels of inverted CMYK as RGB.
void cic_jpeg_rgb_from_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t pixels);
void cic_jpeg_close(cic_decoder *decoder);

cic_status cic_png_open(cic_decoder *decoder);
cic_status cic_png_read(cic_decoder *decoder, cic_reading reading, uint8_t *rgb);

cic_status cic_webp_open(cic_decoder *decoder);
cic_status cic_webp_read(cic_decoder *decoder, cic_alpha alpha, uint8_t *rgb);

/// Prepares the error handling shared by the JPEG decoder and encoder.
struct jpeg_error_mgr *cic_jpeg_errors_install(cic_jpeg_errors *errors, char *message, size_t capacity);
