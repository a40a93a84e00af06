import Foundation
import Synchronization
import Testing

@testable import CLIPData

/// Pairs of texts without pictures.
@Suite struct CaptionPairTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Samples with a caption in `txt` and a title in `title.txt`; every tenth has no title.
    private func data(_ names: [String] = ["a"], count: Int = 40) throws -> ShardDataset {
        for (number, name) in names.enumerated() {
            try directory.writeShard("\(name)/0.tar", start: 100 * number, count: count) { sample, fields in
                // Not even an image.
                fields[0].content = "no picture"
                if sample % 10 != 9 { fields.append(("title.txt", "title \(sample)")) }
            }
        }
        return try ShardDataset.open(names.map { directory.path + "/" + $0 })
    }

    private func pairing(_ data: ShardDataset, instruction: String? = nil) -> CaptionPairing {
        CaptionPairing(parts: [CaptionPairing.Part(0..<data.count)], instruction: instruction, single: .pair)
    }

    /// The ids of a text are its instruction's bytes, a bar, and its own, which are pooled.
    private func loader(
        _ data: any SampleSource,
        _ pairing: CaptionPairing,
        threads: Int = 2,
        batch: Int = 8,
        rule: CaptionPolicy.Rule = .uniform
    ) throws -> DataLoader {
        let policy = try CaptionPolicy(fields: ["txt", "title.txt"], rule: rule)
        var settings = LoaderSettings(batchSize: batch, captions: policy, pairing: pairing, threads: threads)
        settings.seed = 5
        settings.maximumBadSampleRate = 1
        return try DataLoader(
            source: data,
            settings: settings,
            images: NoImages(),
            texts: .sentences { text in
                SentenceTokens(
                    ids: byteTokens("\(text.instruction ?? "-")|\(text.text)"),
                    pooledCount: text.text.utf8.count
                )
            }
        )
    }

    private func texts(_ batch: Batch) -> [[String]] {
        let width = batch.captionsPerImage ?? 0
        return (0..<batch.count).map { row in (0..<width).map { batch.captionText(row * width + $0) } }
    }

    @Test func twoSourcesOfASampleMakeAPair() throws {
        let data = try data()
        let loader = try loader(data, pairing(data, instruction: "find"))
        var directions: [Bool: Int] = [:]
        for batch in try loader.take(10) {
            #expect(batch.captionsPerImage == 2 && batch.height == 0 && batch.images.byteCount == 0)
            #expect(try #require(batch.pooledCounts).count == 16)
            for (row, pair) in texts(batch).enumerated() {
                let sample = batch.ordinals[row]
                let options = ["find|caption \(sample)", "find|title \(sample)"]
                let place = try #require(options.firstIndex(of: pair[0]))
                let other = ["-|title \(sample)", "-|caption \(sample)"][place]
                // A single caption is paired with itself here.
                #expect(pair[1] == (sample % 10 == 9 ? "-|caption \(sample)" : other))
                if sample % 10 != 9 { directions[place == 0, default: 0] += 1 }
                #expect(batch.pooledCounts?[2 * row + 1] == Int32(pair[1].utf8.count - 2))
            }
        }
        #expect(directions[true, default: 0] > 15 && directions[false, default: 0] > 15)
    }

    @Test func theFirstRuleKeepsTheOrderOfTheSources() throws {
        let data = try data()
        let batch = try loader(data, pairing(data), rule: .first).take(1)[0]
        for (row, pair) in texts(batch).enumerated() where batch.ordinals[row] % 10 != 9 {
            #expect(pair == ["-|caption \(batch.ordinals[row])", "-|title \(batch.ordinals[row])"])
        }
    }

    @Test func aSingleCaptionIsABadSampleUnlessItIsPairedWithItself() throws {
        let data = try data()
        var skipping = pairing(data)
        skipping.single = .skip
        let loader = try loader(data, skipping)
        let batches = try loader.take(5)
        #expect(loader.counters.faults.counts[.singleCaption, default: 0] >= 4)
        #expect(batches.allSatisfy { $0.count == 8 && $0.ordinals.allSatisfy { $0 % 10 != 9 } })
        #expect(loader.counters.faults.description.contains("one caption only, and a pair takes two"))
    }

    /// Counts what is read of pictures.
    private struct WatchedSource: SampleSource {
        let data: ShardDataset
        let reads: AtomicCount
        var count: Int { data.count }
        var ordinalCount: Int { data.ordinalCount }
        var fieldCounts: [String: Int] { data.fieldCounts }
        func ordinal(at index: Int) -> Int { data.ordinal(at: index) }
        func identity(at index: Int) -> UInt64 { data.identity(at: index) }
        func label(at index: Int) -> SampleLabel { data.label(at: index) }
        func field(_ suffix: String, at index: Int) throws -> FieldBytes? {
            if suffix == "jpg" { _ = reads.next() }
            return try data.field(suffix, at: index)
        }
    }

    @Test func noPictureIsRead() throws {
        let source = WatchedSource(data: try data(), reads: AtomicCount())
        let pairs = try loader(source, pairing(source.data))
        _ = try pairs.take(10)
        #expect(pairs.timing.imagesRead == 0 && pairs.timing.decode == 0 && pairs.timing.read == 0)
        #expect(pairs.counters.faults.total == 0)
        pairs.shutdown()
        #expect(source.reads.next() == 0)
        // As many as rows where a model takes pictures; what is no number is drawn again.
        try directory.writeShard("b/0.tar", start: 0, count: 16)
        let images = try DataLoader(
            ShardDataset.open([directory.path + "/b"]),
            LoaderSettings(batchSize: 8, captions: CaptionPolicy(), threads: 1, prefetch: 1)
        )
        _ = try images.take(2)
        #expect(images.timing.imagesRead >= 16)
    }

    @Test func threadsAndResumingChangeNothing() throws {
        let data = try data()
        var negatives = pairing(data)
        negatives.hasNegatives = true
        let one = try loader(data, negatives, threads: 1).take(12).map(\.fingerprint)
        #expect(try loader(data, negatives, threads: 4).take(12).map(\.fingerprint) == one)
        let resumed = try loader(data, negatives)
        resumed.start(at: 7 * 8)
        #expect(try resumed.take(5).map(\.fingerprint) == Array(one[7...]))
    }

    @Test func aHardNegativeIsACaptionOfTheSameSourceOfAnotherSample() throws {
        let data = try data()
        var pairing = pairing(data)
        pairing.hasNegatives = true
        var others: Set<String> = []
        for batch in try loader(data, pairing).take(10) {
            for (row, texts) in texts(batch).enumerated() {
                let sample = batch.ordinals[row]
                #expect(texts.count == 3 && !texts[2].hasSuffix(" \(sample)"))
                let kind = texts[1].split(separator: " ")[0]
                // One without a title gives its caption.
                let isLeftOver = texts[2].hasPrefix("-|caption ") && texts[2].hasSuffix("9")
                #expect(texts[2].hasPrefix(kind) || isLeftOver)
                others.insert(texts[2])
            }
        }
        #expect(others.count > 30)
    }

    private func jsonLines(_ lines: [String]) throws -> String {
        try directory.write(Array(lines.joined(separator: "\n").utf8), "nli.jsonl")
        return directory.path + "/nli.jsonl"
    }

    @Test func textsOfJSONLines() throws {
        let path = try jsonLines(
            (0..<10).map { #"{"query": "q\#($0)", "positive": ["p\#($0)"], "negative": "n\#($0)"}"# }
                + [#"{"query": "last", "positive": "own"}"#]
        )
        let data = try ShardDataset.open([path])
        #expect(data.count == 11)
        let part = CaptionPairing.Part(0..<11, instruction: "entail", isTexts: true)
        var pairing = CaptionPairing(parts: [part], instruction: "find", hasNegatives: true)
        for batch in try loader(data, pairing, batch: 11).take(2) {
            for (row, texts) in texts(batch).enumerated() {
                let number = batch.ordinals[row]
                if number < 10 {
                    #expect(texts == ["entail|q\(number)", "-|p\(number)", "-|n\(number)"])
                } else {
                    // It has none of its own.
                    #expect(texts[..<2] == ["entail|last", "-|own"] && texts[2].hasPrefix("-|p"))
                }
            }
        }
        pairing.hasNegatives = false
        #expect(try texts(loader(data, pairing, batch: 11).take(1)[0]).allSatisfy { $0.count == 2 })
    }

    @Test func eachBatchComesFromOneDataSet() throws {
        _ = try data(["a", "b"])
        let path = try jsonLines((0..<24).map { #"{"query": "q\#($0)", "positive": "p\#($0)"}"# })
        let all = try ShardDataset.open([directory.path + "/a", directory.path + "/b", path])
        #expect(all.count == 104)
        let parts = [
            CaptionPairing.Part(0..<40), CaptionPairing.Part(40..<80), .init(80..<104, isTexts: true),
        ]
        let pairing = CaptionPairing(parts: parts, single: .pair)
        let loader = try loader(all, pairing)
        #expect(loader.epochLength == 104)
        var counts = [0, 0, 0]
        let batches = try loader.take(26)
        for batch in batches {
            let place = try #require(parts.firstIndex { $0.samples.contains(Int(batch.ordinals[0])) })
            let isOfOne = batch.ordinals.allSatisfy { parts[place].samples.contains(Int($0)) }
            #expect(isOfOne)
            counts[place] += 1
        }
        // Two epochs of 13 batches: 5, 5 and 3, with each sample twice.
        #expect(counts == [10, 10, 6])
        let visits = Dictionary(grouping: batches.flatMap(\.ordinals), by: \.self).mapValues(\.count)
        #expect(visits.count == 104 && visits.values.allSatisfy { $0 == 2 })
        let resumed = try self.loader(all, pairing)
        resumed.start(at: 19 * 8)
        #expect(try resumed.take(7).map(\.fingerprint) == batches[19...].map(\.fingerprint))
    }

    @Test func weightsDecideOverTheShareOfBatches() throws {
        let all = try data(["a", "b"])
        let parts = [CaptionPairing.Part(0..<40, weight: 4), .init(40..<80, weight: 1)]
        let batches = try loader(all, CaptionPairing(parts: parts, single: .pair)).take(20)
        #expect(batches.count { $0.ordinals[0] < 40 } == 16)
    }

    @Test func badInput() throws {
        let data = try data()
        let path = try jsonLines([#"{"query": "q"}"#])
        let missing = #expect(throws: ShardError.self) { try ShardDataset.open([path]) }
        #expect(missing?.description.contains("there is no picture, only \"query\"") == true)
        var pairing = CaptionPairing(parts: [.init(0..<1), .init(1..<40)], hasNegatives: true)
        let single = #expect(throws: LoaderError.self) { try loader(data, pairing) }
        #expect(single?.description.contains("two samples or more in each data set") == true)
        pairing = CaptionPairing(parts: [.init(0..<40, isTexts: true)])
        #expect(throws: ShardError.self) { try loader(data, pairing) }
        let empty = #expect(throws: LoaderError.self) { try loader(data, CaptionPairing(parts: [])) }
        #expect(empty?.description.contains("one or more with samples") == true)
        let policy = try CaptionPolicy(fields: ["rewrite.txt"])
        let fields = #expect(throws: ShardError.self) {
            try DataLoader(
                source: data,
                settings: LoaderSettings(batchSize: 4, captions: policy, pairing: self.pairing(data)),
                images: NoImages(),
                texts: .tokens(byteTokens)
            )
        }
        #expect(fields?.description.contains("rewrite.txt") == true)
    }
}
