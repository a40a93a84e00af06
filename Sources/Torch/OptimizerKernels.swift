internal import CTorch

extension ParameterUpdate {
    /// One step of Adam with decoupled decay in place; the moments are the first and the second.
    public func adamW(beta1: Double, beta2: Double, epsilon: Double) throws {
        try run("adamW") { ct_adamw($0, beta1, beta2, epsilon, $1) }
    }

    /// One step of LAMB in place; the moments are the first and the second.
    public func lamb(beta1: Double, beta2: Double, epsilon: Double) throws {
        try run("lamb") { ct_lamb($0, beta1, beta2, epsilon, $1) }
    }

    /// One step of Lion in place; one moment.
    public func lion(beta1: Double, beta2: Double) throws {
        try run("lion") { ct_lion($0, beta1, beta2, $1) }
    }

    /// One step of gradient descent in place; one moment, or none where the momentum is 0.
    public func sgd(momentum: Double, nesterov: Bool) throws {
        try run("sgd") { ct_sgd($0, momentum, nesterov, $1) }
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

    /// Moves each average by `weight` of the way to its value, which may be of a narrower type.
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
