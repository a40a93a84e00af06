#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include "Fused.h"
#include "include/ct_nn.h"

namespace ct {
namespace {

constexpr int64_t grain = 32;

/// LayerNorm(residual + branch); outputs the sum (when there is a branch) and the normalised rows.
struct AddLayerNorm : Function<AddLayerNorm> {
    static variable_list forward(AutogradContext *context, const at::Tensor &residual_in, const std::optional<at::Tensor> &branch_in, const at::Tensor &weight, const at::Tensor &bias, double epsilon, at::ScalarType type) {
        auto residual = residual_in.contiguous();
        auto branch = branch_in ? branch_in->contiguous() : at::Tensor();
        const int64_t width = residual.size(-1), rows = residual.numel() / width;
        auto sum = branch.defined() ? at::empty_like(residual) : residual;
        auto normalized = at::empty(residual.sizes(), residual.options().dtype(type));
        auto mean = at::empty({rows}, residual.options()), inverse = at::empty({rows}, residual.options());
        LayerNormForward job{
            .width = width,
            .residual = numbers<float>(residual),
            .branch = branch.defined() ? branch.const_data_ptr() : nullptr,
            .branch_type = branch.defined() ? element(branch) : Element::float32,
            .weight = numbers<float>(weight),
            .bias = numbers<float>(bias),
            .epsilon = static_cast<float>(epsilon),
            .sum = branch.defined() ? sum.mutable_data_ptr<float>() : nullptr,
            .normalized = normalized.mutable_data_ptr(),
            .normalized_type = element(normalized),
            .mean = mean.mutable_data_ptr<float>(),
            .inverse_deviation = inverse.mutable_data_ptr<float>(),
        };
        parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int64_t) { kernels().layer_norm_forward(job, begin, end); });
        context->save_for_backward({sum, mean, inverse, weight});
        context->saved_data["branch"] = branch.defined() ? static_cast<int64_t>(branch.scalar_type()) : int64_t{-1};
        context->set_materialize_grads(false);
        if (branch.defined()) return {sum, normalized};
        return {normalized};
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto saved = context->get_saved_variables();
        const auto &sum = saved[0];
        const int64_t width = sum.size(-1), rows = sum.numel() / width;
        const int64_t branch = context->saved_data["branch"].toInt();
        const bool has_branch = branch >= 0;
        auto grad_sum = has_branch && grads[0].defined() ? grads[0].to(at::kFloat).contiguous() : at::Tensor();
        auto grad = grads.back().defined() ? grads.back().contiguous() : at::Tensor();
        auto grad_residual = at::empty_like(sum);
        const bool separate = has_branch && static_cast<at::ScalarType>(branch) == at::kBFloat16;
        auto grad_branch = separate ? at::empty(sum.sizes(), sum.options().dtype(at::kBFloat16)) : at::Tensor();
        const int64_t workers = worker_count();
        auto partial = at::zeros({2, workers, width}, sum.options());
        float *grad_weight = partial.mutable_data_ptr<float>(), *grad_bias = grad_weight + workers * width;
        LayerNormBackward job{
            .width = width,
            .sum = numbers<float>(sum),
            .mean = numbers<float>(saved[1]),
            .inverse_deviation = numbers<float>(saved[2]),
            .weight = numbers<float>(saved[3]),
            .grad_normalized = grad.defined() ? grad.const_data_ptr() : nullptr,
            .normalized_type = grad.defined() ? element(grad) : Element::float32,
            .grad_sum = grad_sum.defined() ? numbers<float>(grad_sum) : nullptr,
            .grad_residual = grad_residual.mutable_data_ptr<float>(),
            .grad_branch = separate ? grad_branch.mutable_data_ptr() : nullptr,
            .branch_type = separate ? Element::bfloat16 : Element::float32,
        };
        parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int64_t range) {
            kernels().layer_norm_backward(job, begin, end, grad_weight + range * width, grad_bias + range * width);
        });
        auto sums = at::sum(partial, {1});
        variable_list out(6);
        out[0] = grad_residual;
        if (has_branch) out[1] = separate ? grad_branch : grad_residual;
        out[2] = sums.select(0, 0);
        out[3] = sums.select(0, 1);
        return out;
    }
};

}  // namespace
}  // namespace ct

using namespace ct;

CTStatus ct_add_layer_norm(CTTensor residual, CTTensor branch, CTTensor weight, CTTensor bias, double epsilon, CTDType dtype, CTTensor *sum, CTTensor *normalized, char **error) {
    return guard(error, [&] {
        auto x = borrow(residual), w = borrow(weight), b = borrow(bias);
        auto y = branch ? borrow(branch) : at::Tensor();
        for (const auto &t : {x, w, b}) check_cpu(t, "the fused layer norm");
        if (y.defined()) check_cpu(y, "the fused layer norm");
        TORCH_CHECK(x.scalar_type() == at::kFloat && w.scalar_type() == at::kFloat && b.scalar_type() == at::kFloat,
                    "the fused layer norm takes a float32 residual and float32 parameters");
        TORCH_CHECK(x.dim() > 0 && x.size(-1) > 0, "the fused layer norm needs a last dimension that is not empty, not ", x.sizes());
        TORCH_CHECK(!y.defined() || y.sizes() == x.sizes(), "branch ", branch ? y.sizes() : x.sizes(), " does not match residual ", x.sizes());
        TORCH_CHECK(w.numel() == x.size(-1) && b.numel() == x.size(-1), "width ", x.size(-1), " does not match weight ", w.sizes());
        auto outputs = AddLayerNorm::apply(x, y.defined() ? std::optional(y) : std::nullopt, w.contiguous(), b.contiguous(), epsilon, scalar_type(dtype));
        *normalized = give(outputs.back());
        *sum = give(y.defined() ? outputs[0] : x);
    });
}
