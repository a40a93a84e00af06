import Glibc

/// A table on its way to the disk.
struct CaptionTableOutput {
    private static let bufferSize = 1 << 20

    let descriptor: Int32
    let path: String
    private var buffer: [UInt8] = []
    private var byteCount = 0

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
        buffer.reserveCapacity(Self.bufferSize + CaptionTable.headerBytes)
    }

    mutating func append(_ record: CaptionRecord) throws(ShardError) {
        withUnsafeBytes(of: record) { buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferSize { try flush() }
    }

    mutating func append(_ words: [UInt64]) throws(ShardError) {
        words.withUnsafeBytes { buffer.append(contentsOf: $0) }
    }

    mutating func flush() throws(ShardError) {
        let written = buffer.withUnsafeBytes { bytes -> Result<Void, ShardError> in
            Result { () throws(ShardError) in try write(bytes, at: byteCount) }
        }
        try written.get()
        byteCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ShardError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor,
                bytes.baseAddress.map { $0 + done },
                bytes.count - done,
                off_t(offset + done)
            )
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure }
            done += count
        }
    }

    var failure: ShardError { .file(path: path, action: "write", reason: FilePath.lastError) }
}

extension CaptionRecord {
    /// Sorts in place: hashes are spread evenly, so their first bits part the records into small buckets.
    static func sort(_ records: UnsafeMutableBufferPointer<CaptionRecord>) {
        let bits = min(16, max(1, Int.bitWidth - (records.count / 64).leadingZeroBitCount))
        let shift = UInt64(64 - bits)
        func bucket(_ record: CaptionRecord) -> Int { Int(record.hash >> shift) }
        var ends = [Int](repeating: 0, count: 1 << bits)
        for record in records { ends[bucket(record)] += 1 }
        var total = 0
        var next = ends.map { count in
            defer { total += count }
            return total
        }
        for number in ends.indices { ends[number] += next[number] }
        let starts = next
        for number in ends.indices {
            while next[number] < ends[number] {
                var record = records[next[number]]
                // Puts what lies in the way into its own bucket until one comes that belongs here.
                while bucket(record) != number {
                    let target = bucket(record)
                    swap(&record, &records[next[target]])
                    next[target] += 1
                }
                records[next[number]] = record
                next[number] += 1
            }
        }
        for number in ends.indices where ends[number] - starts[number] > 1 {
            records[starts[number]..<ends[number]].sort(by: <)
        }
    }
}
