#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <algorithm>

#include "Guard.h"
#include "include/ct_optim.h"

using namespace ct;

CTStatus ct_adamw(const CTTensor *parameters, const CTTensor *gradients, const CTTensor *first_moments, const CTTensor *second_moments, int64_t count, CTTensor step, CTAdamWSettings s, CTTensor divisor, CTTensor skip, char **error) {
    return guard(error, [&] {
        if (count == 0) return;
        auto p = borrow_all(parameters, count);
        auto g = borrow_all(gradients, count);
        auto m = borrow_all(first_moments, count);
        auto v = borrow_all(second_moments, count);
        // The operator wants one step count a tensor; they may share it.
        std::vector<at::Tensor> steps(count, borrow(step));
        auto optional = [](CTTensor t) { return t ? std::optional<at::Tensor>(borrow(t)) : std::nullopt; };
        at::_fused_adamw_(p, g, m, v, {}, steps, s.learning_rate, s.beta1, s.beta2, s.weight_decay, s.epsilon,
                          /*amsgrad=*/false, /*maximize=*/false, optional(divisor), optional(skip));
    });
}

CTStatus ct_global_norm(const CTTensor *tensors, int64_t count, CTTensor *out, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(count > 0, "a norm of no tensors");
        auto list = borrow_all(tensors, count);
        // In float32 even for narrower gradients, whose own norms would be rounded.
        const bool narrow = std::none_of(list.begin(), list.end(), [](const at::Tensor &t) { return t.scalar_type() == at::kDouble; });
        auto norms = at::_foreach_norm(list, 2, narrow ? std::optional(at::kFloat) : std::nullopt);
        *out = give(at::linalg_vector_norm(at::stack(norms), 2).to(at::kFloat));
    });
}

CTStatus ct_lerp_all(const CTTensor *averages, const CTTensor *values, int64_t count, double weight, char **error) {
    return guard(error, [&] {
        if (count > 0) at::_foreach_lerp_(borrow_all(averages, count), borrow_all(values, count), weight);
    });
}
