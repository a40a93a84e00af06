/// A sample's place in its container.
struct ScannedSample: Equatable {
    var key: String
    var fields: [ScannedField]
}

/// One field of a sample.
struct ScannedField: Equatable {
    var suffix: String
    var place: FieldRecord.Place = .container
    /// Where it starts: in the container, or in the scan's text.
    var offset: Int
    /// Its length, or that of its path.
    var size: Int
    /// What its content is reduced to: see ``FieldDetail``.
    var detail: UInt64 = 0
}

/// Groups tar members into WebDataset samples.
///
/// The key is the path up to the first dot of the last component, the suffix is the lower-cased rest. A suffix that
/// repeats within a key starts a new sample. Names without a suffix and hidden files belong to no sample.
struct SampleScanner {
    private var reader: TarReader
    private var pending: ScannedSample?
    /// Those of the pending sample; looking through its fields would take quadratic time.
    private var suffixes: Set<String> = []
    private(set) var ignored = 0

    init(_ bytes: UnsafeRawBufferPointer, shard: String) {
        reader = TarReader(bytes, shard: shard)
    }

    /// The next sample, or nil at the end; what was complete before a damaged place comes first.
    mutating func next() throws(TarError) -> ScannedSample? {
        while let member = try nextMember() {
            guard let (key, suffix) = Self.split(member.name) else {
                ignored += 1
                continue
            }
            let field = ScannedField(suffix: suffix, offset: member.offset, size: member.size)
            if var sample = pending, sample.key == key, suffixes.insert(suffix).inserted {
                pending = nil
                sample.fields.append(field)
                pending = sample
            } else {
                let complete = pending
                pending = ScannedSample(key: key, fields: [field])
                suffixes = [suffix]
                if let complete { return complete }
            }
        }
        defer { pending = nil }
        return pending
    }

    /// The next member; nil where the pending sample is whole, since an end mark stands behind it. What is wrong behind that
    /// is thrown once the sample is taken.
    private mutating func nextMember() throws(TarError) -> TarMember? {
        do {
            return try reader.next()
        } catch {
            guard case .foreignTail = error.problem, pending != nil else { throw error }
            return nil
        }
    }

    /// Splits a member's name, or nil where it names no sample.
    static func split(_ name: String) -> (key: String, suffix: String)? {
        // Over bytes, as the dots and slashes of a path are ASCII.
        let path = name.hasPrefix("./") ? name.utf8.dropFirst(2) : name.utf8[...]
        let base = path.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[base...].firstIndex(of: UInt8(ascii: ".")), dot != base else { return nil }
        let key = path[..<dot]
        let suffix = path[path.index(after: dot)...]
        let mark = "__".utf8
        guard !suffix.isEmpty, !(path.starts(with: mark) && key.suffix(2).elementsEqual(mark)) else {
            return nil
        }
        return (String(Substring(key)), Substring(suffix).lowercased())
    }
}
