internal import CTorch

/// The numbers of one AdamW step.
public struct AdamWSettings: Sendable {
    /// Step size, and decay rates of the two moments.
    public var learningRate, beta1, beta2: Double
    /// Decoupled weight decay, and what is added to the root of the second moment.
    public var weightDecay, epsilon: Double

    /// Creates settings.
    public init(learningRate: Double, beta1: Double, beta2: Double, weightDecay: Double, epsilon: Double) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.weightDecay = weightDecay
        self.epsilon = epsilon
    }
}

/// Operations over lists of tensors, one call for all.
public enum TensorLists {
    /// The 2-norm of all tensors concatenated, as a float32 tensor of rank 0.
    public static func globalNorm(_ tensors: [Tensor]) throws -> Tensor {
        try withHandles(tensors) { handles in
            try make("globalNorm of \(tensors.count) tensors") {
                ct_global_norm(handles, Int64(tensors.count), $0, $1)
            }
        }
    }

    /// One AdamW step in place.
    ///
    /// - Parameters:
    ///   - step: A float32 tensor of one element on the parameters' device; it counts from 1.
    ///   - divisor: A float32 tensor of one element that divides every gradient first.
    ///   - skip: A float32 tensor of one element; nothing changes where it is 1.
    public static func adamW(
        parameters: [Tensor],
        gradients: [Tensor],
        firstMoments: [Tensor],
        secondMoments: [Tensor],
        step: Tensor,
        settings: AdamWSettings,
        divisor: Tensor? = nil,
        skip: Tensor? = nil
    ) throws {
        let numbers = CTAdamWSettings(
            learning_rate: settings.learningRate,
            beta1: settings.beta1,
            beta2: settings.beta2,
            weight_decay: settings.weightDecay,
            epsilon: settings.epsilon
        )
        try withHandles(parameters) { p in
            try withHandles(gradients) { g in
                try withHandles(firstMoments) { m in
                    try withHandles(secondMoments) { v in
                        try check("adamW over \(parameters.count) tensors") {
                            ct_adamw(
                                p,
                                g,
                                m,
                                v,
                                Int64(parameters.count),
                                step.handle,
                                numbers,
                                divisor?.handle,
                                skip?.handle,
                                $0
                            )
                        }
                    }
                }
            }
        }
    }

    /// Moves each average by `weight` of the way to its value.
    public static func interpolate(_ averages: [Tensor], to values: [Tensor], weight: Double) throws {
        try withHandles(averages) { a in
            try withHandles(values) { v in
                try check("interpolate over \(averages.count) tensors") {
                    ct_lerp_all(a, v, Int64(averages.count), weight, $0)
                }
            }
        }
    }
}
