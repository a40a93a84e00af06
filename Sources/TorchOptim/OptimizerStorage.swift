import Torch

/// How an optimizer keeps what it remembers.
///
/// Narrow moments are computed in float32 and stored with stochastic rounding. With rounding to nearest a second moment
/// whose β₂ is near 1 would stop moving: a step changes it by less than half of a bfloat16's last place.
public struct OptimizerStorage: Sendable, Equatable {
    /// Types of moments.
    public enum Moments: String, Sendable, CaseIterable {
        /// 32 bits, or the parameter's own type where that is wider.
        case float32
        /// 16 bits for matrices and larger; vectors and scalars keep float32.
        case bfloat16
    }

    /// The type of the moments.
    public var moments: Moments
    /// Decides how narrow moments and parameters are rounded.
    public var seed: UInt64

    /// Creates settings.
    public init(moments: Moments = .float32, seed: UInt64 = 0) {
        self.moments = moments
        self.seed = seed
    }

    /// The type of a parameter's moments.
    func type(for parameter: Tensor) -> DType {
        switch parameter.dtype {
        case .float32, .bfloat16: moments == .bfloat16 && parameter.rank >= 2 ? .bfloat16 : .float32
        case let wider: wider
        }
    }

    /// What the rounding of a parameter draws from: FNV-1a of the name, started from the seed, with its bits mixed.
    func key(of name: String) -> UInt64 {
        var hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }
}
