#pragma once

#include "cic_planes.h"
#include "cic_status.h"

typedef enum { CIC_FORMAT_UNKNOWN = 0, CIC_FORMAT_JPEG, CIC_FORMAT_PNG, CIC_FORMAT_WEBP } cic_format;

/// What the first bytes say. Sizes are in pixels.
typedef struct {
    cic_format format;
    uint32_t width;
    uint32_t height;
    bool animated;
} cic_header;

/// What becomes of transparency: composited on white, or ignored.
typedef enum { CIC_ALPHA_WHITE = 0, CIC_ALPHA_DROP = 1 } cic_alpha;

/// What becomes of values above 255 in gray of 16 bits: 255, as in Pillow, or every value loses its low byte.
typedef enum { CIC_GRAY16_CLIP = 0, CIC_GRAY16_SCALE = 1 } cic_gray16;

/// What of decoding is a matter of choice.
typedef struct {
    cic_alpha alpha;
    cic_gray16 gray16;
} cic_reading;

/// A reusable decoder. One thread at a time may use it.
typedef struct cic_decoder cic_decoder;

/// Returns a new decoder, or NULL when there is no memory.
cic_decoder *cic_decoder_create(void);

void cic_decoder_destroy(cic_decoder *decoder);

/// Reads the header, allocates nothing that depends on the image's size, and keeps a reference to `bytes`.
///
/// `bytes` must stay valid until the matching `cic_decoder_read` or the next `cic_decoder_open`.
/// `CIC_TOO_LARGE` still fills in `header`.
cic_status cic_decoder_open(
    cic_decoder *decoder, const uint8_t *bytes, size_t count, uint64_t max_pixels, cic_header *header);

/// Decodes the opened image into packed RGB rows, the first frame of an animation.
///
/// `reduction` is 1, or for JPEG also 2, 4 or 8: the inverse transform then yields an image of
/// ceil(width / reduction) by ceil(height / reduction). `capacity` is the size of `rgb` in bytes.
cic_status cic_decoder_read(
    cic_decoder *decoder, cic_reading reading, unsigned reduction, uint8_t *rgb, size_t capacity);

/// A rectangle of whole pixels.
typedef struct {
    uint32_t x;
    uint32_t y;
    uint32_t width;
    uint32_t height;
} cic_region;

/// Decodes at least `region` of the opened image, with the same pixels as `cic_decoder_read` gives there.
///
/// `decoded` receives what the packed rows of `rgb` hold: of a JPEG little more than the region, of others all.
/// `capacity` must suffice for the whole image.
cic_status cic_decoder_read_region(
    cic_decoder *decoder, cic_reading reading, cic_region region, uint8_t *rgb, size_t capacity,
    cic_region *decoded);

/// Whether `cic_decoder_read_components` can read the opened image: a JPEG in gray or in Y, Cb and Cr.
bool cic_decoder_has_components(const cic_decoder *decoder);

/// Decodes the opened JPEG at `1 / reduction` (1, 2, 4 or 8) of its size, without making RGB of it.
///
/// Rows of the reduced image from `bottom` on may be left out. The components lie in the decoder's memory until its
/// next call. `count` receives 1 or 3.
cic_status cic_decoder_read_components(
    cic_decoder *decoder, unsigned reduction, uint32_t bottom, cic_component components[3], int *count);

/// What went wrong in the last call, in words; valid until the next call.
const char *cic_decoder_message(const cic_decoder *decoder);
