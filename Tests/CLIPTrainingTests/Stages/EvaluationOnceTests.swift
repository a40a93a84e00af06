import Foundation
import Testing

@testable import CLIPTraining

/// Evaluations during training are made when they are due, once, whenever the run stops.
@Suite struct EvaluationOnceTests {
    private let fixture: TrainingFixture
    private let settings: [String]

    /// Two sets of which one lies below the other, retrieval, and normalizers.
    init() throws {
        fixture = try TrainingFixture()
        try fixture.writeZeroShot("colours")
        try fixture.writeZeroShot("colours/again")
        let colours = fixture.url("colours").path
        let evaluations = [
            "{kind: zeroshot, data: '\(colours)', every: 2 steps}",
            "{kind: zeroshot, data: '\(colours)/again', every: 2 steps}",
            "{kind: retrieval, data: '\(fixture.url("train-0.tar").path)', every: 4 steps}",
            "{kind: normalizer, every: 3 steps}",
        ]
        settings = [
            "length=6 steps", "ema={decay: 0.5}", "checkpoint={every: 2 steps, keep: 20}",
            "evaluate=[\(evaluations.joined(separator: ", "))]",
        ]
    }

    /// Makes a run what it was when it was killed after the checkpoint of a step.
    private func kill(_ run: String, after step: Int, keeping: ([String: Double]) -> Bool) throws {
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url(run))
        for later in stride(from: step + 2, through: 6, by: 2) {
            try FileManager.default.removeItem(at: fixture.url("\(run)/checkpoints/step-\(later)"))
        }
        let file = fixture.url("\(run)/metrics.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { line in
            let values = try JSONDecoder().decode([String: Double].self, from: Data(line.utf8))
            return values["step"].map { Int($0) <= step } == true && keeping(values)
        }
        try Data(lines.map { "\($0)\n" }.joined().utf8).write(to: file)
    }

    private func isEvaluation(_ line: [String: Double]) -> Bool { line["train/loss"] == nil }

    @Test func aKillBeforeOrBetweenThemLosesNoneAndDoublesNone() throws {
        try fixture.train(settings, in: "straight")
        let straight = try fixture.metrics("straight")
        let counts = Dictionary(grouping: straight.filter(isEvaluation)) { Int($0["step"] ?? -1) }
            .mapValues(\.count)
        #expect(counts == [2: 2, 3: 1, 4: 3, 6: 4])
        for step in [2, 4, 6] {
            for made in 0...2 {
                var left = made
                try kill("killed-\(step)-\(made)", after: step) { line in
                    guard isEvaluation(line), line["step"] == Double(step) else { return true }
                    left -= 1
                    return left >= 0
                }
                try fixture.resume(in: "killed-\(step)-\(made)")
                #expect(try fixture.metrics("killed-\(step)-\(made)") == straight, "\(made) at \(step)")
                #expect(
                    try fixture.state("killed-\(step)-\(made)", step: 6) == fixture.state("straight", step: 6)
                )
            }
        }
    }

    @Test func aFinishedRunHasNoneToMake() throws {
        try fixture.train(settings, in: "straight")
        let files = try fixture.files("straight")
        for _ in 0..<2 { try fixture.resume(in: "straight") }
        #expect(try fixture.files("straight") == files)
    }

    @Test func thoseOfTheOldEndAreMadeBeforeALongerRunGoesOn() throws {
        try fixture.train(settings, in: "straight")
        try kill("killed", after: 6) { !isEvaluation($0) || $0["step"] != 6 }
        try fixture.resume(["length=8 steps"], in: "killed")
        let lines = try fixture.metrics("killed")
        let old = try fixture.metrics("straight")
        #expect(Array(lines.prefix(old.count)) == old)
        #expect(lines.filter { isEvaluation($0) && $0["step"] == 8 }.count == 4)
        #expect(lines.count == old.count + 2 + 4)
    }

    /// One that is no longer asked for is not made, and what no checkpoint names is not guessed.
    @Test func theRecipeDecidesAtTheResume() throws {
        try fixture.train(settings, in: "straight")
        try kill("killed", after: 4) { !isEvaluation($0) || $0["step"] != 4 }
        try fixture.resume(["evaluate=[{kind: normalizer, every: 100 steps}]"], in: "killed")
        let evaluations = try fixture.metrics("killed").filter(isEvaluation)
        #expect(evaluations.map { $0["step"] } == [2, 2, 3, 6])
    }
}
