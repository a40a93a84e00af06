#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sigmoid.h>

#include "Fused.h"
#include "include/ct_nn.h"

namespace ct {
namespace {

constexpr int64_t grain = 4096;

struct ActivationFunction : Function<ActivationFunction> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &input_in, int64_t kind) {
        auto input = input_in.contiguous();
        auto out = at::empty_like(input);
        const void *in = input.const_data_ptr();
        void *result = out.mutable_data_ptr();
        const auto type = element(input);
        parallel_ranges(input.numel(), grain, [&](int64_t begin, int64_t end, int64_t) {
            kernels().activation_forward(static_cast<Activation>(kind), type, in, result, begin, end);
        });
        context->save_for_backward({input});
        context->saved_data["kind"] = kind;
        return out;
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto input = context->get_saved_variables()[0];
        const auto kind = static_cast<Activation>(context->saved_data["kind"].toInt());
        auto grad = grads[0].contiguous();
        auto out = at::empty_like(input);
        const void *in = input.const_data_ptr(), *upstream = grad.const_data_ptr();
        void *result = out.mutable_data_ptr();
        const auto type = element(input);
        parallel_ranges(input.numel(), grain, [&](int64_t begin, int64_t end, int64_t) {
            kernels().activation_backward(kind, type, in, upstream, result, begin, end);
        });
        return {out, at::Tensor()};
    }
};

bool has_kernel(const at::Tensor &t) {
    return t.device().is_cpu() && (t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16);
}

}  // namespace
}  // namespace ct

using namespace ct;

CTStatus ct_activation(CTTensor input, CTActivation kind, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto x = borrow(input);
        if (has_kernel(x)) {
            *out = give(ActivationFunction::apply(x, static_cast<int64_t>(kind)));
        } else {
            *out = give(kind == CT_GELU ? at::gelu(x) : at::mul(x, at::sigmoid(at::mul(x, 1.702))));
        }
    });
}
