// What the update rules share: pieces of parameters in float32, however they are stored.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <vector>

#include "Guard.h"
#include "StochasticRounding.h"
#include "include/ct_optim.h"

namespace ct {

using MaybeTensor = std::optional<at::Tensor>;

/// One parameter, or a run of its elements, as a rule sees it. The rule writes parameter and moments in place.
struct Piece {
    at::Tensor parameter, gradient;
    std::vector<at::Tensor> moments;
};

/// The settings of a step as tensors on the parameters' device.
struct Step {
    explicit Step(const CTUpdate &u)
        : count(borrow(u.step)), factor(optional(u.rate_factor)), divisor(optional(u.divisor)), skip(optional(u.skip)),
          learning_rate(u.learning_rate), weight_decay(u.weight_decay) {}

    at::Tensor count;
    MaybeTensor factor, divisor, skip;
    double learning_rate, weight_decay;

    /// The learning rate in the type of `like`, rank 0.
    at::Tensor rate(const at::Tensor &like) const {
        auto options = like.options().requires_grad(false);
        return factor ? factor->reshape({}).to(like.scalar_type()) * learning_rate : at::full({}, learning_rate, options);
    }
    at::Tensor divided(const at::Tensor &gradient) const { return divisor ? gradient / *divisor : gradient; }
    /// Writes `value`, unless the step is skipped.
    void store(const at::Tensor &target, const at::Tensor &value) const {
        if (!skip) {
            target.copy_(value);
        } else if (value.scalar_type() == target.scalar_type()) {
            auto out = target;
            at::where_out(out, skip->reshape({}) > 0, target, value);
        } else {
            target.copy_(at::where(skip->reshape({}) > 0, target, value));
        }
    }

private:
    static MaybeTensor optional(CTTensor t) { return t ? MaybeTensor(borrow(t)) : std::nullopt; }
};

/// How many elements are widened at a time: few enough for the cache of a core, many enough for a GPU.
inline int64_t piece_size(const at::Tensor &t) { return t.device().is_cpu() ? 1 << 16 : 1 << 24; }

inline bool is_narrow(const at::Tensor &t) { return t.scalar_type() == at::kBFloat16; }

/// Runs `rule(piece)` over one parameter; `size` elements at a time.
template <typename Rule>
void update_in_pieces(const Piece &stored, uint64_t key, const Step &step, int64_t size, Rule &&rule) {
    std::vector<at::Tensor> targets = {stored.parameter};
    targets.insert(targets.end(), stored.moments.begin(), stored.moments.end());
    const int64_t count = stored.parameter.numel();
    const bool whole = count <= size;
    // A flat copy of something else would be updated in place of it.
    for (const auto &target : targets) TORCH_CHECK(target.is_contiguous(), "an optimizer's step over a parameter that is not contiguous");
    auto part = [&](const at::Tensor &t, int64_t begin) {
        return whole ? t : t.reshape({-1}).narrow(0, begin, std::min(size, count - begin));
    };
    for (int64_t begin = 0; begin < count; begin += size) {
        std::vector<at::Tensor> views, values;
        for (const auto &target : targets) {
            views.push_back(part(target, begin));
            values.push_back(is_narrow(target) ? views.back().to(at::kFloat) : views.back());
        }
        auto gradient = part(stored.gradient, begin);
        if (is_narrow(gradient)) gradient = gradient.to(at::kFloat);
        rule(Piece{values[0], gradient, std::vector<at::Tensor>(values.begin() + 1, values.end())});
        // A skipped step left the values as they were stored, and such values are rounded to themselves.
        for (size_t slot = 0; slot < views.size(); ++slot)
            if (is_narrow(views[slot])) round_stochastic_(views[slot], values[slot], key + slot * 0xD1B54A32D192ED03u, step.count, begin);
    }
}

/// Parameter `i` of an update as it is stored.
inline Piece stored_piece(const CTUpdate &u, int64_t i) {
    Piece piece{borrow(u.parameters[i]), borrow(u.gradients[i]), {}};
    for (int64_t m = 0; m < u.moment_count; ++m) piece.moments.push_back(borrow(u.moments[m * u.count + i]));
    return piece;
}

inline bool has_narrow(const Piece &piece) {
    return is_narrow(piece.parameter) || std::any_of(piece.moments.begin(), piece.moments.end(), is_narrow);
}

/// Runs `rule(piece)` over all parameters of an update.
template <typename Rule>
void update_all(const CTUpdate &u, const Step &step, bool elementwise, Rule &&rule) {
    for (int64_t i = 0; i < u.count; ++i) {
        auto piece = stored_piece(u, i);
        const int64_t size = elementwise ? piece_size(piece.parameter) : std::max<int64_t>(piece.parameter.numel(), 1);
        update_in_pieces(piece, u.keys[i], step, size, rule);
    }
}

}  // namespace ct
