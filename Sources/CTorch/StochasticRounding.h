// Rounding from float32 to bfloat16 whose randomness is a pure function of a key, a step and the element's index.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ct {

/// Writes float32 `source` into bfloat16 `target` of the same shape; both are contiguous.
///
/// `step` is a tensor of one element on their device that is never read by the host, except on the CPU. `index` is the
/// number of the first element, so that a tensor may be rounded in pieces.
void round_stochastic_(const at::Tensor &target, const at::Tensor &source, uint64_t key, const at::Tensor &step, int64_t index);

}  // namespace ct
