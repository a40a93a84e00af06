import Foundation
import LocalFiles

/// A bit for each ordinal, in a sparse file that lives no longer than the process needs it.
final class OrdinalBitmap {
    private let file: SparseFile

    /// Makes a bitmap of zeros in place of what lies there.
    ///
    /// Throws `SampleStateError`.
    init(creating url: URL, count: Int) throws {
        file = try SampleStateError.attempt("create", url) {
            try SparseFile(creating: url, byteCount: (count + 63) / 64 * 8)
        }
    }

    /// Those ordinals whose bits are not set.
    ///
    /// Throws `SampleStateError`.
    ///
    /// - Parameter ordinals: Below the count, in ascending order.
    func missing(from ordinals: [Int64]) throws -> [Int64] {
        var missing: [Int64] = []
        try SampleStateError.attempt("read", file.url) {
            try Self.byWord(ordinals) { index, bits, range in
                let word = try word(index)
                guard word & bits != bits else { return }
                missing += ordinals[range].filter { word & Self.bit($0) == 0 }
            }
        }
        return missing
    }

    /// Sets the bits of ordinals in ascending order.
    ///
    /// Throws `SampleStateError`; some bits may be set then.
    func insert(_ ordinals: [Int64]) throws {
        try SampleStateError.attempt("write", file.url) {
            try Self.byWord(ordinals) { index, bits, _ in
                let word = try word(index) | bits
                try withUnsafeBytes(of: word) { try file.write($0, at: index * 8) }
            }
        }
    }

    /// Calls `body` for each word with the bits of its ordinals and their indices.
    private static func byWord(
        _ ordinals: [Int64],
        _ body: (_ index: Int, _ bits: UInt64, _ range: Range<Int>) throws -> Void
    ) throws {
        var start = 0
        while start < ordinals.count {
            let index = ordinals[start] >> 6
            var bits: UInt64 = 0
            var end = start
            while end < ordinals.count, ordinals[end] >> 6 == index {
                bits |= bit(ordinals[end])
                end += 1
            }
            try body(Int(index), bits, start..<end)
            start = end
        }
    }

    private static func bit(_ ordinal: Int64) -> UInt64 { 1 << UInt64(ordinal & 63) }

    private func word(_ index: Int) throws -> UInt64 {
        var word: UInt64 = 0
        try withUnsafeMutableBytes(of: &word) { try file.read(into: $0, at: index * 8) }
        return word
    }
}
