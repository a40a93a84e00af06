#ifndef CT_OPTIM_H
#define CT_OPTIM_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

/// What every optimizer's step takes: `count` parameters, their gradients, and what is remembered for them.
///
/// Parameters and moments may be bfloat16: the step is computed in float32 then and stored with stochastic rounding.
typedef struct {
    const CTTensor _Nonnull *_Nonnull parameters;
    const CTTensor _Nonnull *_Nonnull gradients;
    /// `moment_count` lists of `count` tensors, one after the other.
    const CTTensor _Nonnull *_Nonnull moments;
    /// One number a parameter, from which the rounding draws.
    const uint64_t *keys;
    int64_t count;
    int64_t moment_count;
    double learning_rate;
    double weight_decay;
    /// A float32 tensor of one element on the parameters' device; it counts from 1.
    CTTensor step;
    /// Multiplies the learning rate, where given: a float32 tensor of one element.
    CTTensor _Nullable rate_factor;
    /// Divides every gradient first, where given (clipping): a float32 tensor of one element.
    CTTensor _Nullable divisor;
    /// A float32 tensor of one element; nothing changes where it is given and holds 1.
    CTTensor _Nullable skip;
} CTUpdate;

/// Adam with decoupled decay; two moments.
CTStatus ct_adamw(CTUpdate update, double beta1, double beta2, double epsilon, CTErrorOut error);
/// Adam's direction scaled to the norm of each parameter; two moments.
CTStatus ct_lamb(CTUpdate update, double beta1, double beta2, double epsilon, CTErrorOut error);
/// The sign of a moving mean; one moment.
CTStatus ct_lion(CTUpdate update, double beta1, double beta2, CTErrorOut error);
/// Gradient descent with momentum; one moment, or none where the momentum is 0.
CTStatus ct_sgd(CTUpdate update, double momentum, bool nesterov, CTErrorOut error);

/// Writes float32 `source` into bfloat16 `target`, both contiguous: 16 random bits are added below the kept mantissa,
/// and the rest is cut off. The bits are a function of `key`, the value of `step` (a tensor of one element) and the
/// number of the element, counted from `index`. Infinities and NaN stay; no finite number becomes infinite.
CTStatus ct_round_stochastic_(CTTensor target, CTTensor source, uint64_t key, CTTensor step, int64_t index, CTErrorOut error);
/// The same bits by libtorch's operators, for any device.
CTStatus ct_round_stochastic_composed_(CTTensor target, CTTensor source, uint64_t key, CTTensor step, int64_t index, CTErrorOut error);

/// The 2-norm of all tensors concatenated, as a 0-d float32 tensor.
CTStatus ct_global_norm(const CTTensor _Nonnull *_Nonnull tensors, int64_t count, CTTensorOut out, CTErrorOut error);
/// averages[i] += weight · (values[i] - averages[i]); a value may be narrower than its average.
CTStatus ct_lerp_all(const CTTensor _Nonnull *_Nonnull averages, const CTTensor _Nonnull *_Nonnull values, int64_t count, double weight, CTErrorOut error);

/// Pulls of anchors on prototypes, in place of their products e_i · w_j, [b, m]. With the logits
/// z_ij = (e_i · w_j · inverse_norms_j − similarity_i) · scale_i and a_i = ln(ε + Σ_j exp(z_ij) / m) the pull is
/// weight_i · (1 − exp(min(target_i − a_i, log_ratio_limit))) · exp(z_ij − a_i) / m. CPU, float32.
CTStatus ct_normalizer_pulls_(CTTensor products, CTTensor inverse_norms, CTTensor similarity, CTTensor scale, CTTensor target, CTTensor weight, double log_epsilon, double log_ratio_limit, CTErrorOut error);
/// One AdaGrad step on rows w [m, D] of which only the directions count, in place: g = (p − (p·ŵ) ŵ) / ‖w‖ with the
/// pulls p, accumulator += g², w −= rate · g / (√accumulator + ε). Writes 1 / ‖w‖ of the new rows; a row whose pull
/// is no number stays. CPU, float32.
CTStatus ct_adagrad_directions_(CTTensor rows, CTTensor accumulator, CTTensor pulls, CTTensor inverse_norms, double rate, double epsilon, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
