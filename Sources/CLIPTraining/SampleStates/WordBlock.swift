import CLIPData
import Foundation

/// A fixed number of little-endian 64-bit words, of which the last is the checksum of the others.
struct WordBlock: Equatable {
    /// The words without the checksum.
    var words: [UInt64]

    /// The bytes as they are stored.
    var bytes: [UInt8] {
        (words + [checksum]).flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }

    init(_ words: [UInt64]) { self.words = words }

    /// Reads `count` words and a checksum; nil where the bytes are too few or the checksum is another.
    init?(_ bytes: UnsafeRawBufferPointer, count: Int) {
        guard bytes.count >= (count + 1) * 8 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (0..<count).map(word)
        guard word(count) == checksum else { return nil }
    }

    private var checksum: UInt64 {
        var hash = StableHash()
        for word in words { hash.combine(word) }
        return hash.value
    }
}
