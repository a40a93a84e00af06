internal import CTorch

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence

// Arithmetic between tensors, and between a tensor and a number. A number never changes a floating tensor's
// type. Comparisons give bool tensors.
extension Tensor {
    /// The sum.
    public static func + (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) + \(rhs.summary)") { ct_add(lhs.handle, rhs.handle, $0, $1) }
    }
    /// The sum.
    public static func + (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) + \(rhs)") { ct_add_scalar(lhs.handle, rhs, $0, $1) }
    }
    /// The sum.
    public static func + (lhs: Double, rhs: Tensor) throws -> Tensor {
        try make("\(lhs) + \(rhs.summary)") { ct_add_scalar(rhs.handle, lhs, $0, $1) }
    }
    /// The difference.
    public static func - (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) - \(rhs.summary)") { ct_sub(lhs.handle, rhs.handle, $0, $1) }
    }
    /// The difference.
    public static func - (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) - \(rhs)") { ct_sub_scalar(lhs.handle, rhs, $0, $1) }
    }
    /// The difference.
    public static func - (lhs: Double, rhs: Tensor) throws -> Tensor {
        try make("\(lhs) - \(rhs.summary)") { ct_rsub_scalar(rhs.handle, lhs, $0, $1) }
    }
    /// The product of elements.
    public static func * (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) * \(rhs.summary)") { ct_mul(lhs.handle, rhs.handle, $0, $1) }
    }
    /// The product of elements.
    public static func * (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) * \(rhs)") { ct_mul_scalar(lhs.handle, rhs, $0, $1) }
    }
    /// The product of elements.
    public static func * (lhs: Double, rhs: Tensor) throws -> Tensor {
        try make("\(lhs) * \(rhs.summary)") { ct_mul_scalar(rhs.handle, lhs, $0, $1) }
    }
    /// The quotient of elements.
    public static func / (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) / \(rhs.summary)") { ct_div(lhs.handle, rhs.handle, $0, $1) }
    }
    /// The quotient of elements.
    public static func / (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) / \(rhs)") { ct_div_scalar(lhs.handle, rhs, $0, $1) }
    }
    /// The quotient of elements.
    public static func / (lhs: Double, rhs: Tensor) throws -> Tensor {
        try make("\(lhs) / \(rhs.summary)") { ct_rdiv_scalar(rhs.handle, lhs, $0, $1) }
    }

    /// True where elements are equal.
    public static func .== (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .== \(rhs.summary)") { ct_eq(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where elements differ.
    public static func .!= (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .!= \(rhs.summary)") { ct_ne(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where the left is smaller.
    public static func .< (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .< \(rhs.summary)") { ct_lt(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where the left is not larger.
    public static func .<= (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .<= \(rhs.summary)") { ct_le(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where the left is larger.
    public static func .> (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .> \(rhs.summary)") { ct_gt(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where the left is not smaller.
    public static func .>= (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .>= \(rhs.summary)") { ct_ge(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where both are.
    public static func .& (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .& \(rhs.summary)") { ct_logical_and(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where either is.
    public static func .| (lhs: Tensor, rhs: Tensor) throws -> Tensor {
        try make("\(lhs.summary) .| \(rhs.summary)") { ct_logical_or(lhs.handle, rhs.handle, $0, $1) }
    }

    /// True where elements are equal.
    public static func .== (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) .== \(rhs)") { ct_eq_scalar(lhs.handle, rhs, $0, $1) }
    }

    /// True where the left is smaller.
    public static func .< (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) .< \(rhs)") { ct_lt_scalar(lhs.handle, rhs, $0, $1) }
    }

    /// True where the left is not larger.
    public static func .<= (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) .<= \(rhs)") { ct_le_scalar(lhs.handle, rhs, $0, $1) }
    }

    /// True where the left is larger.
    public static func .> (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) .> \(rhs)") { ct_gt_scalar(lhs.handle, rhs, $0, $1) }
    }

    /// True where the left is not smaller.
    public static func .>= (lhs: Tensor, rhs: Double) throws -> Tensor {
        try make("\(lhs.summary) .>= \(rhs)") { ct_ge_scalar(lhs.handle, rhs, $0, $1) }
    }
}
