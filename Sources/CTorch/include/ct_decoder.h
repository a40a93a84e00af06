#ifndef CT_DECODER_H
#define CT_DECODER_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

// What decoders of the Llama family have between their matrix products; differentiable, any device and type;
// fused on the CPU in float32 and bfloat16.

/// sum = residual + branch; normalized = weight · (sum / √(mean(sum²) + epsilon)). The quotient is computed in the residual's type
/// and rounded to `dtype` before the weight multiplies it. Without a branch, sum is the residual itself.
CTStatus ct_add_rms_norm(CTTensor residual, CTTensor _Nullable branch, CTTensor weight, double epsilon, CTDType dtype, CTTensorOut sum, CTTensorOut normalized, CTErrorOut error);
/// gate · σ(gate) · up
CTStatus ct_swiglu(CTTensor gate, CTTensor up, CTTensorOut out, CTErrorOut error);
/// Turns the halves of each head, rows [T, heads · D], by the angles whose cosines and sines are given, [T, D / 2].
CTStatus ct_rotary(CTTensor rows, CTTensor cosine, CTTensor sine, int64_t heads, CTTensorOut out, CTErrorOut error);
/// Query [T, heads · D], key and value [T, groups · D], the first two turned, as rows [T, 3 · heads · D] in which each head has a key
/// and a value.
CTStatus ct_rotary_qkv(CTTensor query, CTTensor key, CTTensor value, CTTensor cosine, CTTensor sine, int64_t heads, int64_t groups, CTTensorOut out, CTErrorOut error);
/// Zero where a draw falls below `share`, input / (1 − share) elsewhere, of rows [T, W]. The draw of an element is a function of its
/// column, of its row's key in `row_keys`, int64 [T], and of `salt`.
CTStatus ct_keyed_dropout(CTTensor input, double share, CTTensor row_keys, uint64_t salt, CTTensorOut out, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
