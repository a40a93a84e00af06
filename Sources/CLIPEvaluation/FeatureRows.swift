import Torch

/// Feature rows that arrive in pieces.
struct FeatureRows {
    private let width: Int
    private var pieces: [Tensor] = []
    private(set) var count = 0

    init(width: Int) { self.width = width }

    mutating func append(_ rows: Tensor) {
        pieces.append(rows)
        count += rows.size(0)
    }

    /// All rows as one tensor `[count, width]`.
    func joined() throws -> Tensor {
        pieces.isEmpty ? try Tensor.zeros([0, width]) : try Tensor.concatenate(pieces)
    }
}

extension Range<Int> {
    /// The range cut into pieces of `size`, the last one perhaps shorter.
    func parts(of size: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
    }
}
