import Testing

@testable import CLIPData

/// Embeddings in place of captions, from the loader's side.
@Suite struct CaptionEmbeddingsTests {
    private static let width = 3

    /// Twenty samples with two captions each; the first three share a text.
    private func data() throws -> (TestDirectory, ShardDataset) {
        let directory = try TestDirectory()
        var tar = TestTar()
        for number in 0..<20 {
            tar.add("\(number).jpg", "\(number)")
            tar.add("\(number).txt", number < 3 ? "the same" : "caption \(number)")
            tar.add("\(number).title.txt", "title \(number)")
        }
        try directory.write(tar.closed, "0.tar")
        return (directory, try ShardDataset.open([directory.path]))
    }

    private func policy(_ rule: CaptionPolicy.Rule = .uniform, count: Int = 1) throws -> CaptionPolicy {
        try CaptionPolicy(fields: ["txt", "title.txt"], rule: rule, captionsPerImage: count)
    }

    private func loader(_ data: ShardDataset, _ settings: LoaderSettings, _ texts: CaptionInput) throws
        -> DataLoader
    {
        try DataLoader(source: data, settings: settings, images: NumberImages(), texts: texts)
    }

    /// Every caption's embedding says whose it is: ordinal, source, and 1.
    private func embeddings(of data: ShardDataset, without missing: Set<String> = []) throws
        -> MemoryCaptionEmbeddings
    {
        var rows: [MemoryCaptionEmbeddings.Row] = []
        for index in 0..<data.count {
            for (source, field) in ["txt", "title.txt"].enumerated() {
                let text = try data.field(field, at: index)?.text ?? ""
                if missing.contains(text) { continue }
                let ordinal = data.ordinal(at: index)
                let values = [Float(ordinal), Float(source), 1]
                rows.append(.init(ordinal: ordinal, key: CaptionKey.of(text), values: values))
            }
        }
        return try MemoryCaptionEmbeddings(width: Self.width, rows: rows)
    }

    @Test(arguments: [CaptionPolicy.Rule.first, .uniform, .all], [1, 2])
    func theSameCaptionsAreDrawnAsForTokens(rule: CaptionPolicy.Rule, count: Int) throws {
        let (directory, data) = try data()
        defer { _ = directory }
        let settings = LoaderSettings(batchSize: 5, captions: try policy(rule, count: count), seed: 4)
        let tokens = try loader(data, settings, .tokens(byteTokens))
        let embedded = try loader(data, settings, .embeddings(embeddings(of: data)))
        defer {
            tokens.shutdown()
            embedded.shutdown()
        }
        #expect(embedded.epochLength == 20)
        for (one, other) in zip(try tokens.take(9), try embedded.take(9)) {
            #expect(one.captionKeys == other.captionKeys)
            #expect(one.captionSources == other.captionSources)
            #expect(one.captionOffsets == other.captionOffsets)
            #expect(one.ordinals == other.ordinals)
            guard case .embeddings(let values, let width) = other.text else {
                Issue.record("no embeddings")
                return
            }
            #expect(width == Self.width)
            var expected: [Float] = []
            for row in 0..<other.count {
                for caption in other.captionOffsets[row]..<other.captionOffsets[row + 1] {
                    expected += [Float(other.ordinals[row]), Float(other.captionSources[Int(caption)]), 1]
                }
            }
            #expect(values == expected)
        }
    }

    @Test func aCaptionWithoutEmbeddingIsABadSample() throws {
        let (directory, data) = try data()
        defer { _ = directory }
        let settings = LoaderSettings(
            batchSize: 5,
            captions: try policy(.first),
            seed: 4,
            maximumBadSampleRate: 0.9
        )
        let embeddings = try embeddings(of: data, without: ["caption 7", "caption 11"])
        let loader = try loader(data, settings, .embeddings(embeddings))
        defer { loader.shutdown() }
        let batches = try loader.take(4)
        #expect(batches.allSatisfy { $0.count == 5 && !$0.ordinals.contains(7) && !$0.ordinals.contains(11) })
        let faults = batches.flatMap(\.faults).filter { $0.kind == .missingEmbedding }
        #expect(Set(faults.map(\.ordinal)) == [7, 11])
        #expect(
            faults.first { $0.ordinal == 7 }?.reason == "sample 7 has no embedding of its caption from 'txt'"
        )
        #expect(loader.counters.faults.counts[.missingEmbedding] == faults.count)
        // In a pass of evaluation the row is left out.
        let pass = try self.loader(
            data,
            LoaderSettings(
                batchSize: 20,
                captions: policy(.first),
                order: .sequential,
                maximumBadSampleRate: 0.9
            ),
            .embeddings(embeddings)
        )
        defer { pass.shutdown() }
        #expect(try pass.next()?.count == 18)
    }

    private struct Broken: CaptionEmbeddings {
        struct NoFile: Error, CustomStringConvertible { var description: String { "there is no file" } }
        var width = 3
        var values: [Float]?

        func embedding(ordinal: Int, source: Int, key: UInt64) throws -> [Float]? {
            guard let values else { throw NoFile() }
            return values
        }
    }

    @Test func whatCannotBeReadStopsTheRun() throws {
        let (directory, data) = try data()
        defer { _ = directory }
        let settings = LoaderSettings(batchSize: 5, captions: try policy(.first))
        for (broken, words) in [
            (Broken(), "there is no file"), (Broken(values: [1]), "one has 1 numbers, expected 3"),
        ] {
            let loader = try loader(data, settings, .embeddings(broken))
            defer { loader.shutdown() }
            let error = #expect(throws: LoaderError.self) { try loader.next() }
            #expect(error.map { "\($0)".contains(words) } == true)
        }
        #expect(throws: LoaderError.self) { try loader(data, settings, .embeddings(Broken(width: 0))) }
    }

    @Test func rowsAreChecked() throws {
        func make(_ rows: [(Int, UInt64, [Float])]) throws(CaptionEmbeddingsError) -> MemoryCaptionEmbeddings
        {
            try MemoryCaptionEmbeddings(
                width: 2,
                rows: rows.map { MemoryCaptionEmbeddings.Row(ordinal: $0.0, key: $0.1, values: $0.2) }
            )
        }
        let good = try make([(0, 1, [1, 2]), (0, 2, [3, 4]), (5, 1, [5, 6])])
        #expect(good.count == 3)
        #expect(good.embedding(ordinal: 5, source: 9, key: 1) == [5, 6])
        #expect(good.embedding(ordinal: 5, source: 0, key: 2) == nil)
        #expect(throws: CaptionEmbeddingsError.width(ordinal: 3, found: 1, expected: 2)) {
            try make([(3, 1, [1])])
        }
        #expect(throws: CaptionEmbeddingsError.notFinite(ordinal: 3)) { try make([(3, 1, [1, .nan])]) }
        #expect(throws: CaptionEmbeddingsError.repeated(ordinal: 3, key: 1)) {
            try make([(3, 1, [1, 1]), (3, 1, [1, 2])])
        }
        #expect(throws: CaptionEmbeddingsError.noWidth(0)) {
            try MemoryCaptionEmbeddings(width: 0, rows: [])
        }
    }
}
