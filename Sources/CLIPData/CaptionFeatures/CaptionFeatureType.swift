/// How the numbers of caption features are stored.
public enum CaptionFeatureType: String, Sendable, Codable, Hashable, CaseIterable {
    /// Half the bytes, with 11 bits of precision and magnitudes up to 65,504.
    case float16
    /// As they were computed.
    case float32

    /// Bytes of one number.
    public var byteCount: Int { self == .float16 ? 2 : 4 }

    /// Adds numbers to bytes, low byte first.
    ///
    /// - Returns: The first number that is not finite, or does not fit into the type; nil where all do.
    func append(_ values: some Collection<Float>, to bytes: inout [UInt8]) -> Float? {
        bytes.reserveCapacity(bytes.count + values.count * byteCount)
        for value in values {
            guard value.isFinite else { return value }
            switch self {
            case .float16:
                let half = Float16(value)
                guard half.isFinite else { return value }
                withUnsafeBytes(of: half.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            case .float32:
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return nil
    }

    /// Numbers from the bytes that `read` fills.
    func numbers(_ count: Int, read: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows -> [Float] {
        try [Float](unsafeUninitializedCapacity: count) { numbers, filled in
            switch self {
            case .float32:
                try read(
                    UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(numbers)[..<(count * byteCount)]
                    )
                )
            case .float16:
                try withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { halves in
                    try read(UnsafeMutableRawBufferPointer(halves))
                    for place in 0..<count {
                        let half = Float16(bitPattern: UInt16(littleEndian: halves[place]))
                        numbers.initializeElement(at: place, to: Float(half))
                    }
                }
            }
            filled = count
        }
    }
}
