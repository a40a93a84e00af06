// CPU kernels for what libtorch does slowly at the sizes of CLIP. Each variant is the same source compiled
// for another instruction set; `kernels()` picks the best that this machine has.
#pragma once

#include <cstdint>

namespace ct {

enum class Element : int32_t { float32, bfloat16 };
enum class Activation : int32_t { gelu, quick_gelu };

struct LayerNormForward {
    int64_t width;
    const float *residual;
    const void *branch;  // may be null
    Element branch_type;
    const float *weight, *bias;
    float epsilon;
    float *sum;  // may be null: then there is no branch
    void *normalized;
    Element normalized_type;
    float *mean, *inverse_deviation;
};

struct LayerNormBackward {
    int64_t width;
    const float *sum, *mean, *inverse_deviation, *weight;
    const void *grad_normalized;  // may be null
    Element normalized_type;
    const float *grad_sum;  // may be null
    float *grad_residual;
    void *grad_branch;  // may be null: no branch, or of the residual's type
    Element branch_type;
};

struct AttentionForward {
    const void *query, *key, *value;  // rows of `row_stride` elements
    int64_t row_stride, length, head_width;
    bool causal;
    float scale;
    Element type;
    void *out;
    int64_t out_stride;
    float *log_sum_exp;  // [length]
};

struct AttentionBackward {
    AttentionForward forward;
    const void *grad_out;  // rows of out_stride elements
    void *grad_query, *grad_key, *grad_value;  // rows of row_stride elements
};

struct NormalizerPulls {
    int64_t count;
    float *products;  // [rows, count], overwritten
    const float *inverse_norms;  // [count]
    const float *similarity, *scale, *target, *weight;  // [rows]
    float log_epsilon, log_ratio_limit;
};

struct AdagradDirections {
    int64_t width;
    float *rows, *accumulator;
    const float *pulls;
    float *inverse_norms;
    float rate, epsilon;
};

struct RmsNormForward {
    int64_t width;
    const float *residual;
    const void *branch;  // may be null
    Element branch_type;
    const float *weight;
    float epsilon;
    float *sum;  // may be null: then there is no branch
    void *normalized;
    Element normalized_type;
    float *inverse;  // 1 / √(mean square + epsilon), [rows]
};

struct RmsNormBackward {
    int64_t width;
    const float *sum, *inverse, *weight;
    const void *grad_normalized;  // may be null
    Element normalized_type;
    const float *grad_sum;  // may be null
    float *grad_residual;
    void *grad_branch;  // may be null: no branch, or of the residual's type
    Element branch_type;
};

/// Forward reads query, key and value and writes the packed rows; backward reads gradients of those and writes theirs.
struct RotaryHeads {
    int64_t heads, groups, width;
    const void *query, *key, *value;  // [rows, heads · width], the others [rows, groups · width]
    const float *cosine, *sine;  // [rows, width / 2]
    const void *packed;  // [rows, 3 · heads · width]
    Element type;
};

struct Kernels {
    const char *name;
    void (*layer_norm_forward)(const LayerNormForward &, int64_t begin, int64_t end);
    /// Adds the rows' part of the weight and bias gradients to the two accumulators [width].
    void (*layer_norm_backward)(const LayerNormBackward &, int64_t begin, int64_t end, float *grad_weight, float *grad_bias);
    void (*activation_forward)(Activation, Element, const void *in, void *out, int64_t begin, int64_t end);
    void (*activation_backward)(Activation, Element, const void *in, const void *grad_out, void *grad_in, int64_t begin, int64_t end);
    int64_t (*attention_forward_scratch)(int64_t length, int64_t head_width);
    int64_t (*attention_backward_scratch)(int64_t length, int64_t head_width);
    void (*attention_forward)(const AttentionForward &, float *scratch);
    void (*attention_backward)(const AttentionBackward &, float *scratch);
    /// accumulator[c] += Σ over rows begin ..< end of in[row, c].
    void (*column_sums)(Element, const void *in, int64_t width, int64_t begin, int64_t end, float *accumulator);
    /// float32 → bfloat16; element i's random bits are a function of index + i and the two halves of a key.
    void (*round_stochastic)(const float *in, uint16_t *out, int64_t begin, int64_t end, uint32_t index, uint32_t first, uint32_t second);
    void (*normalizer_pulls)(const NormalizerPulls &, int64_t begin, int64_t end);
    void (*adagrad_directions)(const AdagradDirections &, int64_t begin, int64_t end);
    void (*rms_norm_forward)(const RmsNormForward &, int64_t begin, int64_t end);
    /// Adds the rows' part of the weight's gradient to the accumulator [width], where there is one.
    void (*rms_norm_backward)(const RmsNormBackward &, int64_t begin, int64_t end, float *grad_weight);
    void (*swiglu_forward)(Element, const void *gate, const void *up, void *out, int64_t begin, int64_t end);
    void (*swiglu_backward)(Element, const void *gate, const void *up, const void *grad, void *grad_gate, void *grad_up, int64_t begin, int64_t end);
    void (*rotary_forward)(const RotaryHeads &, int64_t begin, int64_t end);
    /// `scratch` has room for two heads.
    void (*rotary_backward)(const RotaryHeads &, int64_t begin, int64_t end, float *scratch);
    /// Zero where the draw, 24 bits, is below `least`; in · scale elsewhere. Element i's draw is a function of i and the halves of a key.
    void (*dropout)(Element, const void *in, void *out, int64_t begin, int64_t end, uint32_t least, float scale, uint32_t first, uint32_t second);
};

const Kernels &kernels();

}  // namespace ct
