import Torch

/// What the start of a file says about the rest, checked against the file's length.
struct SafetensorsHeader {
    /// The longest header that the format allows.
    static let lengthLimit = 100_000_000

    private(set) var metadata: [String: String] = [:]
    /// In the order of the data.
    private(set) var entries: [SafetensorsFile.Entry] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError.Problem) {
        let announced = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard announced <= UInt64(Self.lengthLimit) else {
            throw .headerLength(found: announced, limit: Self.lengthLimit)
        }
        let dataStart = 8 + Int(announced)
        guard dataStart <= bytes.count else { throw .truncated(found: bytes.count, expected: dataStart) }
        guard announced >= 2 else { throw .headerLength(found: announced, limit: Self.lengthLimit) }
        var metadata: [String: String] = [:]
        var drafts: [Draft] = []
        var reader = HeaderReader(bytes, 8..<dataStart)
        try reader.object { name, reader throws(SafetensorsError.Problem) in
            if name == "__metadata__" {
                try reader.object { key, reader throws(SafetensorsError.Problem) in
                    metadata[key] = try reader.string()
                }
            } else {
                drafts.append(try Draft(name, &reader))
            }
        }
        try reader.finish()
        self.metadata = metadata
        // Empty tensors share their start with a neighbour; they come first.
        drafts.sort { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
        let dataLength = bytes.count - dataStart
        var expected = 0
        for draft in drafts {
            entries.append(
                try draft.checked(expectedStart: expected, dataStart: dataStart, dataLength: dataLength)
            )
            expected = draft.end
        }
        guard expected == dataLength else { throw .trailing(count: dataLength - expected) }
    }

    /// One entry as the header states it.
    private struct Draft {
        let name: String
        let type: String
        let shape: [Int]
        let start, end: Int

        init(_ name: String, _ reader: inout HeaderReader) throws(SafetensorsError.Problem) {
            var type: String?
            var shape: [Int]?
            var offsets: [Int]?
            try reader.object { key, reader throws(SafetensorsError.Problem) in
                switch key {
                case "dtype": type = try reader.string()
                case "shape": shape = try reader.numbers()
                case "data_offsets": offsets = try reader.numbers()
                default: throw reader.failure("'dtype', 'shape' or 'data_offsets', not '\(key)',")
                }
            }
            guard let type, let shape, let offsets, offsets.count == 2 else {
                throw reader.failure("'dtype', 'shape' and two 'data_offsets' for '\(name)'")
            }
            self.name = name
            self.type = type
            self.shape = shape
            start = offsets[0]
            end = offsets[1]
        }

        func checked(
            expectedStart: Int,
            dataStart: Int,
            dataLength: Int
        ) throws(SafetensorsError.Problem) -> SafetensorsFile.Entry {
            guard let known = SafetensorsType(rawValue: type) else { throw .type(tensor: name, found: type) }
            guard end <= dataLength || start > end else {
                throw .truncated(found: dataStart + dataLength, expected: dataStart.addingClamped(end))
            }
            guard start == expectedStart, start <= end else {
                throw .offsets(
                    tensor: name,
                    found: [start, end],
                    expectedStart: expectedStart,
                    dataLength: dataLength
                )
            }
            var needed = known.dtype.byteCount
            for size in shape {
                let (product, overflow) = needed.multipliedReportingOverflow(by: size)
                guard !overflow else {
                    throw .size(tensor: name, shape: shape, type: type, found: end - start)
                }
                needed = product
            }
            guard needed == end - start else {
                throw .size(tensor: name, shape: shape, type: type, found: end - start)
            }
            return SafetensorsFile.Entry(
                name: name,
                dtype: known.dtype,
                shape: shape,
                byteOffset: dataStart + start,
                byteCount: needed
            )
        }
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit.
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
