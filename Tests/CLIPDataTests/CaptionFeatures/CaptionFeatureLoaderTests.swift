import Testing

@testable import CLIPData

/// Batches whose captions are features of a file.
@Suite struct CaptionFeatureLoaderTests {
    private let fixture: FeatureFixture

    init() throws { fixture = try FeatureFixture() }

    private func loader(_ data: ShardDataset, _ texts: CaptionInput) throws -> DataLoader {
        try DataLoader(
            source: data,
            settings: LoaderSettings(
                batchSize: 5,
                captions: CaptionPolicy(sources: FeatureFixture.sources.reversed(), rule: .uniform),
                seed: 4
            ),
            images: NumberImages(),
            texts: texts
        )
    }

    @Test func batchesHoldTheFeaturesOfTheirTexts() throws {
        let data = try fixture.data()
        try fixture.write()
        let policy = try CaptionPolicy(sources: FeatureFixture.sources.reversed(), rule: .uniform)
        let bound = try fixture.features().embeddings(of: policy, in: data)
        let (tokens, features) = try (loader(data, .tokens(byteTokens)), loader(data, .embeddings(bound)))
        defer {
            tokens.shutdown()
            features.shutdown()
        }
        for (one, other) in zip(try tokens.take(9), try features.take(9)) {
            guard case .embeddings(let values, _) = other.text else {
                Issue.record("no embeddings")
                return
            }
            #expect(one.captionKeys == other.captionKeys && other.faults.isEmpty)
            #expect(values == (0..<one.count).flatMap { FeatureFixture.vector(one.captionText($0)) })
        }
    }

    @Test func aChangedCaptionStopsTheLoader() throws {
        let data = try fixture.data()
        try fixture.write()
        let policy = try CaptionPolicy(sources: FeatureFixture.sources.reversed(), rule: .uniform)
        let bound = try fixture.features().embeddings(of: policy, in: data)
        // Behind the back of the check before the run.
        try fixture.writeShard("0.tar", 0..<10) { $0 == 4 || $0 == 2 ? "other \($0)" : nil }
        let loader = try loader(fixture.data(), .embeddings(bound))
        defer { loader.shutdown() }
        let error = #expect(throws: LoaderError.self) { try loader.take(20) }
        let words = error.map { "\($0)" } ?? ""
        #expect(
            words.contains("'\(fixture.path("0.tar"))' cannot be used: its text from 'short' is not"),
            "\(words)"
        )
    }
}
