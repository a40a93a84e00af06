import CLIPData

/// What tells one state of all samples from another: the sum over the samples of a hash of ordinal and record.
///
/// A step changes the sum by the records that it changes, so that nobody reads the others. A record of zeros adds nothing:
/// a new file has the sum 0, and one that grew the sum that it had.
struct RecordDigest: Equatable {
    private(set) var value: UInt64 = 0

    init(value: UInt64 = 0) { self.value = value }

    mutating func add(_ record: UnsafeRawBufferPointer, of ordinal: Int64) {
        value &+= Self.hash(record, of: ordinal)
    }

    mutating func remove(_ record: UnsafeRawBufferPointer, of ordinal: Int64) {
        value &-= Self.hash(record, of: ordinal)
    }

    /// Adds records that follow each other.
    mutating func add(_ records: UnsafeRawBufferPointer, from ordinal: Int64, byteCount: Int) {
        for (row, start) in stride(from: 0, to: records.count, by: byteCount).enumerated() {
            add(
                UnsafeRawBufferPointer(rebasing: records[start..<start + byteCount]),
                of: ordinal + Int64(row)
            )
        }
    }

    /// The digest after records of samples, row by row, were replaced by others.
    func replacing(_ old: [Float], by new: [Float], at ordinals: [Int64]) -> RecordDigest {
        guard !ordinals.isEmpty else { return self }
        var digest = self
        let size = new.count / ordinals.count * 4
        old.withUnsafeBytes { old in
            new.withUnsafeBytes { new in
                for (row, ordinal) in ordinals.enumerated() {
                    let bytes = row * size..<(row + 1) * size
                    digest.remove(UnsafeRawBufferPointer(rebasing: old[bytes]), of: ordinal)
                    digest.add(UnsafeRawBufferPointer(rebasing: new[bytes]), of: ordinal)
                }
            }
        }
        return digest
    }

    private static func hash(_ record: UnsafeRawBufferPointer, of ordinal: Int64) -> UInt64 {
        var state = CounterRandom.mix(UInt64(bitPattern: ordinal))
        var bits: UInt64 = 0
        for start in stride(from: 0, to: record.count, by: 8) {
            let word =
                record.count - start >= 8
                ? UInt64(littleEndian: record.loadUnaligned(fromByteOffset: start, as: UInt64.self))
                : UInt64(
                    UInt32(littleEndian: record.loadUnaligned(fromByteOffset: start, as: UInt32.self))
                )
            bits |= word
            // The mix has an inverse, so that records that differ in one word never have one hash.
            state = CounterRandom.mix(state ^ word)
        }
        return bits == 0 ? 0 : state
    }
}
