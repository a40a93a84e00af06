public import RemoteFiles

extension ShardPacker {
    /// Packs the samples of a source anew: other shard sizes, without faults and duplicates, with another caption.
    ///
    /// The first usable of `shardCaptions` becomes the member `txt`; a text that `txt` held before is kept as
    /// `original.txt`. All other members stay as they are, but for further image fields. Samples equal each other where
    /// picture and caption do, whatever else they hold. Keys that come twice are told apart by a number.
    ///
    /// - Throws: `PackError` where the output does not fit or nothing is left, `ShardError` where reading or writing
    ///   fails, or no sample has one of the captions. The output folder is then as it was before.
    public func run(
        _ source: any SampleSource,
        stop: StopSignal? = nil,
        progress: (PackProgress) -> Void = { _ in }
    ) throws -> PackReport {
        let captions = configuration.shardCaptions.map(CaptionField.init)
        if configuration.requireCaption {
            try source.requireCaptions(captions)
        }
        try source.requireImages(UsualNames.imageFields)
        guard source.count > 0 else {
            throw ShardError.noShards(specification: configuration.input, reason: "it holds no samples")
        }
        let reader = PackSampleReader(source: source, captions: captions, configuration: configuration)
        return try pack(source.count, stop: stop, progress: progress) { index in
            let key = PackCandidate.key(from: source.label(at: index).key)
            let sample: (image: FieldBytes?, members: [Member])
            do {
                sample = try reader.read(index)
            } catch let reason as PackDrop {
                return Packed(key: key, outcome: .dropped(reason))
            }
            guard let image = sample.image else { return Packed(key: key, outcome: .dropped(.missing)) }
            let outcome = image.withUnsafeBytes {
                clean($0, texts: sample.members, compared: sample.members.filter { $0.suffix == "txt" })
            }
            return Packed(key: key, outcome: outcome)
        }
    }
}

/// Reads what a sample is packed from.
struct PackSampleReader: Sendable {
    private let source: any SampleSource
    private let captions: [CaptionField]
    private let configuration: ShardPacker.Configuration
    /// Suffixes that are kept as they are, sorted.
    private let others: [String]

    init(source: any SampleSource, captions: [CaptionField], configuration: ShardPacker.Configuration) {
        self.source = source
        self.captions = captions
        self.configuration = configuration
        others = source.fieldCounts.keys.filter {
            !UsualNames.imageFields.contains($0) && $0 != "txt"
        }.sorted()
    }

    /// The picture and the other members.
    ///
    /// - Throws: `PackDrop` where a caption is wanted and missing or cannot be read; `ShardError`.
    func read(_ index: Int) throws -> (image: FieldBytes?, members: [ShardPacker.Member]) {
        let (texts, hasUnreadable) = try usableCaptions(of: index)
        if texts.isEmpty && configuration.requireCaption {
            throw hasUnreadable ? PackDrop.unreadable : .noCaption
        }
        var image: FieldBytes?
        for suffix in UsualNames.imageFields where image == nil {
            image = try source.field(suffix, at: index)
        }
        var members: [ShardPacker.Member] = []
        let before = try bytes("txt", index)
        var moved: String?
        if configuration.joinCaptions, !texts.isEmpty {
            let joined = texts.map { PackCandidate.plain($0.text) }.joined(separator: "\n")
            members.append(("txt", Array(joined.utf8)))
        } else if let (field, text) = texts.first {
            switch field {
            case .text("txt"): members.append(("txt", before ?? []))
            case .text(let suffix):
                members.append(("txt", try bytes(suffix, index) ?? []))
                moved = suffix
            case .json: members.append(("txt", Array(text.utf8)))
            }
        }
        if let before, before.contains(where: { $0 > 0x20 }) {
            let isSame = members.first.map { $0.content == before } ?? false
            if !isSame {
                var name = members.isEmpty ? "txt" : "original.txt"
                var number = 2
                // An earlier packing may have left one, which is not to be lost.
                while name != "txt", name != moved, others.contains(name) {
                    name = "original-\(number).txt"
                    number += 1
                }
                members.append((name, before))
            }
        }
        for suffix in others where suffix != moved && !members.contains(where: { $0.suffix == suffix }) {
            if let content = try bytes(suffix, index) {
                // A slash would move the sample into a folder.
                members.append((suffix.replacing("/", with: "_"), content))
            }
        }
        return (image, members)
    }

    /// The captions that are there, and whether one could not be read.
    private func usableCaptions(
        of index: Int
    ) throws -> (texts: [(field: CaptionField, text: String)], hasUnreadable: Bool) {
        var hasUnreadable = false
        let texts: [(field: CaptionField, text: String)] = try captions.compactMap { field in
            do {
                let text = try CaptionReader.text(of: field, at: index, in: source)
                return text.flatMap { $0.isEmpty ? nil : (field, $0) }
            } catch is SampleProblem {
                hasUnreadable = true
                return nil
            }
        }
        return (texts, hasUnreadable)
    }

    private func bytes(_ suffix: String, _ index: Int) throws -> [UInt8]? {
        try source.field(suffix, at: index).map { $0.withUnsafeBytes { Array($0) } }
    }
}
