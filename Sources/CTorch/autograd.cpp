#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "Guard.h"
#include "include/ct_autograd.h"

using namespace ct;

CTStatus ct_requires_grad(CTTensor tensor, bool *out, char **error) {
    return guard(error, [&] { *out = borrow(tensor).requires_grad(); });
}
CTStatus ct_set_requires_grad(CTTensor tensor, bool value, char **error) {
    return guard(error, [&] { borrow(tensor).set_requires_grad(value); });
}
CTStatus ct_detach(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).detach()); });
}
CTStatus ct_grad(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] {
        const auto &grad = borrow(tensor).grad();
        *out = grad.defined() ? give(grad) : nullptr;
    });
}
CTStatus ct_set_grad(CTTensor tensor, CTTensor grad, char **error) {
    return guard(error, [&] { borrow(tensor).mutable_grad() = grad ? borrow(grad) : at::Tensor(); });
}
CTStatus ct_backward(const CTTensor *outputs, const CTTensor *gradients, int64_t count, bool keep_graph, char **error) {
    return guard(error, [&] {
        torch::autograd::backward(borrow_all(outputs, count), borrow_all(gradients, count), keep_graph);
    });
}
bool ct_grad_enabled(void) { return c10::GradMode::is_enabled(); }
void ct_set_grad_enabled(bool enabled) { c10::GradMode::set_enabled(enabled); }
