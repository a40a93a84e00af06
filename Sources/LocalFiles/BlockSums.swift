/// Checksums of a file's blocks, made while the file is written.
package struct BlockSums {
    /// The bytes that one checksum stands for.
    package static let blockBytes = 1 << 16

    private var sums: [UInt64] = []
    private var block = ContentHash(seed: 0)
    private var filled = 0

    /// The checksums of nothing.
    package init() {}

    /// How many checksums so many bytes have.
    package static func count(of bytes: Int) -> Int { (bytes + blockBytes - 1) / blockBytes }

    /// The checksum of one block; its number counts, so that blocks that changed places are found.
    static func sum(of bytes: UnsafeRawBufferPointer, block: Int) -> UInt64 {
        ContentHash.of(bytes, seed: UInt64(block))
    }

    /// Adds what follows in the file.
    package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.blockBytes - filled)
            block.combine(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            filled += end - start
            start = end
            if filled == Self.blockBytes { close() }
        }
    }

    /// The checksums of all that was added.
    package mutating func finish() -> [UInt64] {
        if filled > 0 { close() }
        return sums
    }

    private mutating func close() {
        sums.append(block.value)
        block = ContentHash(seed: UInt64(sums.count))
        filled = 0
    }
}
