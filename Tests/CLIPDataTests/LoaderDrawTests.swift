import Foundation
import Testing

@testable import CLIPData

/// Draws that decide which tokens of captions stay.
@Suite struct LoaderDrawTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Forty samples with two captions each, equal in one sample.
    private func data() throws -> ShardDataset {
        try directory.writeShard("a/0.tar", start: 0, count: 40) { sample, fields in
            fields.append(("title.txt", "caption \(sample)"))
        }
        return try ShardDataset.open([directory.path + "/a"])
    }

    /// A caption's tokens are its bytes and the first number of its draws.
    private func loader(_ data: ShardDataset, threads: Int = 2, stage: Int = 0, seed: UInt64 = 3) throws
        -> DataLoader
    {
        let policy = try CaptionPolicy(fields: ["txt", "title.txt"], rule: .all)
        var settings = LoaderSettings(batchSize: 8, captions: policy, threads: threads, seed: seed)
        settings.stage = stage
        return try DataLoader(
            source: data,
            settings: settings,
            images: NumberImages(isUneven: true),
            texts: .drawnTokens { text, random in
                text.utf8.map(Int32.init) + [Int32(truncatingIfNeeded: random.next())]
            }
        )
    }

    private func draws(_ batch: Batch) -> [Int32] {
        guard case .tokens(let ids, let offsets) = batch.text else { return [] }
        return offsets.dropFirst().map { ids[Int($0) - 1] }
    }

    @Test func drawsBelongToVisitAndCaption() throws {
        let data = try data()
        let batches = try loader(data).take(10)
        var seen: [Int32: Int] = [:]
        for batch in batches {
            for (place, draw) in draws(batch).enumerated() {
                seen[draw, default: 0] += 1
                var random = CounterRandom(
                    seed: 3,
                    visit: UInt64(batch.visits[place / 2]),
                    ordinal: UInt64(batch.ordinals[place / 2]),
                    purpose: .textMask
                ).numbered(place % 2)
                #expect(draw == Int32(truncatingIfNeeded: random.next()))
            }
        }
        // Two captions of forty samples in two epochs: no draw is another's, though texts are equal.
        #expect(seen.count == 160 && seen.values.allSatisfy { $0 == 1 })
    }

    @Test func drawsDoNotDependOnThreadsAndResumeAnywhere() throws {
        let data = try data()
        let one = try loader(data, threads: 1).take(10).map(\.fingerprint)
        #expect(try loader(data, threads: 4).take(10).map(\.fingerprint) == one)
        let resumed = try loader(data)
        resumed.start(at: 7 * 8)
        #expect(try resumed.take(3).map(\.fingerprint) == Array(one[7...]))
    }

    @Test func stagesAndSeedsDrawDifferently() throws {
        let data = try data()
        let first = try draws(loader(data).take(1)[0])
        #expect(try draws(loader(data, stage: 1).take(1)[0]) != first)
        #expect(try draws(loader(data, seed: 4).take(1)[0]) != first)
    }

    @Test func allElseIsAsWithoutDraws() throws {
        let data = try data()
        let policy = try CaptionPolicy(fields: ["txt", "title.txt"], rule: .all)
        let plain = try DataLoader(
            data,
            LoaderSettings(batchSize: 8, captions: policy, threads: 2, seed: 3)
        ).take(6)
        for (drawn, plain) in zip(try loader(data).take(6), plain) {
            #expect(drawn.ordinals == plain.ordinals && drawn.visits == plain.visits)
            #expect(drawn.captionKeys == plain.captionKeys)
            let bytes = 8 * 3 * 2
            let pixels = [drawn, plain].map { $0.images.withUnsafeBytes { Array($0.prefix(bytes)) } }
            #expect(pixels[0] == pixels[1])
        }
    }

    @Test func theDrawsAreFixedForAllTime() {
        // Resuming a run with a newer build must give the same tokens: these numbers may never change.
        let random = CounterRandom(seed: 42, stage: 1, visit: 2, ordinal: 17, purpose: .textMask)
        let numbers = (0..<3).map { number in
            var stream = random.numbered(number)
            return stream.next()
        }
        #expect(numbers == Self.firstOfCaptions)
    }

    static let firstOfCaptions: [UInt64] = [
        13_284_155_466_108_346_455, 15_027_648_370_228_243_823, 7_970_580_231_777_973_175,
    ]

    @Test func aCaptionWithoutTokensIsABadSample() throws {
        let policy = try CaptionPolicy()
        var settings = LoaderSettings(batchSize: 8, captions: policy, threads: 1, seed: 3)
        settings.maximumBadSampleRate = 1
        let loader = try DataLoader(
            source: data(),
            settings: settings,
            images: NumberImages(),
            texts: .drawnTokens { text, _ in text.hasSuffix("7") ? [] : byteTokens(text) }
        )
        _ = try loader.take(5)
        #expect(loader.counters.faults.counts[.noTokens] == 4)
    }
}
