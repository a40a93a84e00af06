#ifndef CT_MATH_H
#define CT_MATH_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

#define CT_DECLARE_UNARY(name) CTStatus ct_##name(CTTensor tensor, CTTensorOut out, CTErrorOut error);
#define CT_DECLARE_BINARY(name) CTStatus ct_##name(CTTensor lhs, CTTensor rhs, CTTensorOut out, CTErrorOut error);
#define CT_DECLARE_SCALAR(name) CTStatus ct_##name(CTTensor lhs, double rhs, CTTensorOut out, CTErrorOut error);

CT_DECLARE_UNARY(neg)
CT_DECLARE_UNARY(exp)
CT_DECLARE_UNARY(log)
CT_DECLARE_UNARY(log1p)
CT_DECLARE_UNARY(sqrt)
CT_DECLARE_UNARY(rsqrt)
CT_DECLARE_UNARY(tanh)
CT_DECLARE_UNARY(sigmoid)
CT_DECLARE_UNARY(log_sigmoid)
CT_DECLARE_UNARY(relu)
CT_DECLARE_UNARY(abs)
CT_DECLARE_UNARY(square)
CT_DECLARE_UNARY(sign)
CT_DECLARE_UNARY(isfinite)
CT_DECLARE_UNARY(logical_not)

CT_DECLARE_BINARY(add)
CT_DECLARE_BINARY(sub)
CT_DECLARE_BINARY(mul)
CT_DECLARE_BINARY(div)
CT_DECLARE_BINARY(matmul)
CT_DECLARE_BINARY(maximum)
CT_DECLARE_BINARY(minimum)
CT_DECLARE_BINARY(logaddexp)
CT_DECLARE_BINARY(eq)
CT_DECLARE_BINARY(ne)
CT_DECLARE_BINARY(lt)
CT_DECLARE_BINARY(le)
CT_DECLARE_BINARY(gt)
CT_DECLARE_BINARY(ge)
CT_DECLARE_BINARY(logical_and)
CT_DECLARE_BINARY(logical_or)

// A scalar never changes a floating tensor's type.
CT_DECLARE_SCALAR(add_scalar)
CT_DECLARE_SCALAR(sub_scalar)
CT_DECLARE_SCALAR(rsub_scalar)
CT_DECLARE_SCALAR(mul_scalar)
CT_DECLARE_SCALAR(div_scalar)
CT_DECLARE_SCALAR(rdiv_scalar)
CT_DECLARE_SCALAR(pow_scalar)
CT_DECLARE_SCALAR(eq_scalar)
CT_DECLARE_SCALAR(lt_scalar)
CT_DECLARE_SCALAR(le_scalar)
CT_DECLARE_SCALAR(gt_scalar)
CT_DECLARE_SCALAR(ge_scalar)

CTStatus ct_clamp(CTTensor tensor, double lowest, double highest, CTTensorOut out, CTErrorOut error);
CTStatus ct_where(CTTensor condition, CTTensor then, CTTensor otherwise, CTTensorOut out, CTErrorOut error);
CTStatus ct_masked_fill(CTTensor tensor, CTTensor mask, double value, CTTensorOut out, CTErrorOut error);
/// input * beta + lhs · rhs * alpha
CTStatus ct_addmm(CTTensor input, CTTensor lhs, CTTensor rhs, double beta, double alpha, CTTensorOut out, CTErrorOut error);

// In place.
CTStatus ct_add_(CTTensor tensor, CTTensor other, double alpha, CTErrorOut error);
CTStatus ct_add_scalar_(CTTensor tensor, double value, CTErrorOut error);
CTStatus ct_mul_(CTTensor tensor, CTTensor other, CTErrorOut error);
CTStatus ct_mul_scalar_(CTTensor tensor, double value, CTErrorOut error);
CTStatus ct_exp_(CTTensor tensor, CTErrorOut error);
CTStatus ct_sub_(CTTensor tensor, CTTensor other, CTErrorOut error);
CTStatus ct_clamp_(CTTensor tensor, double lowest, double highest, CTErrorOut error);
CTStatus ct_lerp_(CTTensor tensor, CTTensor end, double weight, CTErrorOut error);
CTStatus ct_masked_fill_(CTTensor tensor, CTTensor mask, double value, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
