#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a call ended. No function of this library aborts, exits or jumps out of its own frame.
typedef enum {
    CIC_OK = 0,
    /// There are no bytes.
    CIC_EMPTY,
    /// A format, or a variant of one, that is not decoded here.
    CIC_UNSUPPORTED,
    /// The data ends early.
    CIC_TRUNCATED,
    /// The data contradicts its format.
    CIC_CORRUPT,
    /// The header declares more pixels than the caller allows.
    CIC_TOO_LARGE,
    CIC_OUT_OF_MEMORY,
    /// The caller passed arguments that do not fit together.
    CIC_INVALID,
} cic_status;
