import CLIPData

// A record: the ordinal (8 bytes), its numbers as they were (4 bytes each), a checksum (4 bytes), all little-endian.

extension JournalHeader {
    /// Writes a record of `recordByteCount` bytes.
    ///
    /// - Parameter fill: Puts the sample's old numbers into a buffer of `width · 4` bytes.
    func encode(
        _ ordinal: Int64,
        into record: UnsafeMutableRawBufferPointer,
        fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        record.storeBytes(of: ordinal.littleEndian, as: Int64.self)
        try fill(UnsafeMutableRawBufferPointer(rebasing: record[8..<8 + width * 4]))
        let sum = checksum(UnsafeRawBufferPointer(record))
        record.storeBytes(of: sum.littleEndian, toByteOffset: 8 + width * 4, as: UInt32.self)
    }

    /// A record's ordinal and old numbers, or nil where the checksum says that it was not written whole.
    func decode(_ record: UnsafeRawBufferPointer) -> (ordinal: Int64, values: UnsafeRawBufferPointer)? {
        let sum = record.loadUnaligned(fromByteOffset: 8 + width * 4, as: UInt32.self)
        guard UInt32(littleEndian: sum) == checksum(record) else { return nil }
        return (
            Int64(littleEndian: record.loadUnaligned(as: Int64.self)),
            UnsafeRawBufferPointer(rebasing: record[8..<8 + width * 4])
        )
    }

    /// The start and the file's identity are part of it, so that no record of another journal passes.
    private func checksum(_ record: UnsafeRawBufferPointer) -> UInt32 {
        var hash = StableHash()
        hash.combine(identity ^ UInt64(start))
        hash.combine(UInt64(bitPattern: record.loadUnaligned(as: Int64.self)))
        for number in 0..<width {
            hash.combine(UInt64(record.loadUnaligned(fromByteOffset: 8 + number * 4, as: UInt32.self)))
        }
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
