import CLIPData
import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPEvaluation

@Suite struct ZeroShotClassificationTests {
    private static let names = (0..<12).map { "thing number \($0)" }
    private static let templates = ["a photo of a {c}.", "{c}", "many {c}s, {c} and {c}"]
    private static let labels = (0..<30).map { $0 * 7 % 11 }

    private func dataset(
        _ folder: TestFolder,
        split: String = "test",
        labels: [String] = labels.map(String.init)
    ) throws {
        try folder.write(Self.names.joined(separator: "\n") + "\n\n", "classnames.txt")
        try folder.write(Self.templates.joined(separator: "\n"), "zeroshot_classification_templates.txt")
        let samples = try labels.enumerated().map { number, label in
            [("png", try picture(number)), ("cls", Array("\(label)\n".utf8))]
        }
        try folder.shard("\(split)/0.tar", Array(samples.prefix(20)))
        try folder.shard("\(split)/1.tar", Array(samples.dropFirst(20)))
    }

    /// Metrics from the towers' own output and plain loops.
    private func expectedRanks() throws -> [Int] {
        let model = try tinyModel()
        let tokenizer = try extractor().tokenizer
        let classes = try Self.names.map { name in
            let features = try Self.templates.map { template in
                let text = template.replacing("{c}", with: name)
                return try rows(
                    withoutGradient {
                        try model.textFeatures(TokenSequences([tokenizer.tokens(text, contextLength: 16)]))
                    }
                )[0]
            }
            let mean = (0..<16).map { column in features.reduce(0) { $0 + $1[column] } / 3 }
            let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return mean.map { $0 / norm }
        }
        return try Self.labels.enumerated().map { number, label in
            let image = try Tensor(planes(number), shape: [1, 3, 16, 16])
            let query = try rows(withoutGradient { try model.imageFeatures(image) })[0]
            return sortedRank(of: label, query: query, candidates: classes)
        }
    }

    @Test func metricsAreThoseOfPlainLoops() throws {
        let folder = try TestFolder()
        try dataset(folder)
        try folder.write("2", "test/nshards.txt")
        let result = try ZeroShotClassification(extractor()).evaluate(.open(folder.path))
        let ranks = try expectedRanks()
        for cutoff in [1, 5, 10] {
            #expect(result.metrics["acc\(cutoff)"] == Double(ranks.count { $0 < cutoff }) / 30)
            #expect(result.chance["acc\(cutoff)"] == Double(cutoff) / 12)
        }
        let recalls = (0..<12).compactMap { label -> Double? in
            let own = zip(Self.labels, ranks).filter { $0.0 == label }
            return own.isEmpty ? nil : Double(own.count { $0.1 == 0 }) / Double(own.count)
        }
        let reciprocal = ranks.reduce(0) { $0 + 1 / Double($1 + 1) } / 30
        #expect(try abs(#require(result.metrics["mean_reciprocal_rank"]) - reciprocal) < 1e-12)
        let recall = try #require(result.metrics["mean_per_class_recall"])
        #expect(abs(recall - recalls.reduce(0, +) / Double(recalls.count)) < 1e-12)
        #expect(result.samples == 30)
        #expect(result.skipped.total == 0)
        #expect(result.classes.map(\.name) == Self.names)
        #expect(result.classes.map(\.samples) == (0..<12).map { label in Self.labels.count { $0 == label } })
        #expect(result.classes[11].accuracy == nil)
        #expect(Set(ranks).count > 3)
    }

    @Test func resultDoesNotDependOnBatchesOrTheNameOfTheSplit() throws {
        let folder = try TestFolder()
        try dataset(folder, split: "held out")
        let data = try ZeroShotDataset.open(folder.path, split: "held out")
        let results = try [(1, 1, 1, 1), (7, 2, 3, 50), (64, 256, 2, 1 << 21)].map {
            try ZeroShotClassification(
                extractor(.init(imageBatch: $0.0, textBatch: $0.1, threads: $0.2, scoreBlock: $0.3))
            ).evaluate(data)
        }
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test func unreadableImagesAreCountedAndLeftOut() throws {
        let folder = try TestFolder()
        try dataset(folder)
        try folder.shard("test/2.tar", [[("png", Array("no image".utf8)), ("cls", Array("3".utf8))]])
        let result = try ZeroShotClassification(extractor()).evaluate(.open(folder.path))
        #expect(result.samples == 30)
        #expect(result.skipped.total == 1)
        #expect(result.skipped.examples.count == 1)
        #expect(result.metrics["acc1"] == Double(try expectedRanks().count { $0 == 0 }) / 30)
    }

    @Test func fewClassesHaveNoTopFive() throws {
        let folder = try TestFolder()
        let samples = try (0..<4).map { [("png", try picture($0)), ("cls", Array("\($0 % 2)".utf8))] }
        let source = try ShardDataset.open([folder.shard("0.tar", samples)])
        let result = try ZeroShotClassification(extractor()).evaluate(
            ZeroShotDataset(classNames: ["cat", "dog"], templates: ["{c}"], source: source)
        )
        #expect(Set(result.metrics.keys) == ["acc1", "mean_per_class_recall", "mean_reciprocal_rank"])
    }

    @Test func jsonHasTheMetricsOnTop() throws {
        let folder = try TestFolder()
        try dataset(folder)
        let result = try ZeroShotClassification(extractor()).evaluate(.open(folder.path))
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any]
        let metrics = try #require(object?["metrics"] as? [String: Double])
        #expect(metrics.keys == result.metrics.keys)
        for (name, value) in result.metrics { #expect(abs((metrics[name] ?? -1) - value) < 1e-12) }
    }

    @Test func theProgressReachesTheEnd() throws {
        let folder = try TestFolder()
        try dataset(folder)
        var last: [EvaluationProgress.Phase: EvaluationProgress] = [:]
        _ = try ZeroShotClassification(extractor()).evaluate(.open(folder.path)) { last[$0.phase] = $0 }
        #expect(last[.classifier] == .init(phase: .classifier, done: 12, total: 12))
        #expect(last[.images] == .init(phase: .images, done: 30, total: 30))
    }

    @Test(arguments: ["12", "-1", "cat", "1.5", "99999999999"])
    func labelsOutOfRangeNameTheSample(label: String) throws {
        let folder = try TestFolder()
        try dataset(folder, labels: ["0", "1", label, "2"])
        let error = #expect(throws: EvaluationError.self) {
            try ZeroShotClassification(extractor()).evaluate(.open(folder.path))
        }
        guard case .label(let sample, let shard, let found, let classes) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(sample.hasSuffix("-2"))
        #expect(shard.hasSuffix("test/0.tar"))
        #expect(found.contains(label))
        #expect(classes == 12)
    }

    @Test func aModelWithoutFiniteFeaturesIsRefused() throws {
        let folder = try TestFolder()
        try dataset(folder)
        let extractor = try extractor()
        try withoutGradient { try #require(extractor.model.parameters["visual.proj"]).fill(.nan) }
        #expect(throws: EvaluationError.notFinite(what: "image")) {
            try ZeroShotClassification(extractor).evaluate(.open(folder.path))
        }
    }
}
