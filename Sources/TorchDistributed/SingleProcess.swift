public import Torch

/// The collective of a run with one process: its slice is the whole.
public struct SingleProcess: Collective {
    /// Creates the collective.
    public init() {}

    /// Always 0.
    public var rank: Int { 0 }

    /// Always 1.
    public var count: Int { 1 }

    /// The rows themselves.
    public func gather(_ local: Tensor) throws -> Tensor { local }

    /// The numbers themselves.
    public func gather(_ local: [Int64]) throws -> [Int64] { local }

    /// The values themselves.
    public func sum(_ local: Tensor) throws -> Tensor { local }
}
