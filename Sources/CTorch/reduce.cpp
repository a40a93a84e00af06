#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/topk.h>

#include <numeric>

#include "Guard.h"
#include "include/ct_reduce.h"

using namespace ct;

static std::vector<int64_t> dimensions(const at::Tensor &t, const int64_t *dims, int64_t count) {
    if (count > 0) return {dims, dims + count};
    std::vector<int64_t> all(t.dim());
    std::iota(all.begin(), all.end(), 0);
    return all;
}

#define CT_REDUCTION(name, expression)                                                                           \
    CTStatus ct_##name(CTTensor tensor, const int64_t *dims, int64_t count, bool keep, CTTensor *out, char **error) { \
        return guard(error, [&] {                                                                                \
            auto t = borrow(tensor);                                                                             \
            auto d = dimensions(t, dims, count);                                                                 \
            *out = give(expression);                                                                             \
        });                                                                                                      \
    }

CT_REDUCTION(sum, at::sum(t, d, keep))
CT_REDUCTION(mean, at::mean(t, d, keep))
CT_REDUCTION(amax, at::amax(t, d, keep))
CT_REDUCTION(amin, at::amin(t, d, keep))
CT_REDUCTION(logsumexp, at::logsumexp(t, d, keep))
CT_REDUCTION(norm, at::linalg_vector_norm(t, 2, d, keep))

CTStatus ct_all(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::all(borrow(tensor))); });
}
CTStatus ct_any(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::any(borrow(tensor))); });
}
CTStatus ct_argmax(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::argmax(borrow(tensor), dim)); });
}
CTStatus ct_softmax(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::softmax(borrow(tensor), dim)); });
}
CTStatus ct_log_softmax(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::log_softmax(borrow(tensor), dim)); });
}
CTStatus ct_cumsum(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::cumsum(borrow(tensor), dim)); });
}
CTStatus ct_topk(CTTensor tensor, int64_t k, int64_t dim, CTTensor *values, CTTensor *indices, char **error) {
    return guard(error, [&] {
        auto [v, i] = at::topk(borrow(tensor), k, dim);
        *values = give(v);
        *indices = give(i);
    });
}
CTStatus ct_sort(CTTensor tensor, int64_t dim, bool descending, CTTensor *values, CTTensor *indices, char **error) {
    return guard(error, [&] {
        auto [v, i] = at::sort(borrow(tensor), /*stable=*/true, dim, descending);
        *values = give(v);
        *indices = give(i);
    });
}
