#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/div.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include "Guard.h"
#include "include/ct_nn.h"

using namespace ct;

CTStatus ct_embedding(CTTensor weight, CTTensor indices, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::embedding(borrow(weight), borrow(indices))); });
}
CTStatus ct_layer_norm(CTTensor input, CTTensor weight, CTTensor bias, double epsilon, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto w = borrow(weight);
        *out = give(at::layer_norm(borrow(input), w.sizes(), w, borrow(bias), epsilon));
    });
}
CTStatus ct_attention(CTTensor query, CTTensor key, CTTensor value, CTTensor mask, bool causal, CTTensor *out, char **error) {
    return guard(error, [&] {
        *out = give(at::scaled_dot_product_attention(borrow(query), borrow(key), borrow(value),
                                                     mask ? std::optional(borrow(mask)) : std::nullopt, 0.0, causal));
    });
}
CTStatus ct_interpolate_bicubic(CTTensor input, int64_t height, int64_t width, bool antialias, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto x = borrow(input);
        *out = give(antialias ? at::_upsample_bicubic2d_aa(x, {height, width}, /*align_corners=*/false, std::nullopt, std::nullopt)
                              : at::upsample_bicubic2d(x, {height, width}, /*align_corners=*/false, std::nullopt, std::nullopt));
    });
}
CTStatus ct_normalize(CTTensor input, double epsilon, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto x = borrow(input);
        if (x.scalar_type() != at::kDouble) x = x.to(at::kFloat);
        *out = give(at::div(x, at::clamp_min(at::linalg_vector_norm(x, 2, {-1}, true), epsilon)));
    });
}
