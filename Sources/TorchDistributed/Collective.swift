public import Torch

/// What the processes of one run do together: each holds one slice of the batch.
///
/// Every rank makes the same calls in the same order, with values of the same shape and type. Results carry
/// no gradient history.
public protocol Collective {
    /// This process, in `0 ..< count`.
    var rank: Int { get }

    /// The number of processes.
    var count: Int { get }

    /// The rows of all ranks, in the order of ranks: `[b, …] → [count · b, …]`.
    func gather(_ local: Tensor) throws -> Tensor

    /// The numbers of all ranks, in the order of ranks; they stay on the host: `n → count · n`.
    func gather(_ local: [Int64]) throws -> [Int64]

    /// The elementwise sum over all ranks.
    func sum(_ local: Tensor) throws -> Tensor
}
