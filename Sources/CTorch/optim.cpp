#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <algorithm>

#include "Guard.h"
#include "include/ct_optim.h"

using namespace ct;

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
        std::vector<at::Tensor> wide_averages, wide_values;
        for (int64_t i = 0; i < count; ++i) {
            auto average = borrow(averages[i]), value = borrow(values[i]);
            if (average.scalar_type() == value.scalar_type()) {
                wide_averages.push_back(average);
                wide_values.push_back(value);
            } else {
                // One at a time: a wide copy of all values would take what narrow ones save.
                average.lerp_(value.to(average.scalar_type()), weight);
            }
        }
        if (!wide_averages.empty()) at::_foreach_lerp_(wide_averages, wide_values, weight);
    });
}
