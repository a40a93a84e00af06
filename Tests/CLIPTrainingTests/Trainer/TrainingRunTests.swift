import CLIPData
import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

@Suite struct TrainingRunTests {
    @Test func learnsColours() throws {
        let fixture = try TrainingFixture()
        let report = try fixture.train([
            "length=40 steps", "schedule.warmup=2 steps", "objective.maskEqualCaptions=true",
            "checkpoint.every=15 steps",
            "checkpoint.keep=2",
        ])
        #expect(report.run == fixture.url("run").path)
        #expect(report.steps == 40)
        #expect(report.samples == 320)
        #expect(report.seconds > 0)
        #expect(report.samplesPerSecond > 0)
        #expect((0...1).contains(report.dataWaitShare))
        #expect(report.badSamples.isEmpty)
        #expect(report.checkpoint?.hasSuffix("checkpoints/step-40") == true)
        #expect(!report.isInterrupted)
        #expect(report.evaluations.isEmpty)

        let lines = try fixture.metrics()
        #expect(lines.map { $0["step"] } == (1...40).map(Double.init))
        #expect(lines.last?["train/loss"] == report.finalLoss)
        let losses = lines.compactMap { $0["train/loss"] }
        let (first, last) = (losses.prefix(4).reduce(0, +) / 4, losses.suffix(4).reduce(0, +) / 4)
        #expect(last < 0.6 * first, "from \(first) to \(last)")
        #expect(lines.last?["epoch"] == 8)
        // The rate of the step itself: the first is half of the peak, and the last one is not yet zero.
        #expect(lines.first?["train/lr"] == 1.5e-3)
        #expect(lines.last?["train/lr"].map { $0 > 0 && $0 < 1e-4 } == true)

        #expect(fixture.folder.names("run/checkpoints") == ["step-30", "step-40"])
        let model = try CLIPModel.load(from: fixture.url("run").path)
        #expect(model.configuration.embeddingWidth == 16)
        #expect(try Recipe(contentsOf: fixture.url("run/recipe.yaml").path).length == .steps(40))
    }

    @Test func seedDecidesAndThreadsDoNot() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=4 steps"], in: "first")
        try fixture.train(["length=4 steps", "data.workers=2"], in: "second")
        try fixture.train(["length=4 steps", "seed=2"], in: "third")
        let first = try fixture.metrics("first")
        #expect(try fixture.metrics("second") == first)
        #expect(try fixture.state("second", step: 4) == fixture.state("first", step: 4))
        #expect(try fixture.metrics("third").map { $0["train/loss"] } != first.map { $0["train/loss"] })
    }

    @Test func evaluatesOnTheWay() throws {
        let fixture = try TrainingFixture()
        try fixture.writeZeroShot("colours")
        try fixture.writeZeroShot("again")
        let shards = fixture.url("train-0.tar").path
        let sets = ["colours", "again"].map { fixture.url($0).path }
        let evaluations = [
            "{kind: zeroshot, data: '\(sets[0])', every: 2 steps}",
            "{kind: zeroshot, data: '\(sets[1])', every: 3 steps}",
            "{kind: retrieval, data: '\(shards)', every: 100 steps}",
        ]
        let common = ["length=4 steps", "ema={decay: 0.5}"]
        let report = try fixture.train(
            common + ["evaluate=[\(evaluations.joined(separator: ", "))]"],
            in: "run"
        )
        let lines = try fixture.metrics()
        func steps(_ key: String) -> [Double] { lines.filter { $0[key] != nil }.compactMap { $0["step"] } }
        #expect(steps("zeroshot/\(sets[0])/acc1") == [2, 4])
        #expect(steps("zeroshot/\(sets[1])/acc1") == [3, 4])
        let retrieval = try #require(lines.flatMap(\.keys).first { $0.hasPrefix("retrieval/") })
        #expect(steps(retrieval) == [4])
        #expect(report.evaluations["zeroshot/\(sets[0])/acc1"].map { (0...1).contains($0) } == true)
        #expect(report.evaluations[retrieval] != nil)

        // Looking at the model does not change it.
        try fixture.train(common, in: "plain")
        #expect(try fixture.state("run", step: 4) == fixture.state("plain", step: 4))
        #expect(try fixture.metrics("plain") == lines.filter { $0["train/loss"] != nil })
    }

    @Test func longAndEmptyCaptions() throws {
        let words = Array(repeating: "very", count: 40).joined(separator: " ")
        let fixture = try TrainingFixture { number, colour in
            number % 5 == 0 ? " \n" : "a \(words) \(colour) square"
        }
        let report = try fixture.train(["length=5 steps", "data.maximumBadSampleRate=0.9"])
        #expect(report.steps == 5)
        #expect(report.samples == 40)
        #expect(report.badSamples.keys.sorted() == ["empty caption"])
        #expect(report.badSamples.values.reduce(0, +) > 0)
        #expect(
            try fixture.metrics().last?["data/bad_samples"] == Double(report.badSamples.values.reduce(0, +))
        )

        let trainer = try fixture.trainer(["data.maximumBadSampleRate=0.9"])
        let batch = try #require(try trainer.loader.next())
        guard case .tokens(let ids, let offsets) = batch.text else { return }
        #expect(offsets == (0...8).map { Int32(12 * $0) })
        #expect(ids[11] == 49407)
    }
}
