import CLIPData
import Foundation
import Testing
import Torch

@testable import CLIPTraining

/// A checkpoint is written, and takes the place of older ones, only where all losses up to it were finite.
@Suite struct GoodCheckpointTests {
    /// A learning rate that grows until the loss is no number, between two lines of metrics.
    private static let diverging = [
        "optimizer={kind: sgd, learningRate: 1e4}", "schedule.warmup=59 steps", "length=60 steps",
    ]

    private func stop(_ fixture: TrainingFixture, _ overrides: [String], in run: String) throws
        -> TrainingError
    {
        try #require(throws: TrainingError.self) { try fixture.train(overrides, in: run) }
    }

    @Test func theOneThatAnErrorNamesHasFiniteLossesBehindIt() throws {
        let fixture = try TrainingFixture()
        // Line by line, the last step with a finite loss.
        _ = try stop(fixture, Self.diverging + ["checkpoint.every=100 steps"], in: "lines")
        let good = try fixture.metrics("lines").count
        #expect(good > 0)
        let every = ["log.every=10 steps", "checkpoint={every: 2 steps, keep: 1}"]
        let error = try stop(fixture, Self.diverging + every, in: "run")
        let named: String?
        switch error {
        case .notFinite(_, _, let path), .gradientsNotFinite(_, let path), .weightsNotFinite(_, let path):
            named = path
        default: named = nil
        }
        let path = try #require(named, "\(error)")
        #expect(FileManager.default.fileExists(atPath: path))
        let step = try #require(Int(path.split(separator: "-").last ?? ""))
        #expect(step <= good)
        #expect(fixture.folder.names("run/checkpoints") == ["step-\(step)"])
    }

    @Test func aLossInBetweenIsSeenAndTheMetricsStay() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(["temperature.rule=constant"])
        let other = try fixture.trainer(["temperature.rule=constant"])
        defer {
            trainer.loader.shutdown()
            other.loader.shutdown()
        }
        #expect(try trainer.lossSoFar() == nil)
        for _ in 0..<3 {
            try trainer.step()
            try other.step()
            #expect(try trainer.lossSoFar()?.sum.isFinite == true)
        }
        // Looking changes no figure.
        let (seen, unseen) = (try trainer.takeMetrics(), try other.takeMetrics())
        #expect(seen.means == unseen.means && seen.gradientNorm == unseen.gradientNorm)
        #expect(try trainer.lossSoFar() == nil)

        let kept = try trainer.model.logitScale.item()
        try trainer.model.logitScale.fill(100)
        try trainer.step()
        try trainer.model.logitScale.fill(kept)
        try trainer.step()
        // Weights are finite again, and so is the last loss; the sum knows better.
        #expect(try trainer.weightsAreFinite())
        #expect(try trainer.lossSoFar()?.sum.isFinite == false)
    }
}
