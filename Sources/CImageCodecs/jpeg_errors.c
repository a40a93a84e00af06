#include <jerror.h>

#include "decoder.h"

static cic_status classify(int code) {
    switch (code) {
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
        return CIC_TRUNCATED;
    case JERR_OUT_OF_MEMORY:
        return CIC_OUT_OF_MEMORY;
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
        return CIC_UNSUPPORTED;
    default:
        return CIC_CORRUPT;
    }
}

static void on_error(j_common_ptr info) {
    cic_jpeg_errors *errors = (cic_jpeg_errors *)info->err;
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    snprintf(errors->message, errors->capacity, "%s", text);
    errors->status = classify(info->err->msg_code);
    longjmp(errors->escape, 1);
}

// Warnings (bad Huffman codes, restart markers out of place) keep what could be decoded, as Pillow does.
static void on_message(j_common_ptr info, int level) {
    if (level < 0) info->err->num_warnings++;
}

static void no_output(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *cic_jpeg_errors_install(cic_jpeg_errors *errors, char *message, size_t capacity) {
    jpeg_std_error(&errors->base);
    errors->base.error_exit = on_error;
    errors->base.emit_message = on_message;
    errors->base.output_message = no_output;
    errors->message = message;
    errors->capacity = capacity;
    errors->status = CIC_OK;
    return &errors->base;
}
