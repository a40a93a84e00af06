#include <ATen/core/Tensor.h>

#include "Guard.h"
#include "Kernels/Kernels.h"
#include "Parallel.h"
#include "include/ct_optim.h"

using namespace ct;

namespace {

void check(const at::Tensor &tensor, const char *name, at::IntArrayRef shape) {
    TORCH_CHECK(tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous(),
                name, " must be contiguous float32 on the CPU");
    TORCH_CHECK(tensor.sizes() == shape, name, " of shape ", tensor.sizes(), ", not ", shape);
}

}  // namespace

CTStatus ct_normalizer_pulls_(CTTensor products, CTTensor inverse_norms, CTTensor similarity, CTTensor scale, CTTensor target, CTTensor weight, double log_epsilon, double log_ratio_limit, char **error) {
    return guard(error, [&] {
        auto p = borrow(products);
        TORCH_CHECK(p.dim() == 2, "products of ", p.dim(), " dimensions");
        const int64_t rows = p.size(0), count = p.size(1);
        auto norms = borrow(inverse_norms), s = borrow(similarity), t = borrow(scale), goal = borrow(target), w = borrow(weight);
        check(p, "products", {rows, count});
        check(norms, "inverse norms", {count});
        for (const auto &[tensor, name] : {std::pair{&s, "similarity"}, {&t, "scale"}, {&goal, "target"}, {&w, "weight"}})
            check(*tensor, name, {rows});
        const NormalizerPulls job{
            .count = count,
            .products = p.mutable_data_ptr<float>(),
            .inverse_norms = numbers<float>(norms),
            .similarity = numbers<float>(s),
            .scale = numbers<float>(t),
            .target = numbers<float>(goal),
            .weight = numbers<float>(w),
            .log_epsilon = static_cast<float>(log_epsilon),
            .log_ratio_limit = static_cast<float>(log_ratio_limit),
        };
        parallel_ranges(rows, 4, [&](int64_t begin, int64_t end, int64_t) { kernels().normalizer_pulls(job, begin, end); });
    });
}

CTStatus ct_adagrad_directions_(CTTensor rows, CTTensor accumulator, CTTensor pulls, CTTensor inverse_norms, double rate, double epsilon, char **error) {
    return guard(error, [&] {
        auto w = borrow(rows), sums = borrow(accumulator), p = borrow(pulls), norms = borrow(inverse_norms);
        TORCH_CHECK(w.dim() == 2, "rows of ", w.dim(), " dimensions");
        const int64_t count = w.size(0), width = w.size(1);
        check(w, "rows", {count, width});
        check(sums, "accumulator", {count, width});
        check(p, "pulls", {count, width});
        check(norms, "inverse norms", {count});
        const AdagradDirections job{
            .width = width,
            .rows = w.mutable_data_ptr<float>(),
            .accumulator = sums.mutable_data_ptr<float>(),
            .pulls = numbers<float>(p),
            .inverse_norms = norms.mutable_data_ptr<float>(),
            .rate = static_cast<float>(rate),
            .epsilon = static_cast<float>(epsilon),
        };
        parallel_ranges(count, 64, [&](int64_t begin, int64_t end, int64_t) { kernels().adagrad_directions(job, begin, end); });
    });
}
