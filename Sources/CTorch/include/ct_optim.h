#ifndef CT_OPTIM_H
#define CT_OPTIM_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

typedef struct {
    double learning_rate;
    double beta1;
    double beta2;
    double weight_decay;
    double epsilon;
} CTAdamWSettings;

/// One decoupled-decay Adam step over `count` tensors, in place. `step` is a float32 tensor of one element on the
/// parameters' device and counts from 1.
/// `divisor`, when given, is a float32 tensor of one element that divides every gradient first (clipping);
/// nothing changes where `skip` is given and holds 1.
CTStatus ct_adamw(const CTTensor _Nonnull *_Nonnull parameters, const CTTensor _Nonnull *_Nonnull gradients, const CTTensor _Nonnull *_Nonnull first_moments, const CTTensor _Nonnull *_Nonnull second_moments, int64_t count, CTTensor step, CTAdamWSettings settings, CTTensor _Nullable divisor, CTTensor _Nullable skip, CTErrorOut error);
/// The 2-norm of all tensors concatenated, as a 0-d float32 tensor.
CTStatus ct_global_norm(const CTTensor _Nonnull *_Nonnull tensors, int64_t count, CTTensorOut out, CTErrorOut error);
/// averages[i] += weight · (values[i] - averages[i])
CTStatus ct_lerp_all(const CTTensor _Nonnull *_Nonnull averages, const CTTensor _Nonnull *_Nonnull values, int64_t count, double weight, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
