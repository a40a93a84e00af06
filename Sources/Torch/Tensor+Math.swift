internal import CTorch

// Elementwise mathematics. Shapes broadcast as in NumPy; negative dimensions count from the end.
extension Tensor {
    /// e raised to each element.
    public func exp() throws -> Tensor { try make("exp(\(summary))") { ct_exp(handle, $0, $1) } }
    /// The natural logarithm.
    public func log() throws -> Tensor { try make("log(\(summary))") { ct_log(handle, $0, $1) } }
    /// ln(1 + x), exact near zero.
    public func log1p() throws -> Tensor { try make("log1p(\(summary))") { ct_log1p(handle, $0, $1) } }
    /// The square root.
    public func sqrt() throws -> Tensor { try make("sqrt(\(summary))") { ct_sqrt(handle, $0, $1) } }
    /// One over the square root.
    public func rsqrt() throws -> Tensor { try make("rsqrt(\(summary))") { ct_rsqrt(handle, $0, $1) } }
    /// The hyperbolic tangent.
    public func tanh() throws -> Tensor { try make("tanh(\(summary))") { ct_tanh(handle, $0, $1) } }
    /// 1 / (1 + e⁻ˣ).
    public func sigmoid() throws -> Tensor { try make("sigmoid(\(summary))") { ct_sigmoid(handle, $0, $1) } }
    /// ln σ(x), finite for large negative x.
    public func logSigmoid() throws -> Tensor {
        try make("logSigmoid(\(summary))") { ct_log_sigmoid(handle, $0, $1) }
    }
    /// max(x, 0).
    public func relu() throws -> Tensor { try make("relu(\(summary))") { ct_relu(handle, $0, $1) } }
    /// The absolute value.
    public func abs() throws -> Tensor { try make("abs(\(summary))") { ct_abs(handle, $0, $1) } }
    /// x².
    public func squared() throws -> Tensor { try make("squared(\(summary))") { ct_square(handle, $0, $1) } }
    /// -1, 0 or 1.
    public func sign() throws -> Tensor { try make("sign(\(summary))") { ct_sign(handle, $0, $1) } }
    /// True where an element is neither infinite nor NaN.
    public func isFinite() throws -> Tensor {
        try make("isFinite(\(summary))") { ct_isfinite(handle, $0, $1) }
    }
    /// The logical complement.
    public func not() throws -> Tensor { try make("not(\(summary))") { ct_logical_not(handle, $0, $1) } }

    /// The additive inverse.
    public static prefix func - (tensor: Tensor) throws -> Tensor {
        try make("-(\(tensor.summary))") { ct_neg(tensor.handle, $0, $1) }
    }

    /// The matrix product; leading dimensions broadcast.
    public func matmul(_ other: Tensor) throws -> Tensor {
        try make("matmul(\(summary), \(other.summary))") { ct_matmul(handle, other.handle, $0, $1) }
    }

    /// The larger of two elements.
    public func maximum(_ other: Tensor) throws -> Tensor {
        try make("maximum(\(summary), \(other.summary))") { ct_maximum(handle, other.handle, $0, $1) }
    }

    /// The smaller of two elements.
    public func minimum(_ other: Tensor) throws -> Tensor {
        try make("minimum(\(summary), \(other.summary))") { ct_minimum(handle, other.handle, $0, $1) }
    }

    /// ln(eᵃ + eᵇ) without overflow.
    public func logAddExp(_ other: Tensor) throws -> Tensor {
        try make("logAddExp(\(summary), \(other.summary))") { ct_logaddexp(handle, other.handle, $0, $1) }
    }

    /// Each element raised to `exponent`.
    public func pow(_ exponent: Double) throws -> Tensor {
        try make("pow(\(summary), \(exponent))") { ct_pow_scalar(handle, exponent, $0, $1) }
    }

    /// Each element moved into the range.
    public func clamped(to range: ClosedRange<Double>) throws -> Tensor {
        try make("clamped(\(summary), \(range))") {
            ct_clamp(handle, range.lowerBound, range.upperBound, $0, $1)
        }
    }

    /// `then` where this is true, `otherwise` elsewhere.
    public func select(_ then: Tensor, _ otherwise: Tensor) throws -> Tensor {
        try make("select(\(summary), \(then.summary), \(otherwise.summary))") {
            ct_where(handle, then.handle, otherwise.handle, $0, $1)
        }
    }

    /// A copy with `value` where `mask` is true.
    public func filled(with value: Double, where mask: Tensor) throws -> Tensor {
        try make("filled(\(summary), where: \(mask.summary))") {
            ct_masked_fill(handle, mask.handle, value, $0, $1)
        }
    }

    /// `beta · self + alpha · lhs · rhs`, a fused matrix product.
    public func addingProduct(_ lhs: Tensor, _ rhs: Tensor, beta: Double = 1, alpha: Double = 1) throws
        -> Tensor
    {
        try make("addingProduct(\(summary), \(lhs.summary), \(rhs.summary))") {
            ct_addmm(handle, lhs.handle, rhs.handle, beta, alpha, $0, $1)
        }
    }
}
