import CLIPEvaluation
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// What is wrong with the data of an evaluation names the key that says it, before training.
@Suite struct EvaluationKeyTests {
    private func error(_ evaluation: String, _ fixture: TrainingFixture, _ more: [String] = []) throws
        -> ScheduledEvaluationError
    {
        let normalizer = "{kind: normalizer}"
        let error = #expect(throws: ScheduledEvaluationError.self) {
            try fixture.train(["evaluate=[\(normalizer), \(evaluation)]"] + more)
        }
        #expect(!fixture.exists("run"))
        return try #require(error)
    }

    @Test func captionsThatTheDataLacks() throws {
        let fixture = try TrainingFixture()
        let data = "data: '\(fixture.url("train-0.tar").path)'"
        let named = try error("{kind: retrieval, \(data), captions: [caption, 'json:text']}", fixture)
        #expect(named.key == "evaluate.1.captions")
        let text = "\(named)"
        #expect(text.hasPrefix("`evaluate.1.captions`: no sample of the evaluation has a caption"), "\(text)")
        #expect(
            text.contains("expected 'caption' or 'json:text', found 'png', 'txt' in 20 samples"),
            "\(text)"
        )
        // Those of training, which the evaluation takes over.
        try fixture.writeZeroShot("colours")
        let test = "data: '\(fixture.url("colours/test/0.tar").path)'"
        #expect(try error("{kind: retrieval, \(test)}", fixture).key == "evaluate.1.captions")
        #expect(try error("{kind: retrieval, \(data), captions: []}", fixture).key == "evaluate.1.captions")
    }

    @Test func dataThatIsNotThereOrNotForThat() throws {
        let fixture = try TrainingFixture()
        let none = try error("{kind: zeroshot, data: none}", fixture)
        #expect(none.key == "evaluate.1.data" && "\(none)".hasPrefix("`evaluate.1.data`: "))
        let missing = try error("{kind: retrieval, data: none.tar}", fixture)
        #expect(missing.key == "evaluate.1.data" && missing.cause is ShardError)
        // Pictures without classes.
        try fixture.writeZeroShot("colours")
        let manager = FileManager.default
        try manager.removeItem(at: fixture.url("colours/test/0.tar"))
        try manager.copyItem(at: fixture.url("train-0.tar"), to: fixture.url("colours/test/0.tar"))
        let unlabelled = try error("{kind: zeroshot, data: '\(fixture.url("colours").path)'}", fixture)
        #expect(unlabelled.key == "evaluate.1.data")
        #expect("\(unlabelled)".contains("has a class number: expected 'cls', found"), "\(unlabelled)")
    }

    /// Found before training, and not at the first evaluation.
    @Test func picturesThatTrainingLooksForElsewhere() throws {
        let fixture = try TrainingFixture()
        var writer = try TarWriter(creating: fixture.url("other.tar").path)
        let picture = RGBImage(width: 2, height: 2, pixels: Array(repeating: 9, count: 12))
        for number in 0..<3 {
            try writer.append(name: "\(number).pic", content: ImageEncoder.png(level: 1).encode(picture))
            try writer.append(name: "\(number).txt", content: Array("a".utf8))
        }
        _ = try writer.finish()
        let found = try error("{kind: retrieval, data: '\(fixture.url("other.tar").path)'}", fixture)
        #expect(found.key == "data.imageFields")
        #expect("\(found)".contains("found 'pic', 'txt' in 3 samples"), "\(found)")
    }

    @Test func aStageIsNamedToo() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 2 steps}, {name: b, length: 2 steps, evaluate: [{kind: zeroshot, data: none}]}"
        let error = #expect(throws: StageError.self) {
            _ = try TrainingRun.plan(recipe: fixture.staged(stages), output: .nullDevice)
        }
        #expect(error?.description.hasPrefix("in stages.1 (b): `evaluate.0.data`: ") == true)
        #expect((error?.cause as? ScheduledEvaluationError)?.cause is EvaluationError)
    }
}
