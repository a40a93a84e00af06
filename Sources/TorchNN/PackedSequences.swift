public import Torch

/// How the rows of a packed tensor `[T, W]` fall into sequences.
public struct PackedSequences {
    /// The number of rows of each sequence.
    public let lengths: [Int]
    /// int32 `[N + 1]` on the CPU: sequence `s` is rows `offsets[s] ..< offsets[s + 1]`.
    public let offsets: Tensor
    /// The same where the rows are.
    public let deviceOffsets: Tensor
    /// The number of rows in all.
    public let rowCount: Int
    /// The longest sequence.
    public let longest: Int

    /// Describes sequences of the given lengths that follow each other.
    ///
    /// - Parameter device: Where the rows are.
    public init(lengths: [Int], on device: Device = .cpu) throws {
        self.lengths = lengths
        var ends: [Int32] = [0]
        ends.reserveCapacity(lengths.count + 1)
        for length in lengths { ends.append(ends[ends.count - 1] + Int32(length)) }
        offsets = try Tensor(ends)
        deviceOffsets = try device == .cpu ? offsets : Tensor(ends, on: device)
        longest = lengths.max() ?? 0
        rowCount = Int(ends[ends.count - 1])
    }

    /// Describes `count` sequences of one length.
    public init(count: Int, length: Int, on device: Device = .cpu) throws {
        try self.init(lengths: [Int](repeating: length, count: count), on: device)
    }
}
