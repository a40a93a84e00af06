#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "decoder.h"

static cic_status status_of(cic_decoder *decoder, VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_OK: return CIC_OK;
    case VP8_STATUS_NOT_ENOUGH_DATA: return cic_fail(decoder, CIC_TRUNCATED, "the data ends early");
    case VP8_STATUS_OUT_OF_MEMORY: return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for a WebP reader");
    case VP8_STATUS_UNSUPPORTED_FEATURE: return cic_fail(decoder, CIC_UNSUPPORTED, "an unknown WebP feature");
    default: return cic_fail(decoder, CIC_CORRUPT, "the WebP bitstream is not valid");
    }
}

cic_status cic_webp_open(cic_decoder *decoder) {
    WebPBitstreamFeatures features;
    VP8StatusCode code = WebPGetFeatures(decoder->bytes, decoder->count, &features);
    if (code != VP8_STATUS_OK) return status_of(decoder, code);
    decoder->header.width = (uint32_t)features.width;
    decoder->header.height = (uint32_t)features.height;
    decoder->header.animated = features.has_animation != 0;
    return CIC_OK;
}

/// The RIFF header's size tells a cut file from a wrong one, which the animation decoder does not.
static bool is_cut(const cic_decoder *decoder) {
    const uint8_t *size = decoder->bytes + 4;
    uint64_t declared = (uint64_t)size[0] | (uint64_t)size[1] << 8 | (uint64_t)size[2] << 16 | (uint64_t)size[3] << 24;
    return declared + 8 > decoder->count;
}

static cic_status read_first_frame(cic_decoder *decoder, cic_alpha alpha, uint8_t *rgb) {
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) return cic_fail(decoder, CIC_INVALID, "libwebp has another version");
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    WebPData data = {.bytes = decoder->bytes, .size = decoder->count};
    WebPAnimDecoder *animation = WebPAnimDecoderNew(&data, &options);
    uint8_t *frame = NULL;
    int timestamp = 0;
    WebPAnimInfo info;
    bool valid = animation && WebPAnimDecoderGetInfo(animation, &info) && info.canvas_width == decoder->header.width
        && info.canvas_height == decoder->header.height && WebPAnimDecoderGetNext(animation, &frame, &timestamp);
    if (valid) cic_flatten(frame, rgb, (size_t)info.canvas_width * info.canvas_height, alpha);
    WebPAnimDecoderDelete(animation);
    if (valid) return CIC_OK;
    return is_cut(decoder) ? cic_fail(decoder, CIC_TRUNCATED, "the data ends early")
                           : cic_fail(decoder, CIC_CORRUPT, "the animation's first frame is not valid");
}

cic_status cic_webp_read(cic_decoder *decoder, cic_alpha alpha, uint8_t *rgb) {
    if (decoder->header.animated) return read_first_frame(decoder, alpha, rgb);

    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return cic_fail(decoder, CIC_INVALID, "libwebp has another version");
    VP8StatusCode code = WebPGetFeatures(decoder->bytes, decoder->count, &config.input);
    if (code != VP8_STATUS_OK) return status_of(decoder, code);
    size_t width = decoder->header.width, height = decoder->header.height;
    bool composited = config.input.has_alpha && alpha == CIC_ALPHA_WHITE;
    size_t channels = composited ? 4 : 3;
    uint8_t *destination = composited ? cic_scratch(decoder, channels * width * height) : rgb;
    if (!destination) return cic_fail(decoder, CIC_OUT_OF_MEMORY, "no memory for rows");
    config.output.colorspace = composited ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = destination;
    config.output.u.RGBA.stride = (int)(channels * width);
    config.output.u.RGBA.size = channels * width * height;
    code = WebPDecode(decoder->bytes, decoder->count, &config);
    WebPFreeDecBuffer(&config.output);
    if (code != VP8_STATUS_OK) return status_of(decoder, code == VP8_STATUS_SUSPENDED ? VP8_STATUS_NOT_ENOUGH_DATA : code);
    if (composited) cic_flatten(destination, rgb, width * height, alpha);
    return CIC_OK;
}
