/// A container that was read again because it is not what an index knows.
struct ContainerUpdate: Sendable {
    var path: String
    var scan: ContainerScan
    var match: ContainerMatch
}

extension IndexContents {
    /// The same index with some containers as they are now.
    ///
    /// No number is given to another sample: those that are there keep theirs, those of samples that are gone stay unused,
    /// and new samples come last, in the order of the updates.
    ///
    /// - Throws: `ShardError.tooManySuffixes`.
    func updated(_ updates: [ContainerUpdate]) throws(ShardError) -> IndexContents {
        let byPath = Dictionary(updates.map { ($0.path, $0) }) { first, _ in first }
        var contents = IndexContents(like: self)
        /// Where the text of an update starts, and how many of the container's ordinals are done.
        var done: [String: (text: UInt64, ordinals: Int)] = [:]
        for shard in metadata.shards {
            guard let update = byPath[shard.path] else {
                contents.copy(shard, from: self)
                continue
            }
            let isFirst = done[shard.path] == nil
            let (base, first) = done[shard.path] ?? (contents.add(text: update.scan.text), 0)
            done[shard.path] = (base, first + shard.samples)
            var part = contents.part(update.scan, path: shard.path)
            if !isFirst { (part.ignoredMembers, part.damage) = (0, nil) }
            var runs = OrdinalRuns()
            for number in 0..<shard.samples {
                let identity = identities[shard.firstOrdinal + number]
                guard let place = update.match.samples[first + number] else {
                    let picture = rowPicture(of: shard.firstOrdinal + number, shard.kind)
                    contents.addGone(identity, picture: picture, to: &part)
                    runs.append(isLive: false)
                    continue
                }
                if update.match.isRepeated[place] { part.duplicateKeys += 1 }
                try contents.add(update.scan.samples[place], identity, text: base, to: &part)
                runs.append(isLive: true)
            }
            part.runs = runs.lengths
            contents.metadata.shards.append(part)
        }
        for update in updates where !update.match.added.isEmpty {
            let base = done[update.path]?.text ?? contents.add(text: update.scan.text)
            var part = contents.part(update.scan, path: update.path)
            if done[update.path] != nil { (part.ignoredMembers, part.damage) = (0, nil) }
            for place in update.match.added {
                if update.match.isRepeated[place] { part.duplicateKeys += 1 }
                let identity = update.match.identities[place]
                try contents.add(update.scan.samples[place], identity, text: base, to: &part)
            }
            contents.metadata.shards.append(part)
        }
        return contents
    }

    /// The hash of the path of a row's picture, of one that is gone as well; nil for what no row's number names.
    func rowPicture(of ordinal: Int, _ kind: DataContainer.Kind) -> UInt64? {
        guard kind == .table || kind == .jsonLines else { return nil }
        for record in fields(of: ordinal) {
            switch FieldRecord.Place(rawValue: record.place) {
            case .gone: return record.detail
            case .file where Int(key(of: ordinal)) != nil: return StableHash.of(text(of: record))
            default: continue
            }
        }
        return nil
    }

    /// An index without shards that numbers suffixes and names samples as another does.
    private init(like other: IndexContents) {
        self.init(
            identities: [],
            metadata: IndexMetadata(suffixes: other.metadata.suffixes),
            identityPaths: other.identityPaths
        )
    }

    /// Copies a part as it is; its first ordinal is the next one.
    private mutating func copy(_ shard: IndexedShard, from other: IndexContents) {
        for ordinal in shard.firstOrdinal..<shard.firstOrdinal + shard.samples {
            identities.append(other.identities[ordinal])
            let (start, end) = (other.keyStarts[ordinal], other.keyStarts[ordinal + 1])
            if start <= end, end <= UInt64(other.keys.count) { keys += other.keys[Int(start)..<Int(end)] }
            keyStarts.append(UInt64(keys.count))
            var last: (old: FieldRecord, new: UInt64)?
            for record in other.fields(of: ordinal) {
                var record = record
                let place = FieldRecord.Place(rawValue: record.place)
                if place == .index || place == .file {
                    let old = record
                    if let last, last.old.offset == old.offset, last.old.size == old.size {
                        // Two names for one text.
                        record.offset = last.new
                    } else {
                        record.offset = UInt64(text.count)
                        text += other.text(of: old)
                    }
                    last = (old, record.offset)
                }
                fields.append(record)
            }
            fieldStarts.append(UInt64(fields.count))
        }
        metadata.shards.append(shard)
    }
}

/// Counts runs of ordinals that are in use and that are not.
private struct OrdinalRuns {
    private var runs: [Int] = [0]

    mutating func append(isLive: Bool) {
        // Runs of live ordinals have even places.
        if (runs.count % 2 == 1) != isLive { runs.append(0) }
        runs[runs.count - 1] += 1
    }

    /// nil where all are in use.
    var lengths: [Int]? { runs.count == 1 ? nil : runs }
}
