import Testing

@testable import CLIPData

/// Pairs of texts of several sources and data sets.
@Suite struct CaptionPairSourceTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func loader(
        _ data: ShardDataset,
        _ pairing: CaptionPairing,
        _ policy: CaptionPolicy,
        batch: Int = 8
    )
        throws -> DataLoader
    {
        var settings = LoaderSettings(batchSize: batch, captions: policy, pairing: pairing, threads: 2)
        settings.seed = 5
        return try DataLoader(
            source: data,
            settings: settings,
            images: NoImages(),
            texts: .sentences { text in
                SentenceTokens(ids: byteTokens(text.text), pooledCount: text.text.utf8.count)
            }
        )
    }

    @Test func aMixDrawsPartnersByTheSharesThatAreLeft() throws {
        try directory.writeShard("a/0.tar", start: 0, count: 40) { sample, fields in
            for name in ["a", "b", "c"] { fields.append(("\(name).txt", "\(name) \(sample)")) }
        }
        let data = try ShardDataset.open([directory.path + "/a"])
        let policy = try CaptionPolicy(
            fields: ["a.txt", "b.txt", "c.txt"],
            rule: .mix,
            weights: [0.5, 0.4, 0.1]
        )
        let pairing = CaptionPairing(parts: [.init(0..<data.count)])
        var counts: [String: Int] = [:]
        for batch in try loader(data, pairing, policy).take(300) {
            for row in 0..<batch.count {
                let names = (0..<2).map { batch.captionText(row * 2 + $0).prefix(1) }
                counts[names.joined(), default: 0] += 1
            }
        }
        #expect(counts.count == 6 && counts.values.reduce(0, +) == 2400)
        for (query, first, second, share) in [
            ("a", "b", "c", 0.8), ("b", "a", "c", 5.0 / 6), ("c", "a", "b", 5.0 / 9),
        ] {
            let (one, other) = (counts[query + first, default: 0], counts[query + second, default: 0])
            // Four standard deviations.
            let spread = 4 * (share * (1 - share) / Double(one + other)).squareRoot()
            #expect(abs(Double(one) / Double(one + other) - share) < spread, "\(query): \(one) and \(other)")
        }
    }

    @Test func anotherSizeOfBatchesMixesNoDataSets() throws {
        for (number, name) in ["a", "b"].enumerated() {
            try directory.writeShard("\(name)/0.tar", start: 100 * number, count: 48)
        }
        let data = try ShardDataset.open([directory.path + "/a", directory.path + "/b"])
        let parts = [CaptionPairing.Part(0..<48), .init(48..<96)]
        let pairing = CaptionPairing(parts: parts, single: .pair)
        let policy = try CaptionPolicy(fields: ["txt"])
        let loader = try loader(data, pairing, policy, batch: 12)
        // Where a run with batches of 8 was.
        loader.start(at: 5 * 8)
        let batches = try loader.take(12)
        for batch in batches { #expect(Set(batch.ordinals.map { $0 < 48 }).count == 1) }
        let other = try self.loader(data, pairing, policy, batch: 12)
        other.start(at: 48)
        #expect(try other.take(12).map(\.fingerprint) == batches.map(\.fingerprint))
    }

    @Test func aPairWithAPictureKeepsIt() throws {
        for name in ["a.jpg", "b.png"] { try directory.write([1], name) }
        func open(_ name: String, _ lines: String...) throws -> ShardDataset {
            try directory.write(Array(lines.joined(separator: "\n").utf8), name)
            return try ShardDataset.open(["\(directory.path)/\(name)"])
        }
        let pictures = try open(
            "pictures.jsonl",
            #"{"img": "a.jpg", "query": "q", "positive": "p"}"#,
            #"{"image": "b.png", "query": "q", "positive": "p"}"#
        )
        #expect(pictures.fieldCounts["jpg"] == 1 && pictures.fieldCounts["png"] == 1)
        let empty = #expect(throws: ShardError.self) {
            try open("empty.jsonl", #"{"image": "", "query": "q", "positive": "p"}"#)
        }
        #expect(empty?.description.contains("there is no picture, only \"image\" (empty)") == true)
        #expect(try open("texts.jsonl", #"{"query": "q", "positive": "p"}"#).count == 1)
    }
}
