#ifndef CT_NN_H
#define CT_NN_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

typedef enum __attribute__((enum_extensibility(closed))) : int32_t {
    CT_GELU = 0,
    CT_QUICK_GELU = 1,
} CTActivation;

// Plain operators of libtorch, differentiable, any device and type.
CTStatus ct_embedding(CTTensor weight, CTTensor indices, CTTensorOut out, CTErrorOut error);
CTStatus ct_layer_norm(CTTensor input, CTTensor weight, CTTensor bias, double epsilon, CTTensorOut out, CTErrorOut error);
/// `mask`, when given, is true where a query may attend to a key and broadcasts to [N, H, L, L].
CTStatus ct_attention(CTTensor query, CTTensor key, CTTensor value, CTTensor _Nullable mask, bool causal, CTTensorOut out, CTErrorOut error);
CTStatus ct_interpolate_bicubic(CTTensor input, int64_t height, int64_t width, bool antialias, CTTensorOut out, CTErrorOut error);

// Fused operators, differentiable.

/// input · weightᵀ + bias, computed in the input's type; weight and bias may be of a wider type, which their
/// gradients then have.
CTStatus ct_linear(CTTensor input, CTTensor weight, CTTensor _Nullable bias, CTTensorOut out, CTErrorOut error);
/// sum = residual + branch; normalized = LayerNorm(sum) in `dtype`. CPU, float32 residual.
/// Without a branch, sum is the residual itself.
CTStatus ct_add_layer_norm(CTTensor residual, CTTensor _Nullable branch, CTTensor weight, CTTensor bias, double epsilon, CTDType dtype, CTTensorOut sum, CTTensorOut normalized, CTErrorOut error);
CTStatus ct_activation(CTTensor input, CTActivation kind, CTTensorOut out, CTErrorOut error);
/// Multi-head attention inside each run of packed rows: qkv [T, 3·W] → [T, W]. Run s is rows
/// offsets[s] ..< offsets[s+1] of the int32 CPU tensor `offsets`. CPU, float32 or bfloat16.
CTStatus ct_packed_attention(CTTensor qkv, CTTensor offsets, int64_t heads, bool causal, CTTensorOut out, CTErrorOut error);
/// The same on a GPU. `offsets` is an int32 tensor on that GPU; `longest` is the length of the longest run. Flash attention in
/// 16 bits, memory-efficient attention in float32; the width of a head must be a multiple of 8.
CTStatus ct_device_packed_attention(CTTensor qkv, CTTensor offsets, int64_t longest, int64_t heads, bool causal, CTTensorOut out, CTErrorOut error);
/// x / max(‖x‖₂, epsilon) along the last dimension, in float32 (float64 stays), whatever the input's type.
CTStatus ct_normalize(CTTensor input, double epsilon, CTTensorOut out, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
