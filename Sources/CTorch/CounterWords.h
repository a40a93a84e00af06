// Random words that are a pure function of a key and of the number of an element, by libtorch's operators. The kernels have the
// same function (Kernels/StochasticRounding.inc).
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ct {

inline uint32_t first_half(uint64_t key) { return static_cast<uint32_t>(key); }
inline uint32_t second_half(uint64_t key) { return static_cast<uint32_t>(key >> 32); }
/// The scalar of an int32 operator, with the bits of `x`.
inline int64_t word(uint32_t x) { return static_cast<int32_t>(x); }

/// The kernels' `mixed` on int32 words, whose products wrap and whose shifts carry the sign.
inline at::Tensor mixed(at::Tensor x) {
    x = x ^ (x.bitwise_right_shift(16) & 0xFFFF);
    x = x * word(0x7FEB352Du);
    x = x ^ (x.bitwise_right_shift(15) & 0x1FFFF);
    x = x * word(0x846CA68Bu);
    return x ^ (x.bitwise_right_shift(16) & 0xFFFF);
}

}  // namespace ct
