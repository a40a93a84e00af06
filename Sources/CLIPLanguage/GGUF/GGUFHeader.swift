/// The front part of a file: metadata, and where each tensor lies, all of it checked against the file's length.
struct GGUFHeader {
    private(set) var metadata: [String: GGUFValue] = [:]
    private(set) var entries: [GGUFFile.Entry] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(GGUFError.Problem) {
        var cursor = GGUFCursor(bytes)
        let counts = try Self.start(&cursor)
        // Counts are claims: nothing is set aside for them, and the file's end ends these loops.
        var index: UInt64 = 0
        while index < counts.values {
            let start = cursor.position
            let key = try cursor.string("key \(index) of the metadata")
            let type = try cursor.valueType("'\(key)'")
            let value = try cursor.value(type, "'\(key)'")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw .duplicate(part: "the key '\(key)'", offset: start)
            }
            index += 1
        }
        let alignment = try dataAlignment()
        var descriptions: [GGUFTensorDescription] = []
        var names: Set<String> = []
        index = 0
        while index < counts.tensors {
            let start = cursor.position
            let description = try GGUFTensorDescription(&cursor, index)
            guard names.insert(description.name).inserted else {
                throw .duplicate(part: "the tensor '\(description.name)'", offset: start)
            }
            descriptions.append(description)
            index += 1
        }
        let padding = (alignment - cursor.position % alignment) % alignment
        let data = descriptions.isEmpty ? cursor.position : cursor.position + padding
        for description in descriptions {
            entries.append(
                try description.entry(dataStart: data, alignment: alignment, fileLength: bytes.count)
            )
        }
        try checkOverlaps()
    }

    /// Magic, version and counts.
    private static func start(_ cursor: inout GGUFCursor) throws(GGUFError.Problem)
        -> (tensors: UInt64, values: UInt64)
    {
        let magic = cursor.bytes.prefix(4)
        guard magic.elementsEqual("GGUF".utf8) else {
            throw .magic(found: magic.isEmpty ? "nothing" : "the bytes \(Array(magic))")
        }
        try cursor.skip(4, "the magic number")
        let version = try cursor.integer(UInt32.self, "the version")
        guard version == 2 || version == 3 else {
            let swapped = version.byteSwapped
            throw .version(version & 0xFFFF == 0 && swapped < 16 ? "\(swapped), big-endian," : "\(version)")
        }
        let tensors = try cursor.integer(UInt64.self, "the number of tensors")
        return (tensors, try cursor.integer(UInt64.self, "the number of keys"))
    }

    private func dataAlignment() throws(GGUFError.Problem) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard case .unsigned(let number) = value, number.nonzeroBitCount == 1, number <= 1 << 20 else {
            throw .unsupported(
                part: "general.alignment",
                found: value.kind,
                expected: "a power of two up to \(1 << 20)"
            )
        }
        return Int(number)
    }

    private func checkOverlaps() throws(GGUFError.Problem) {
        let ordered = entries.filter { $0.byteCount > 0 }.sorted { $0.byteOffset < $1.byteOffset }
        for (before, after) in zip(ordered, ordered.dropFirst())
        where after.byteOffset < before.byteOffset + before.byteCount {
            throw .placement(
                tensor: after.name,
                reason: "starts at byte \(after.byteOffset), inside of '\(before.name)', which ends at byte "
                    + "\(before.byteOffset + before.byteCount); the file is damaged"
            )
        }
    }
}
