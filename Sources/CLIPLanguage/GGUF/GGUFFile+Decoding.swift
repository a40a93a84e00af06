import Torch
import TorchNN

extension GGUFFile {
    /// Values of a part that is decoded before it is rounded to a narrower type: a multiple of every block, and small enough for
    /// the processor's cache.
    private static let part = 1 << 15

    /// Decodes blocks into a vector of as many elements; rounding to a narrower type goes by parts, without a second copy.
    func decode(_ entry: Entry, into target: Tensor) throws {
        guard let format = entry.type.blocks, entry.byteCount > 0 else { return }
        if target.dtype == .float32 {
            return try decode(entry, format, from: 0, count: target.count, into: target)
        }
        let scratch = try Tensor.empty([min(Self.part, target.count)])
        for start in stride(from: 0, to: target.count, by: Self.part) {
            let count = min(Self.part, target.count - start)
            try decode(entry, format, from: start, count: count, into: scratch)
            try target.slice(start..<(start + count)).copy(from: scratch.slice(0..<count))
        }
    }

    /// Decodes values of whole blocks into the front of a float32 tensor.
    private func decode(
        _ entry: Entry,
        _ format: any BlockFormat.Type,
        from start: Int,
        count: Int,
        into target: Tensor
    ) throws {
        let first = start / format.valueCount
        let blocks = count / format.valueCount
        let offset = entry.byteOffset + first * format.byteCount
        // Slicing checks what the header checked already: the blocks lie in the file.
        let source = UnsafeRawBufferPointer(
            rebasing: UnsafeRawBufferPointer(mapping.bytes)[offset..<(offset + blocks * format.byteCount)]
        )
        try target.withUnsafeBytes { memory in
            let values = memory.bindMemory(to: Float.self)
            guard let from = source.baseAddress, let to = values.baseAddress else { return }
            precondition(blocks * format.valueCount <= values.count)
            format.decode(from, count: blocks, into: to)
        }
    }
}
