import Foundation

extension ShardDataset {
    /// What is peculiar about the files themselves, one sentence each: above all what was left out of damaged shards.
    public var notes: [String] {
        summary.damage.prefix(Self.shownDamage).map { "Left out: \($0)" } + fileNotes
    }

    private static let shownDamage = 8

    /// The notes on files that are not damaged.
    public var fileNotes: [String] {
        var notes: [String] = []
        var looked: Set<Int> = []
        let unmarked = parts.filter { looked.insert($0.shard).inserted && !hasEndMark($0) }
        if let first = unmarked.first {
            let others = unmarked.count > 1 ? " and \(unmarked.count - 1) more shards end" : " ends"
            notes.append(
                "'\(first.container.redactedName)'\(others) without the two blocks of zeros that close a tar file: compare the size with the origin's, as a shard that was cut between two samples looks like this."
            )
        }
        for container in shards.containers where container.kind == .folder {
            guard let table = FolderListing.tables(in: container.name).first else { continue }
            notes.append(
                "The folder '\(container.name)' was read by its pictures and the files beside them, not by '\(table)', which lies in it: to read that, name '\(container.name)/\(table)'."
            )
        }
        if let hint = DottedNames.hint(fieldCounts, samples: count) { notes.append(hint) }
        return notes
    }

    /// Whether a tar file ends as it should; yes for what cannot be looked at without fetching it.
    private func hasEndMark(_ part: DatasetPart) -> Bool {
        let shard = index.file.metadata.shards[part.shard]
        guard part.container.kind == .tar, part.container.isPlainFile, shard.damage == nil else {
            return true
        }
        let mark = 2 * TarReader.block
        let size = part.version.size
        var end = 0
        // Zeros that belong to the last member are no mark.
        for samples in shard.live {
            for field in (try? index.file.fields(of: samples.upperBound - 1)) ?? [] {
                end = max(end, Int(clamping: field.offset) + Int(field.size))
            }
        }
        end = (end + TarReader.block - 1) / TarReader.block * TarReader.block
        guard size - end >= mark, let handle = FileHandle(forReadingAtPath: part.container.name) else {
            return size - end >= mark
        }
        defer { try? handle.close() }
        guard (try? handle.seek(toOffset: UInt64(size - mark))) != nil,
            let tail = try? handle.read(upToCount: mark)
        else { return true }
        return tail.allSatisfy { $0 == 0 }
    }
}
