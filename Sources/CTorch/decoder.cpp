#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/square.h>

#include "CounterWords.h"
#include "Decoder.h"
#include "include/ct_decoder.h"

using namespace ct;

namespace {

void check_angles(const at::Tensor &rows, const at::Tensor &cosine, const at::Tensor &sine, int64_t heads) {
    TORCH_CHECK(rows.dim() == 2 && heads > 0 && rows.size(1) % (2 * heads) == 0, "rows must be [rows, width] with a width that ",
                heads, " heads of an even width divide, not ", rows.sizes());
    const int64_t half = rows.size(1) / heads / 2;
    TORCH_CHECK(cosine.sizes() == at::IntArrayRef({rows.size(0), half}) && sine.sizes() == cosine.sizes(),
                "angles must be [", rows.size(0), ", ", half, "], not ", cosine.sizes(), " and ", sine.sizes());
}

/// Computed in the angles' type, which may be wider.
at::Tensor turned(const at::Tensor &rows, const at::Tensor &cosine, const at::Tensor &sine, int64_t heads) {
    check_angles(rows, cosine, sine, heads);
    const int64_t count = rows.size(0), half = cosine.size(1);
    auto halves = rows.reshape({count, heads, 2, half});
    auto first = halves.select(2, 0), second = halves.select(2, 1);
    auto c = cosine.unsqueeze(1), s = sine.unsqueeze(1);
    return at::cat({first * c - second * s, second * c + first * s}, -1).reshape(rows.sizes()).to(rows.scalar_type());
}

at::Tensor repeated(const at::Tensor &rows, int64_t heads, int64_t groups) {
    if (heads == groups) return rows;
    auto split = rows.reshape({rows.size(0), groups, rows.size(1) / groups});
    return at::repeat_interleave(split, heads / groups, 1).reshape({rows.size(0), rows.size(1) / groups * heads});
}

/// One where the draw of an element is at least `share`; `keys` has a number for each row of `like`.
at::Tensor kept(const at::Tensor &like, double share, const at::Tensor &keys) {
    constexpr int64_t sign = int64_t(1) << 31;
    auto first = (((keys & 0xFFFFFFFF) ^ sign) - sign).to(at::kInt).unsqueeze(1);
    auto second = keys.bitwise_right_shift(32).to(at::kInt).unsqueeze(1);
    auto number = at::arange(like.size(1), like.options().dtype(at::kInt)).unsqueeze(0) + first;
    auto draw = mixed(mixed(number) + second).bitwise_right_shift(8) & 0xFFFFFF;
    return draw >= static_cast<int64_t>(share * 0x1p24);
}

}  // namespace

CTStatus ct_add_rms_norm(CTTensor residual, CTTensor branch, CTTensor weight, double epsilon, CTDType dtype, CTTensor *sum, CTTensor *normalized, char **error) {
    return guard(error, [&] {
        auto x = borrow(residual), w = borrow(weight);
        const auto type = scalar_type(dtype);
        TORCH_CHECK(x.dim() > 0 && x.size(-1) > 0 && w.numel() == x.size(-1), "width of ", x.sizes(), " does not match weight ", w.sizes());
        auto y = branch ? borrow(branch) : at::Tensor();
        TORCH_CHECK(!y.defined() || y.sizes() == x.sizes(), "branch ", branch ? y.sizes() : x.sizes(), " does not match residual ", x.sizes());
        if (x.scalar_type() == at::kFloat && has_kernel(x) && (!y.defined() || has_kernel(y)) && (type == at::kFloat || type == at::kBFloat16) && w.device().is_cpu()) {
            auto [sum_of_both, result] = fused_rms_norm(x, y, w, epsilon, type);
            *normalized = give(result);
            *sum = give(sum_of_both);
            return;
        }
        auto total = branch ? x + y : x;
        auto quotient = total * at::rsqrt(at::mean(at::square(total), {-1}, /*keepdim=*/true) + epsilon);
        auto result = quotient.to(type) * w.to(type);
        *normalized = give(result);
        *sum = give(total);
    });
}

CTStatus ct_swiglu(CTTensor gate, CTTensor up, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto g = borrow(gate), u = borrow(up);
        TORCH_CHECK(g.sizes() == u.sizes(), "gate ", g.sizes(), " does not match ", u.sizes());
        const bool fused = has_kernel(g) && has_kernel(u) && g.scalar_type() == u.scalar_type();
        *out = give(fused ? fused_swiglu(g, u) : at::silu(g) * u);
    });
}

CTStatus ct_rotary(CTTensor rows, CTTensor cosine, CTTensor sine, int64_t heads, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(turned(borrow(rows), borrow(cosine), borrow(sine), heads)); });
}

CTStatus ct_rotary_qkv(CTTensor query, CTTensor key, CTTensor value, CTTensor cosine, CTTensor sine, int64_t heads, int64_t groups, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto q = borrow(query), k = borrow(key), v = borrow(value), c = borrow(cosine), s = borrow(sine);
        TORCH_CHECK(groups > 0 && heads % groups == 0, groups, " heads of keys do not divide ", heads, " heads of queries");
        check_angles(q, c, s, heads);
        check_angles(k, c, s, groups);
        TORCH_CHECK(v.sizes() == k.sizes(), "keys ", k.sizes(), " do not match values ", v.sizes());
        const bool fused = has_kernel(q) && k.scalar_type() == q.scalar_type() && v.scalar_type() == q.scalar_type() && c.device().is_cpu() &&
                           c.scalar_type() == at::kFloat && s.scalar_type() == at::kFloat;
        if (fused) {
            *out = give(fused_rotary_qkv(q, k, v, c, s, heads, groups));
            return;
        }
        *out = give(at::cat({turned(q, c, s, heads), repeated(turned(k, c, s, groups), heads, groups), repeated(v, heads, groups)}, 1));
    });
}

CTStatus ct_keyed_dropout(CTTensor input, double share, CTTensor row_keys, uint64_t salt, CTTensor *out, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(share >= 0 && share < 1, "a share of ", share, " cannot be left out; expected 0 up to 1, without 1");
        auto x = borrow(input), rows = borrow(row_keys);
        TORCH_CHECK(x.dim() == 2 && rows.scalar_type() == at::kLong && rows.dim() == 1 && rows.size(0) == x.size(0), "keys must be int64 and one for each row of ",
                    x.sizes(), ", not ", rows.scalar_type(), " ", rows.sizes());
        if (share == 0) {
            *out = give(x);
            return;
        }
        auto keys = rows ^ static_cast<int64_t>(salt);
        if (has_kernel(x) && keys.device().is_cpu()) {
            *out = give(fused_dropout(x, share, keys));
        } else {
            *out = give(x * kept(x, share, keys).to(x.scalar_type()) * (1 / (1 - share)));
        }
    });
}
