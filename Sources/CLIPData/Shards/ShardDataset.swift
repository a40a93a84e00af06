public import RemoteFiles

/// The samples of some shards, tables and folders, by way of their index.
public struct ShardDataset: SampleSource {
    /// The shards, tables and folders, in order.
    public let shards: ShardList
    /// The index, which may know more than these.
    public let index: ShardIndex
    /// How many samples there are.
    public let count: Int
    /// How many of these samples have each field.
    public let fieldCounts: [String: Int]
    let parts: [DatasetPart]
    private let suffixNumbers: [String: UInt16]
    let files: ContainerFiles
    private(set) var access: ContainerAccess
    /// What one reader met; nil where nobody reads for a while.
    private(set) var failures: SourceFailures?

    /// The samples of `shards`; the index must know them all.
    ///
    /// - Throws: `ShardError.staleIndex`.
    public init(_ shards: ShardList, index: ShardIndex) throws {
        try self.init(shards, index: index, access: ContainerAccess())
    }

    init(_ shards: ShardList, index: ShardIndex, access: ContainerAccess) throws {
        let parts = try DatasetPart.parts(of: shards, in: index)
        let suffixes = index.file.metadata.suffixes
        var fields: [String: Int] = [:]
        let table = index.file.metadata.shards
        for shard in Set(parts.map(\.shard)) {
            for (suffix, samples) in table[shard].fieldCounts where suffix < suffixes.count {
                fields[suffixes[suffix], default: 0] += samples
            }
        }
        count = parts.last.map { $0.start + $0.ordinals.count } ?? 0
        guard count > 0 else {
            throw ShardError.noShards(
                specification: shards.specification,
                reason: shards.containers.count == 1
                    ? "it holds no samples" : "its \(shards.containers.count) shards hold no samples"
            )
        }
        self.shards = shards
        self.index = index
        self.parts = parts
        self.access = access
        fieldCounts = fields
        suffixNumbers = Dictionary(suffixes.enumerated().map { ($1, UInt16($0)) }) { first, _ in first }
        files = ContainerFiles(count: shards.containers.count)
    }

    /// Lists shards, opens or makes their index, and opens them.
    ///
    /// - Throws: `ShardError`.
    public static func open(
        _ specifications: [String],
        index path: String? = nil,
        options: IndexOptions = IndexOptions(),
        progress: (@Sendable (IndexProgress) -> Void)? = nil
    ) throws -> ShardDataset {
        let shards = try ShardList(specifications)
        let index = try ShardIndex.openOrBuild(shards, at: path, options: options, progress: progress)
        return try ShardDataset(
            shards,
            index: index,
            access: ContainerAccess(remote: options.remote, stop: options.remote.stop)
        )
    }

    /// The samples of each shard, table or folder.
    public var blocks: [Range<Int>] {
        var blocks: [Range<Int>] = []
        for (number, part) in parts.enumerated() {
            let end = part.start + part.ordinals.count
            if number > 0, parts[number - 1].shard == part.shard, let last = blocks.popLast() {
                blocks.append(last.lowerBound..<end)
            } else {
                blocks.append(part.start..<end)
            }
        }
        return blocks
    }

    /// What was read from servers so far; nil where none was asked.
    public var remoteReport: RemoteReport? { access.remote.report }

    /// Whether all containers are local files that can be read in parts.
    public var hasRandomAccess: Bool { shards.containers.allSatisfy { $0.isPlainFile || $0.kind == .folder } }

    /// The samples of each source of the list, in its order.
    public var sourceRanges: [Range<Int>] {
        let sources = (shards.sources.last ?? 0) + 1
        var ranges = (0..<sources).map { _ in 0..<0 }
        for part in parts {
            let source = shards.sources[part.list]
            let start = ranges[source].isEmpty ? part.start : ranges[source].lowerBound
            ranges[source] = start..<part.start + part.ordinals.count
        }
        return ranges
    }

    /// The length of per-sample state: the index's number of samples.
    public var ordinalCount: Int { index.sampleCount }

    /// The sample's number in the index.
    public func ordinal(at position: Int) -> Int { place(of: position).ordinal }

    /// The hash of the shard's path beside the index and the key.
    public func identity(at position: Int) -> UInt64 { index.file.anyIdentity(of: ordinal(at: position)) }

    /// Key and shard.
    public func label(at position: Int) -> SampleLabel {
        let (part, ordinal) = place(of: position)
        return SampleLabel(key: index.file.anyKey(of: ordinal), shard: part.container.redactedName)
    }

    /// A field's content: mapped where it lies in a local file as it is.
    ///
    /// - Throws: `ShardError` when data under the index changed, or the index is damaged there; a file that a table or folder names and that cannot be
    ///   read is a bad sample.
    public func field(_ suffix: String, at position: Int) throws -> FieldBytes? {
        guard let number = suffixNumbers[suffix] else { return nil }
        let (part, ordinal) = place(of: position)
        guard let record = try index.file.field(number, of: ordinal) else { return nil }
        switch FieldRecord.Place(rawValue: record.place) {
        case .index:
            if let text = try index.file.text(of: record) { return text }
        case .file:
            if let path = try index.file.text(of: record) {
                return try NamedFile.content(of: path.text, in: part.container)
            }
        case .container:
            if let field = try field(record, of: part) { return field }
        case .gone, nil: break
        }
        throw ShardError.damagedIndex(
            index: index.path,
            reason:
                "it places '\(label(at: position).key).\(suffix)' outside '\(part.container.redactedName)'"
        )
    }

    /// Fetches the shards of the next window and closes those that were left.
    public func announce(_ window: ReadingWindow) {
        func containers(_ ranges: [Range<Int>]) -> Set<Int> {
            Set(ranges.filter { !$0.isEmpty }.map { place(of: $0.lowerBound).part.list })
        }
        let (current, next) = (containers(window.current), containers(window.next))
        files.keep(current.union(next))
        let numbers = current.sorted() + next.subtracting(current).sorted()
        access.prefetch(numbers.map { shards.containers[$0] })
    }

    /// The same samples; what was opened is shared, and what failed is tried again.
    public func stoppable(by stop: StopSignal) -> any SampleSource {
        var copy = self
        copy.access.stop = access.remote.stop.map { StopSignal(following: stop, $0) } ?? stop
        copy.failures = SourceFailures()
        return copy
    }

    private func place(of position: Int) -> (part: DatasetPart, ordinal: Int) {
        precondition((0..<count).contains(position), "sample \(position) of \(count)")
        var low = 0
        var high = parts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].start <= position { low = middle } else { high = middle }
        }
        return (parts[low], parts[low].ordinals.lowerBound + position - parts[low].start)
    }
}
