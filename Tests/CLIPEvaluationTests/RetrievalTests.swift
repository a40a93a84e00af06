import CLIPData
import CLIPModels
import CLIPText
import Testing
import Torch
import TorchNN

@testable import CLIPEvaluation

@Suite struct RetrievalTests {
    /// Captions of each image: one to three, some of them shared by several images.
    private static let captions = (0..<14).map { image in
        (0...(image % 3)).map { "picture \(image == 9 ? 3 : image) seen as \($0 * (image % 4))" }
    }

    private static func members(_ image: Int) throws -> [(suffix: String, content: [UInt8])] {
        let fields = ["txt", "title.txt", "alt.txt"]
        return [("png", try picture(image))]
            + captions[image].enumerated().map { (fields[$0], Array($1.utf8)) }
    }

    private func evaluate(_ data: RetrievalDataset, _ options: EvaluationOptions) throws -> RetrievalResult {
        try Retrieval(extractor(options)).evaluate(data)
    }

    private static let small = EvaluationOptions(imageBatch: 4, textBatch: 5, scoreBlock: 30)

    /// Ranks from the towers' own output and plain loops.
    private func expected() throws -> (images: [Int], texts: [Int]) {
        let model = try tinyModel()
        let tokenizer = try extractor().tokenizer
        let images = try (0..<14).map { image in
            let pixels = try Tensor(planes(image), shape: [1, 3, 16, 16])
            return try rows(withoutGradient { try model.imageFeatures(pixels) })[0]
        }
        let texts = try Self.captions.flatMap { $0 }.map { text in
            let tokens = TokenSequences([tokenizer.tokens(text, contextLength: 16)])
            return try rows(withoutGradient { try model.textFeatures(tokens) })[0]
        }
        let owners = Self.captions.enumerated().flatMap { image, texts in texts.map { _ in image } }
        let imageRanks = zip(owners, texts).map { sortedRank(of: $0, query: $1, candidates: images) }
        let textRanks = images.indices.map { image in
            owners.indices.filter { owners[$0] == image }
                .map { sortedRank(of: $0, query: images[image], candidates: texts) }.min() ?? -1
        }
        return (imageRanks, textRanks)
    }

    private func check(_ result: RetrievalResult) throws {
        let ranks = try expected()
        for (ranks, recall, direction) in [
            (ranks.images, "image_retrieval_recall", "text_to_image"),
            (ranks.texts, "text_retrieval_recall", "image_to_text"),
        ] {
            for cutoff in [1, 5, 10] {
                let share = Double(ranks.count { $0 < cutoff }) / Double(ranks.count)
                #expect(result.metrics["\(recall)@\(cutoff)"] == share)
            }
            let mean = try #require(result.metrics["\(direction)_mean_rank"])
            #expect(abs(mean - Double(ranks.reduce(0, +)) / Double(ranks.count) - 1) < 1e-12)
            let sorted = ranks.sorted()
            let median = Double(sorted[(ranks.count - 1) / 2] + sorted[ranks.count / 2]) / 2
            #expect(result.metrics["\(direction)_median_rank"] == median.rounded(.down) + 1)
            let reciprocal = ranks.reduce(0) { $0 + 1 / Double($1 + 1) } / Double(ranks.count)
            let found = try #require(result.metrics["\(direction)_mean_reciprocal_rank"])
            #expect(abs(found - reciprocal) < 1e-12)
        }
        #expect(result.metrics.count == 12)
        #expect(result.images == 14)
        #expect(result.texts == Self.captions.joined().count)
        #expect(Set(ranks.images).count > 3 && Set(ranks.texts).count > 3)
    }

    @Test func severalCaptionFieldsRankAsPlainLoopsDo() throws {
        let folder = try TestFolder()
        try folder.shard("0.tar", (0..<8).map(Self.members))
        try folder.shard("1.tar", (8..<14).map(Self.members))
        let data = try RetrievalDataset.open([folder.path], captions: ["txt", "title.txt", "alt.txt"])
        let result = try evaluate(data, Self.small)
        try check(result)
        let other = try evaluate(data, .init(imageBatch: 3, textBatch: 256, threads: 1, scoreBlock: 1 << 20))
        #expect(other == result)
    }

    @Test func linesOfAFieldAreCaptionsInTheBenchmarksLayout() throws {
        let folder = try TestFolder()
        try folder.write("retrieval\n", "dataset_type.txt")
        try folder.write("1", "test/nshards.txt")
        let samples = try (0..<14).map {
            [("png", try picture($0)), ("txt", Array(Self.captions[$0].joined(separator: "\n\n").utf8))]
        }
        try folder.shard("test/0.tar", samples)
        try check(evaluate(.open([folder.path]), Self.small))
        let joined = try evaluate(.open([folder.path], captionPerLine: false), Self.small)
        #expect(joined.texts == 14)
    }

    @Test func aModelThatMapsEverythingToOnePointRanksByPosition() throws {
        let folder = try TestFolder()
        try folder.shard("0.tar", (0..<14).map(Self.members))
        let extractor = try extractor(Self.small)
        // A text feature that no longer depends on the text, from the bias of the last normalisation alone.
        try withoutGradient {
            try #require(extractor.model.parameters["ln_final.weight"]).fill(0)
            try #require(extractor.model.parameters["ln_final.bias"]).fill(1)
            try #require(extractor.model.parameters["visual.ln_post.weight"]).fill(0)
            try #require(extractor.model.parameters["visual.ln_post.bias"]).fill(1)
        }
        let result = try Retrieval(extractor).evaluate(.open([folder.path]))
        for recall in ["image_retrieval_recall", "text_retrieval_recall"] {
            #expect(result.metrics["\(recall)@1"] == 1.0 / 14)
            #expect(result.metrics["\(recall)@5"] == 5.0 / 14)
        }
        #expect(result.metrics["text_to_image_mean_rank"] == 7.5)
        #expect(result.metrics["image_to_text_median_rank"] == 7)
    }

    /// Against all orders of few candidates.
    @Test(arguments: [(6, [1, 1, 1]), (6, [2, 3, 1, 2]), (5, [5, 4]), (1, [1])])
    func chanceIsTheMeanOverAllOrders(_ candidates: Int, _ matches: [Int]) {
        func orders(_ items: [Int]) -> [[Int]] {
            guard items.count > 1 else { return [items] }
            return items.indices.flatMap { index in
                var rest = items
                let first = rest.remove(at: index)
                return orders(rest).map { [first] + $0 }
            }
        }
        let all = orders(Array(0..<candidates))
        // The first `count` candidates match.
        let ranks = matches.flatMap { count in all.map { order in order.firstIndex { $0 < count } ?? -1 } }
        let chance = RankChance(candidates: candidates, matches: matches)
        func mean(_ value: (Int) -> Double) -> Double {
            ranks.reduce(0) { $0 + value($1) } / Double(ranks.count)
        }
        for cutoff in [1, 2, 5, 10] {
            #expect(abs(chance.recall(at: cutoff) - mean { $0 < cutoff ? 1 : 0 }) < 1e-12)
        }
        #expect(abs(chance.meanRank - mean { Double($0 + 1) }) < 1e-12)
        #expect(abs(chance.meanReciprocalRank - mean { 1 / Double($0 + 1) }) < 1e-12)
    }

    @Test func theResultSaysWhatGuessingReaches() throws {
        let folder = try TestFolder()
        try folder.shard("0.tar", (0..<14).map(Self.members))
        let fields = ["txt", "title.txt", "alt.txt"]
        let result = try evaluate(.open([folder.path], captions: fields), Self.small)
        #expect(abs(try #require(result.chance["image_retrieval_recall@5"]) - 5.0 / 14) < 1e-12)
        let counts = Self.captions.map { Double($0.count) }
        let expected = counts.reduce(0) { $0 + $1 / counts.reduce(0, +) } / 14
        #expect(abs(try #require(result.chance["text_retrieval_recall@1"]) - expected) < 1e-12)
        #expect(result.chance["text_to_image_mean_rank"] == 7.5)
    }

    @Test func badSamplesAreLeftOutWithTheirCaptions() throws {
        let folder = try TestFolder()
        var samples = try (0..<14).map(Self.members)
        samples.insert([("png", [1, 2, 3]), ("txt", Array("not to be seen".utf8))], at: 5)
        samples.append([("png", try picture(99)), ("txt", Array("  \n".utf8))])
        try folder.shard("0.tar", samples)
        let data = try RetrievalDataset.open([folder.path], captions: ["txt", "title.txt", "alt.txt"])
        var options = Self.small
        options.maximumBadSampleRate = 0.5
        let result = try evaluate(data, options)
        try check(result)
        #expect(result.skipped.total == 2)
        #expect(result.skipped.kinds["empty caption"] == 1)
    }

    @Test func cutoffsMustBePositive() throws {
        #expect(throws: EvaluationError.self) { try Retrieval(extractor(), cutoffs: [1, 0]) }
        #expect(throws: EvaluationError.self) { try Retrieval(extractor(), cutoffs: []) }
    }
}
