#include "StochasticRounding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/where.h>

#include "CounterWords.h"
#include "Guard.h"
#include "Kernels/Kernels.h"
#include "Parallel.h"
#include "include/ct_optim.h"

namespace ct {
namespace {

constexpr int64_t grain = 1 << 14;
constexpr uint32_t golden = 0x9E3779B9u;

void check(const at::Tensor &target, const at::Tensor &source, const at::Tensor &step) {
    TORCH_CHECK(target.scalar_type() == at::kBFloat16 && source.scalar_type() == at::kFloat,
                "stochastic rounding goes from float32 to bfloat16, not from ", source.scalar_type(), " to ", target.scalar_type());
    TORCH_CHECK(target.sizes() == source.sizes(), "stochastic rounding from ", source.sizes(), " to ", target.sizes());
    TORCH_CHECK(target.is_contiguous() && source.is_contiguous(), "stochastic rounding wants contiguous tensors");
    TORCH_CHECK(target.device() == source.device() && step.device() == source.device(), "stochastic rounding across devices");
    TORCH_CHECK(step.numel() == 1, "a step of ", step.numel(), " elements");
}

void round_composed(const at::Tensor &target, const at::Tensor &source, uint64_t key, const at::Tensor &step, int64_t index) {
    auto words = source.options().dtype(at::kInt);
    auto number = at::arange(source.numel(), words) + word(static_cast<uint32_t>(index) + first_half(key));
    auto second = step.reshape({}).to(at::kInt) * word(golden) + word(second_half(key));
    auto random = mixed(mixed(number) + second).bitwise_right_shift(16) & 0xFFFF;
    auto bits = source.reshape({-1}).view(at::kInt);
    auto up = bits + random;
    up = at::where((up & word(0x7F800000u)) == word(0x7F800000u), bits, up);
    auto kept = (up & word(0xFFFF0000u)).view(at::kFloat).reshape(source.sizes());
    // The kept bits are a bfloat16 as they stand; a NaN is taken from the source, whose payload may lie in the others.
    target.copy_(at::where(source == source, kept, source));
}

}  // namespace

void round_stochastic_(const at::Tensor &target, const at::Tensor &source, uint64_t key, const at::Tensor &step, int64_t index) {
    check(target, source, step);
    if (!source.device().is_cpu()) return round_composed(target, source, key, step, index);
    const auto *in = numbers<float>(source);
    auto *out = static_cast<uint16_t *>(target.mutable_data_ptr());
    const auto count = static_cast<uint32_t>(static_cast<int64_t>(step.item<double>()));
    parallel_ranges(source.numel(), grain, [&](int64_t begin, int64_t end, int64_t) {
        kernels().round_stochastic(in, out, begin, end, static_cast<uint32_t>(index), first_half(key), count * golden + second_half(key));
    });
}

}  // namespace ct

using namespace ct;

CTStatus ct_round_stochastic_(CTTensor target, CTTensor source, uint64_t key, CTTensor step, int64_t index, char **error) {
    return guard(error, [&] { round_stochastic_(borrow(target), borrow(source), key, borrow(step), index); });
}

CTStatus ct_round_stochastic_composed_(CTTensor target, CTTensor source, uint64_t key, CTTensor step, int64_t index, char **error) {
    return guard(error, [&] {
        check(borrow(target), borrow(source), borrow(step));
        round_composed(borrow(target), borrow(source), key, borrow(step), index);
    });
}
