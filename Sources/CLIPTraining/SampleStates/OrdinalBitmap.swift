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

    /// Whether an ordinal's bit is set; the ordinal is below the count.
    func contains(_ ordinal: Int64) -> Bool {
        word(Int(ordinal >> 6)) & (1 << UInt64(ordinal & 63)) != 0
    }

    /// Sets the bits of ordinals in ascending order.
    ///
    /// Throws `SampleStateError`; some bits may be set then.
    func insert(_ ordinals: [Int64]) throws {
        try SampleStateError.attempt("write", file.url) {
            var next = 0
            while next < ordinals.count {
                let index = Int(ordinals[next] >> 6)
                var bits = word(index)
                while next < ordinals.count, Int(ordinals[next] >> 6) == index {
                    bits |= 1 << UInt64(ordinals[next] & 63)
                    next += 1
                }
                try withUnsafeBytes(of: bits) { try file.write($0, at: index * 8) }
            }
        }
    }

    private func word(_ index: Int) -> UInt64 {
        file.bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
    }
}
