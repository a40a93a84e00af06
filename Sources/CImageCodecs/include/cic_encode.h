#pragma once

#include "cic_status.h"

/// Bytes owned by the library; release them with `cic_buffer_free`.
typedef struct {
    uint8_t *bytes;
    size_t count;
} cic_buffer;

void cic_buffer_free(cic_buffer *buffer);

/// Compresses packed RGB rows as PNG. `level` is zlib's, 0 to 9.
cic_status cic_encode_png(const uint8_t *rgb, uint32_t width, uint32_t height, int level, cic_buffer *output);

/// Compresses packed RGB rows as baseline JPEG. `quality` is 1 to 100; chroma is halved unless `full_chroma`.
cic_status cic_encode_jpeg(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, bool full_chroma, cic_buffer *output);
