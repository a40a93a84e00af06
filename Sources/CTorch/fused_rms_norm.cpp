#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include "Decoder.h"

namespace ct {
namespace {

constexpr int64_t grain = 32;

/// RMSNorm(residual + branch); outputs the sum (when there is a branch) and the normalised rows.
struct AddRmsNorm : Function<AddRmsNorm> {
    static variable_list forward(AutogradContext *context, const at::Tensor &residual_in, const std::optional<at::Tensor> &branch_in, const at::Tensor &weight_in, double epsilon, at::ScalarType type) {
        auto residual = residual_in.contiguous();
        auto branch = branch_in ? branch_in->contiguous() : at::Tensor();
        // The weight multiplies what was rounded to `type` as a number of that type.
        auto weight = weight_in.to(type).to(at::kFloat).contiguous();
        const int64_t width = residual.size(-1), rows = residual.numel() / width;
        auto sum = branch.defined() ? at::empty_like(residual) : residual;
        auto normalized = at::empty(residual.sizes(), residual.options().dtype(type));
        auto inverse = at::empty({rows}, residual.options());
        RmsNormForward job{
            .width = width,
            .residual = numbers<float>(residual),
            .branch = branch.defined() ? branch.const_data_ptr() : nullptr,
            .branch_type = branch.defined() ? element(branch) : Element::float32,
            .weight = numbers<float>(weight),
            .epsilon = static_cast<float>(epsilon),
            .sum = branch.defined() ? sum.mutable_data_ptr<float>() : nullptr,
            .normalized = normalized.mutable_data_ptr(),
            .normalized_type = element(normalized),
            .inverse = inverse.mutable_data_ptr<float>(),
        };
        parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int64_t) { kernels().rms_norm_forward(job, begin, end); });
        context->save_for_backward({sum, inverse, weight});
        context->saved_data["branch"] = branch.defined() ? static_cast<int64_t>(branch.scalar_type()) : int64_t{-1};
        context->saved_data["type"] = static_cast<int64_t>(weight_in.scalar_type());
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
        const bool trains_weight = context->needs_input_grad(has_branch ? 2 : 1);
        auto partial = trains_weight ? at::zeros({worker_count(), width}, sum.options()) : at::Tensor();
        float *grad_weight = trains_weight ? partial.mutable_data_ptr<float>() : nullptr;
        RmsNormBackward job{
            .width = width,
            .sum = numbers<float>(sum),
            .inverse = numbers<float>(saved[1]),
            .weight = numbers<float>(saved[2]),
            .grad_normalized = grad.defined() ? grad.const_data_ptr() : nullptr,
            .normalized_type = grad.defined() ? element(grad) : Element::float32,
            .grad_sum = grad_sum.defined() ? numbers<float>(grad_sum) : nullptr,
            .grad_residual = grad_residual.mutable_data_ptr<float>(),
            .grad_branch = separate ? grad_branch.mutable_data_ptr() : nullptr,
            .branch_type = separate ? Element::bfloat16 : Element::float32,
        };
        parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int64_t range) {
            kernels().rms_norm_backward(job, begin, end, grad_weight ? grad_weight + range * width : nullptr);
        });
        variable_list out(5);
        out[0] = grad_residual;
        if (has_branch) out[1] = separate ? grad_branch : grad_residual;
        if (trains_weight) out[2] = at::sum(partial, {0}).to(static_cast<at::ScalarType>(context->saved_data["type"].toInt()));
        return out;
    }
};

}  // namespace

std::pair<at::Tensor, at::Tensor> fused_rms_norm(const at::Tensor &residual, const at::Tensor &branch, const at::Tensor &weight, double epsilon, at::ScalarType type) {
    auto outputs = AddRmsNorm::apply(residual, branch.defined() ? std::optional(branch) : std::nullopt, weight, epsilon, type);
    return {branch.defined() ? outputs[0] : residual, outputs.back()};
}

}  // namespace ct
