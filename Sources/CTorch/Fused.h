// What the fused operators share.
#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include "Guard.h"
#include "Kernels/Kernels.h"
#include "Parallel.h"

namespace ct {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

inline Element element(const at::Tensor &t) {
    TORCH_CHECK(t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16,
                "this operator computes in float32 or bfloat16, not ", t.scalar_type());
    return t.scalar_type() == at::kFloat ? Element::float32 : Element::bfloat16;
}

inline void check_cpu(const at::Tensor &t, const char *what) {
    TORCH_CHECK(t.device().is_cpu(), what, " runs on the CPU, not on ", t.device());
}

/// Σ over rows of a contiguous CPU matrix [rows, columns], in float32.
at::Tensor sum_of_rows(const at::Tensor &matrix);

}  // namespace ct
