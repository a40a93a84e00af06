#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/pow.h>

#include "OptimizerStep.h"

using namespace ct;

namespace {

/// libtorch's one call over tensors of one type.
void fused_adamw(std::vector<at::Tensor> p, std::vector<at::Tensor> g, std::vector<at::Tensor> m, std::vector<at::Tensor> v, const Step &step, double beta1, double beta2, double epsilon) {
    if (p.empty()) return;
    // The operator wants one step count a tensor; they may share it.
    std::vector<at::Tensor> steps(p.size(), step.count);
    if (step.factor) {
        at::_fused_adamw_(p, g, m, v, {}, steps, *step.factor * step.learning_rate, beta1, beta2, step.weight_decay, epsilon,
                          /*amsgrad=*/false, /*maximize=*/false, step.divisor, step.skip);
    } else {
        at::_fused_adamw_(p, g, m, v, {}, steps, step.learning_rate, beta1, beta2, step.weight_decay, epsilon,
                          /*amsgrad=*/false, /*maximize=*/false, step.divisor, step.skip);
    }
}

}  // namespace

CTStatus ct_adamw(CTUpdate u, double beta1, double beta2, double epsilon, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(u.moment_count == 2, "AdamW has two moments, not ", u.moment_count);
        const Step step(u);
        std::vector<at::Tensor> p, g, m, v;
        for (int64_t i = 0; i < u.count; ++i) {
            auto stored = stored_piece(u, i);
            if (has_narrow(stored)) {
                update_in_pieces(stored, u.keys[i], step, piece_size(stored.parameter), [&](const Piece &piece) {
                    fused_adamw({piece.parameter}, {piece.gradient}, {piece.moments[0]}, {piece.moments[1]}, step, beta1, beta2, epsilon);
                });
            } else {
                p.push_back(stored.parameter);
                g.push_back(stored.gradient);
                m.push_back(stored.moments[0]);
                v.push_back(stored.moments[1]);
            }
        }
        fused_adamw(std::move(p), std::move(g), std::move(m), std::move(v), step, beta1, beta2, epsilon);
    });
}

CTStatus ct_lamb(CTUpdate u, double beta1, double beta2, double epsilon, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(u.moment_count == 2, "LAMB has two moments, not ", u.moment_count);
        const Step step(u);
        auto count = step.count.reshape({}).to(at::kDouble);
        auto first_scale = 1 - at::pow(beta1, count), second_scale = 1 - at::pow(beta2, count);
        // Whole parameters, because the ratio of norms is one of the whole.
        update_all(u, step, /*elementwise=*/false, [&](const Piece &piece) {
            auto gradient = step.divided(piece.gradient);
            auto first = (piece.moments[0] * beta1).add_(gradient, 1 - beta1);
            auto second = (piece.moments[1] * beta2).addcmul_(gradient, gradient, 1 - beta2);
            auto direction = (first / first_scale).div_((second / second_scale).sqrt_().add_(epsilon));
            auto rate = step.rate(piece.parameter);
            if (step.weight_decay != 0) {
                direction.add_(piece.parameter, step.weight_decay);
                auto size = at::linalg_vector_norm(piece.parameter), length = at::linalg_vector_norm(direction);
                rate = rate * at::where((size > 0).logical_and(length > 0), size / length, at::ones_like(size));
            }
            step.store(piece.parameter, piece.parameter - direction.mul_(rate));
            step.store(piece.moments[0], first);
            step.store(piece.moments[1], second);
        });
    });
}
