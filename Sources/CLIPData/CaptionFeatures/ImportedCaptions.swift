public import RemoteFiles

/// Captions whose features come from archives.
struct ImportedCaptions: CaptionFeatureProvider {
    /// The archive that is read.
    private struct Place {
        var container: Int
        var archive: CaptionArchive
        /// The place in the data set of the sample that comes next.
        var next: Int
        /// Those of the shard.
        var samples: Range<Int>
    }

    private let data: ShardDataset
    private let sources: [CaptionSource]
    private let settings: CaptionFeatureWriter.Settings
    private let archives: CaptionArchives
    private let samples: [Int: Range<Int>]
    private var place: Place?

    init(
        _ data: ShardDataset,
        _ sources: [CaptionSource],
        _ settings: CaptionFeatureWriter.Settings,
        _ archives: CaptionArchives
    ) throws {
        try archives.validate(sources: sources)
        for container in data.shards.containers { _ = try archives.path(of: container) }
        self.data = data
        self.sources = sources
        self.settings = settings
        self.archives = archives
        var samples: [Int: Range<Int>] = [:]
        for part in data.parts {
            let end = part.start + part.ordinals.count
            samples[part.list] = (samples[part.list]?.lowerBound ?? part.start)..<end
        }
        self.samples = samples
    }

    mutating func chunk(_ samples: [OrdinalSamples.Sample]) throws -> CaptionFeatureChunk {
        var chunk = CaptionFeatureChunk(width: settings.width, type: settings.type)
        for sample in samples {
            let (archive, members) = try members(of: sample)
            for (number, source) in sources.enumerated() {
                let found: [String]
                do {
                    found = try CaptionReader.texts(of: source, at: sample.index, in: data)
                } catch is SampleProblem {
                    chunk.unreadable += 1
                    continue
                }
                let texts = found.filter { !$0.isEmpty }
                // Training never asks for the features of a blank text.
                guard let text = texts.first else { continue }
                let label = data.label(at: sample.index)
                guard texts.count == 1 else {
                    throw CaptionArchiveError.texts(label: label, source: source.name, found: texts.count)
                }
                let name = "\(label.key).\(archives.members[number])"
                guard let field = members.first(where: { $0.suffix == archives.members[number] }) else {
                    throw CaptionArchiveError.noMember(archive: archive.path, member: name)
                }
                guard field.size == settings.width * 4 else {
                    throw CaptionArchiveError.size(
                        archive: archive.path,
                        member: name,
                        bytes: field.size,
                        width: settings.width
                    )
                }
                chunk.append(text, ordinal: sample.ordinal, source: number, row: chunk.rows)
                if let bad = chunk.append(archive.numbers(field)) {
                    throw CaptionArchiveError.number(archive: archive.path, member: name, value: bad)
                }
            }
        }
        return chunk
    }

    /// Moves to a sample; all before it in the shard are compared, too.
    private mutating func members(
        of sample: OrdinalSamples.Sample
    ) throws -> (archive: CaptionArchive, fields: [ScannedField]) {
        var place: Place
        if let open = self.place, open.container == sample.container, open.next <= sample.index {
            place = open
        } else {
            let container = data.shards.containers[sample.container]
            let range = samples[sample.container] ?? sample.index..<sample.index + 1
            place = Place(
                container: sample.container,
                archive: try CaptionArchive(archives.path(of: container)),
                next: range.lowerBound,
                samples: range
            )
        }
        var fields: [ScannedField] = []
        while place.next <= sample.index {
            let found = try place.archive.next()
            let label = data.label(at: place.next)
            guard let found, found.key == label.key else {
                throw CaptionArchiveError.key(
                    archive: place.archive.path,
                    shard: label.shard,
                    number: place.next - place.samples.lowerBound + 1,
                    found: found?.key,
                    expected: label.key
                )
            }
            fields = found.fields
            place.next += 1
        }
        // At once, and not in a later session that begins behind it.
        if place.next == place.samples.upperBound { try requireEnd(place) }
        self.place = place
        return (place.archive, fields)
    }

    /// Refuses an archive that goes on behind the shard's last sample.
    private func requireEnd(_ place: Place) throws {
        guard let more = try place.archive.next() else { return }
        throw CaptionArchiveError.key(
            archive: place.archive.path,
            shard: data.shards.containers[place.container].redactedName,
            number: place.samples.count + 1,
            found: more.key,
            expected: nil
        )
    }
}

extension CaptionFeatureWriter {
    /// Takes the features from archives in place of a model.
    ///
    /// - Returns: What the file says of itself.
    /// - Throws: ``CaptionArchiveError``, ``CaptionFeatureWorkError``, `ShardError`.
    public func write(
        importing archives: CaptionArchives,
        stop: StopSignal? = nil,
        progress: ((CaptionFeatureProgress) -> Void)? = nil
    ) throws -> CaptionFeatureHeader {
        var provider = try ImportedCaptions(data, sources, settings, archives)
        // Other members or archives are another work, though the result may be in the same place.
        var header = header
        for (number, member) in archives.members.enumerated() { header.sources[number].member = member }
        header.archives = archives.folder.map(FilePath.absolute) ?? ""
        return try write(&provider, as: header, stop: stop, progress: progress)
    }
}
