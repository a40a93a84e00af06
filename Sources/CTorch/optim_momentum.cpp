#include <ATen/ops/sign.h>

#include "OptimizerStep.h"

using namespace ct;

CTStatus ct_lion(CTUpdate u, double beta1, double beta2, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(u.moment_count == 1, "Lion has one moment, not ", u.moment_count);
        const Step step(u);
        update_all(u, step, /*elementwise=*/true, [&](const Piece &piece) {
            const auto &moment = piece.moments[0];
            auto gradient = step.divided(piece.gradient);
            auto direction = (moment * beta1).add_(gradient, 1 - beta1).sign_();
            auto rate = step.rate(piece.parameter);
            step.store(piece.parameter, (piece.parameter * (1 - rate * step.weight_decay)).sub_(direction.mul_(rate)));
            step.store(moment, (moment * beta2).add_(gradient, 1 - beta2));
        });
    });
}

CTStatus ct_sgd(CTUpdate u, double momentum, bool nesterov, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(momentum == 0 || u.moment_count == 1, "momentum is one moment, not ", u.moment_count);
        const Step step(u);
        update_all(u, step, /*elementwise=*/true, [&](const Piece &piece) {
            auto gradient = step.divided(piece.gradient);
            if (step.weight_decay != 0) gradient = gradient.add(piece.parameter, step.weight_decay);
            auto direction = gradient;
            if (momentum != 0) {
                auto moment = (piece.moments[0] * momentum).add_(gradient);
                direction = nesterov ? gradient.add(moment, momentum) : moment;
                step.store(piece.moments[0], moment);
            }
            step.store(piece.parameter, piece.parameter - direction * step.rate(piece.parameter));
        });
    });
}
