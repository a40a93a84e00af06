#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/div.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/embedding_dense_backward.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/upsample_bicubic2d.h>

#include <torch/csrc/autograd/custom_function.h>

#include "Guard.h"
#include "include/ct_nn.h"

using namespace ct;

namespace {

/// Rows of a bfloat16 table in float32. A row that comes often gathers its gradient in float32, too: in bfloat16 the sum
/// would stop growing after a few hundred equal parts.
struct NarrowEmbedding : torch::autograd::Function<NarrowEmbedding> {
    using Context = torch::autograd::AutogradContext;

    static at::Tensor forward(Context *context, const at::Tensor &weight, const at::Tensor &indices) {
        context->save_for_backward({indices});
        context->saved_data["rows"] = weight.size(0);
        return at::embedding(weight, indices).to(at::kFloat);
    }

    static torch::autograd::variable_list backward(Context *context, torch::autograd::variable_list grads) {
        auto indices = context->get_saved_variables()[0];
        auto sum = at::embedding_dense_backward(grads[0], indices, context->saved_data["rows"].toInt(), /*padding_idx=*/-1, /*scale_grad_by_freq=*/false);
        return {sum.to(at::kBFloat16), at::Tensor()};
    }
};

}  // namespace

CTStatus ct_embedding(CTTensor weight, CTTensor indices, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto table = borrow(weight);
        *out = give(table.scalar_type() == at::kBFloat16 ? NarrowEmbedding::apply(table, borrow(indices)) : at::embedding(table, borrow(indices)));
    });
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
