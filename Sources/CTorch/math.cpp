#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/div.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/le.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/rsub.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>

#include "Guard.h"
#include "include/ct_math.h"

using namespace ct;

#define CT_UNARY(name)                                                      \
    CTStatus ct_##name(CTTensor tensor, CTTensor *out, char **error) {      \
        return guard(error, [&] { *out = give(at::name(borrow(tensor))); }); \
    }
#define CT_BINARY(name)                                                                  \
    CTStatus ct_##name(CTTensor lhs, CTTensor rhs, CTTensor *out, char **error) {        \
        return guard(error, [&] { *out = give(at::name(borrow(lhs), borrow(rhs))); });   \
    }
#define CT_SCALAR(name, expression)                                             \
    CTStatus ct_##name(CTTensor lhs, double rhs, CTTensor *out, char **error) { \
        return guard(error, [&] {                                               \
            auto a = borrow(lhs);                                               \
            *out = give(expression);                                            \
        });                                                                     \
    }

CT_UNARY(neg)
CT_UNARY(exp)
CT_UNARY(log)
CT_UNARY(log1p)
CT_UNARY(sqrt)
CT_UNARY(rsqrt)
CT_UNARY(tanh)
CT_UNARY(sigmoid)
CT_UNARY(log_sigmoid)
CT_UNARY(relu)
CT_UNARY(abs)
CT_UNARY(square)
CT_UNARY(sign)
CT_UNARY(isfinite)
CT_UNARY(logical_not)

CT_BINARY(add)
CT_BINARY(sub)
CT_BINARY(mul)
CT_BINARY(div)
CT_BINARY(matmul)
CT_BINARY(maximum)
CT_BINARY(minimum)
CT_BINARY(logaddexp)
CT_BINARY(eq)
CT_BINARY(ne)
CT_BINARY(lt)
CT_BINARY(le)
CT_BINARY(gt)
CT_BINARY(ge)
CT_BINARY(logical_and)
CT_BINARY(logical_or)

// A whole number stays an integer, so that integer tensors keep their type.
static at::Scalar scalar(const at::Tensor &like, double value) {
    const bool whole = value == static_cast<double>(static_cast<int64_t>(value));
    return !like.is_floating_point() && whole ? at::Scalar(static_cast<int64_t>(value)) : at::Scalar(value);
}

CT_SCALAR(add_scalar, at::add(a, scalar(a, rhs)))
CT_SCALAR(sub_scalar, at::sub(a, scalar(a, rhs)))
CT_SCALAR(rsub_scalar, at::rsub(a, scalar(a, rhs)))
CT_SCALAR(mul_scalar, at::mul(a, scalar(a, rhs)))
CT_SCALAR(div_scalar, at::div(a, rhs))
CT_SCALAR(rdiv_scalar, at::mul(at::reciprocal(a), rhs))
CT_SCALAR(pow_scalar, at::pow(a, rhs))
CT_SCALAR(eq_scalar, at::eq(a, scalar(a, rhs)))
CT_SCALAR(lt_scalar, at::lt(a, scalar(a, rhs)))
CT_SCALAR(le_scalar, at::le(a, scalar(a, rhs)))
CT_SCALAR(gt_scalar, at::gt(a, scalar(a, rhs)))
CT_SCALAR(ge_scalar, at::ge(a, scalar(a, rhs)))

CTStatus ct_clamp(CTTensor tensor, double lowest, double highest, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::clamp(borrow(tensor), lowest, highest)); });
}
CTStatus ct_where(CTTensor condition, CTTensor then, CTTensor otherwise, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::where(borrow(condition), borrow(then), borrow(otherwise))); });
}
CTStatus ct_masked_fill(CTTensor tensor, CTTensor mask, double value, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::masked_fill(borrow(tensor), borrow(mask), value)); });
}
CTStatus ct_addmm(CTTensor input, CTTensor lhs, CTTensor rhs, double beta, double alpha, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::addmm(borrow(input), borrow(lhs), borrow(rhs), beta, alpha)); });
}
CTStatus ct_add_(CTTensor tensor, CTTensor other, double alpha, char **error) {
    return guard(error, [&] { borrow(tensor).add_(borrow(other), alpha); });
}
CTStatus ct_sub_(CTTensor tensor, CTTensor other, char **error) {
    return guard(error, [&] { borrow(tensor).sub_(borrow(other)); });
}
CTStatus ct_add_scalar_(CTTensor tensor, double value, char **error) {
    return guard(error, [&] { borrow(tensor).add_(value); });
}
CTStatus ct_mul_(CTTensor tensor, CTTensor other, char **error) {
    return guard(error, [&] { borrow(tensor).mul_(borrow(other)); });
}
CTStatus ct_mul_scalar_(CTTensor tensor, double value, char **error) {
    return guard(error, [&] { borrow(tensor).mul_(value); });
}
CTStatus ct_exp_(CTTensor tensor, char **error) {
    return guard(error, [&] { borrow(tensor).exp_(); });
}
CTStatus ct_clamp_(CTTensor tensor, double lowest, double highest, char **error) {
    return guard(error, [&] { borrow(tensor).clamp_(lowest, highest); });
}
CTStatus ct_lerp_(CTTensor tensor, CTTensor end, double weight, char **error) {
    return guard(error, [&] { borrow(tensor).lerp_(borrow(end), weight); });
}
CTStatus ct_masked_fill_(CTTensor tensor, CTTensor mask, double value, char **error) {
    return guard(error, [&] { borrow(tensor).masked_fill_(borrow(mask), value); });
}
