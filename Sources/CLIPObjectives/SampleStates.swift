/// A few float32 numbers for each sample of the data set, addressed by ordinal.
///
/// What was never written reads as zeros, so that a store of a billion samples costs nothing until it is used.
public protocol SampleStates: AnyObject {
    /// Numbers in one record.
    var width: Int { get }
    /// Records: one more than the largest ordinal.
    var count: Int { get }

    /// The records of some samples, `[ordinals.count · width]` row by row.
    func read(_ ordinals: [Int64]) throws -> [Float]

    /// Replaces the records of some samples; of an ordinal that comes twice, the later row stays.
    func write(_ values: [Float], at ordinals: [Int64]) throws
}

/// States in memory, which end with the process.
public final class MemorySampleStates: SampleStates {
    /// Numbers in one record.
    public let width: Int
    /// Records.
    public let count: Int
    private var values: [Float]

    /// Creates records of zeros.
    public init(count: Int, width: Int) {
        self.count = count
        self.width = width
        values = [Float](repeating: 0, count: count * width)
    }

    /// The records of some samples.
    public func read(_ ordinals: [Int64]) throws -> [Float] {
        try ordinals.flatMap { values[try range(of: $0)] }
    }

    /// Replaces the records of some samples.
    public func write(_ new: [Float], at ordinals: [Int64]) throws {
        guard new.count == ordinals.count * width else {
            throw ObjectiveError.shape(
                "sample states",
                found: [new.count],
                expected: "[\(ordinals.count * width)]"
            )
        }
        for (row, ordinal) in ordinals.enumerated() {
            values.replaceSubrange(try range(of: ordinal), with: new[row * width..<(row + 1) * width])
        }
    }

    private func range(of ordinal: Int64) throws -> Range<Int> {
        guard (0..<Int64(count)).contains(ordinal) else {
            throw ObjectiveError.unknownSample(ordinal: ordinal, count: count)
        }
        return Int(ordinal) * width..<(Int(ordinal) + 1) * width
    }
}
