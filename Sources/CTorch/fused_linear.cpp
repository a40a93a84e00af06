#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include "Fused.h"
#include "include/ct_nn.h"

namespace ct {

at::Tensor sum_of_rows(const at::Tensor &matrix) {
    const int64_t rows = matrix.size(0), width = matrix.size(1), workers = worker_count();
    auto partial = at::zeros({workers, width}, matrix.options().dtype(at::kFloat));
    auto type = element(matrix);
    auto *sums = partial.mutable_data_ptr<float>();
    const void *data = matrix.const_data_ptr();
    parallel_ranges(rows, 64, [&](int64_t begin, int64_t end, int64_t range) {
        kernels().column_sums(type, data, width, begin, end, sums + range * width);
    });
    return workers == 1 ? partial.select(0, 0) : partial.sum(0);
}

namespace {

at::Tensor bias_gradient(const at::Tensor &rows, at::ScalarType type) {
    const bool kernel = rows.device().is_cpu() && (rows.scalar_type() == at::kFloat || rows.scalar_type() == at::kBFloat16);
    return (kernel ? sum_of_rows(rows.contiguous()) : at::sum(rows, {0}, false, type)).to(type);
}

struct Linear : Function<Linear> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &input, const at::Tensor &weight, const std::optional<at::Tensor> &bias) {
        auto w = weight.to(input.scalar_type());
        auto rows = input.reshape({-1, input.size(-1)});
        auto out = at::linear(rows, w, bias ? std::optional(bias->to(input.scalar_type())) : std::nullopt);
        // A narrow weight is widened again in the backward pass, or all wide copies would be alive between the two.
        context->save_for_backward({rows, weight.element_size() < w.element_size() ? weight : w});
        context->saved_data["bias"] = bias.has_value();
        context->saved_data["shape"] = input.sizes().vec();
        context->saved_data["type"] = static_cast<int64_t>(weight.scalar_type());
        // A narrow weight may have a wide bias.
        context->saved_data["bias_type"] = static_cast<int64_t>((bias ? *bias : weight).scalar_type());
        auto shape = input.sizes().vec();
        shape.back() = w.size(0);
        return out.view(shape);
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto saved = context->get_saved_variables();
        auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
        auto bias_type = static_cast<at::ScalarType>(context->saved_data["bias_type"].toInt());
        auto grad = grads[0].reshape({-1, grads[0].size(-1)});
        variable_list out(3);
        if (context->needs_input_grad(0)) out[0] = at::mm(grad, saved[1].to(grad.scalar_type())).view(context->saved_data["shape"].toIntVector());
        if (context->needs_input_grad(1)) out[1] = at::mm(grad.t(), saved[0]).to(type);
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) out[2] = bias_gradient(grad, bias_type);
        return out;
    }
};

}  // namespace
}  // namespace ct

using namespace ct;

CTStatus ct_linear(CTTensor input, CTTensor weight, CTTensor bias, CTTensor *out, char **error) {
    return guard(error, [&] {
        *out = give(Linear::apply(borrow(input), borrow(weight), bias ? std::optional(borrow(bias)) : std::nullopt));
    });
}
