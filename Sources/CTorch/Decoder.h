// The fused forms of a decoder's operators, for CPU tensors in float32 and bfloat16.
#pragma once

#include <utility>

#include "Fused.h"

namespace ct {

/// Whether the kernels take it.
inline bool has_kernel(const at::Tensor &t) {
    return t.device().is_cpu() && (t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16);
}

/// {sum, normalized}; the residual and the weight are float32.
std::pair<at::Tensor, at::Tensor> fused_rms_norm(const at::Tensor &residual, const at::Tensor &branch, const at::Tensor &weight, double epsilon, at::ScalarType type);
at::Tensor fused_swiglu(const at::Tensor &gate, const at::Tensor &up);
at::Tensor fused_rotary_qkv(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &cosine, const at::Tensor &sine, int64_t heads, int64_t groups);
/// `keys` is int64, one for each row of `input`.
at::Tensor fused_dropout(const at::Tensor &input, double share, const at::Tensor &keys);

}  // namespace ct
