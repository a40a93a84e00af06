import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Runs in which some parameters stay as they are.
@Suite struct FrozenTrainingTests {
    private func weights(_ fixture: TrainingFixture, _ run: String, step: Int) throws -> [String: Data] {
        let path = fixture.url("\(run)/checkpoints/step-\(step)/model").path
        return try CheckpointDirectory(path).tensors().mapValues { tensor in
            let values: [Float] = try tensor.scalars()
            return values.withUnsafeBytes { Data($0) }
        }
    }

    @Test(arguments: [[], ["microBatch=3"], ["activationCheckpointing=blocks"]])
    func frozenTowersStayAndTheOtherLearns(overrides: [String]) throws {
        let fixture = try TrainingFixture()
        try fixture.train(["train.freeze=['visual\\..*']", "optimizer.weightDecay=1"] + overrides)
        let (first, last) = (try weights(fixture, "run", step: 5), try weights(fixture, "run", step: 10))
        for (name, value) in first {
            #expect((last[name] == value) == name.hasPrefix("visual."), "\(name)")
        }
        // The optimizer keeps no moments of what it does not move.
        let checkpoint = try #require(try CheckpointStore(run: fixture.url("run")).checkpoints().last)
        let moments = try TrainingState(contentsOf: checkpoint).optimizer?.tensors.keys.sorted() ?? []
        #expect(!moments.isEmpty && !moments.contains { $0.contains("visual.") })
        #expect(moments.contains("first_moment.logit_scale"))
    }

    @Test func resumesToTheBit() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["train.freeze=['visual\\..*']"], in: "straight")
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        try fixture.resume(in: "resumed")
        #expect(try fixture.state("resumed", step: 10) == fixture.state("straight", step: 10))
    }

    @Test func aPatternWithoutAParameterIsRefusedWithNearOnes() throws {
        let fixture = try TrainingFixture()
        let error = #expect(throws: RecipeError.self) { try fixture.train(["train.freeze=['visual.conv1']"]) }
        #expect(error?.problems.map(\.path) == ["train.freeze.0"])
        #expect(error?.description.contains("`visual.conv1.weight`") == true)
        #expect(!fixture.exists("run"))
    }

    @Test func somethingHasToBeTrained() throws {
        let fixture = try TrainingFixture()
        let error = #expect(throws: RecipeError.self) {
            try fixture.train(["train.freeze=['.*']", "temperature.rule=constant"])
        }
        #expect(error?.problems.map(\.path) == ["train.freeze"])
        #expect(error?.description.contains("there is nothing to train") == true)
    }
}
