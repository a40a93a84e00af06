import Foundation
import Testing

@testable import CLIPTraining

@Suite struct TrainingResumeTests {
    static let features = [
        "ema={decay: 0.9}", "optimizer.gradientClipNorm=0.5", "objective.maskEqualCaptions=true",
    ]

    /// A run, and the same run as if it had crashed half way and been resumed.
    private static func crashAndResume(_ overrides: [String], steps: Int = 10) throws -> TrainingFixture {
        let fixture = try TrainingFixture()
        let length = ["length=\(steps) steps", "checkpoint.every=\(steps / 2) steps"]
        try fixture.train(features + overrides + length, in: "straight")
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-\(steps)"))
        let report = try fixture.resume(in: "resumed")
        #expect(report.steps == steps)
        #expect(report.samples == 8 * steps)
        return fixture
    }

    private static func expectSame(_ fixture: TrainingFixture, steps: Int = 10) throws {
        let straight = try fixture.state("straight", step: steps)
        #expect(
            straight.keys.sorted() == [
                "ema/open_clip_model.safetensors", "model/open_clip_model.safetensors",
                "optimizer.safetensors",
            ]
        )
        let resumed = try fixture.state("resumed", step: steps)
        for (name, data) in straight { #expect(resumed[name] == data, "\(name) differs") }
        #expect(straight["ema/open_clip_model.safetensors"] != straight["model/open_clip_model.safetensors"])
        #expect(try fixture.state("straight", step: steps / 2) != straight)
        let lines = try fixture.metrics("straight")
        #expect(lines.count == steps)
        #expect(try fixture.metrics("resumed") == lines)
    }

    @Test(arguments: ["float32", "bfloat16"])
    func isExactToTheBit(precision: String) throws {
        try Self.expectSame(Self.crashAndResume(["precision=\(precision)"]))
    }

    @Test(arguments: [
        ["optimizer.kind=lamb"], ["optimizer.kind=lion"], ["optimizer.kind=sgd", "optimizer.nesterov=true"],
        ["storage={weights: bfloat16, moments: bfloat16}", "temperature.schedule=stepThreshold"],
        ["storage={weights: bfloat16, towers: text}", "precision=bfloat16"],
        ["optimizer.kind=lamb", "storage={weights: bfloat16, moments: bfloat16}"],
    ])
    func isExactToTheBitWith(settings: [String]) throws { try Self.expectSame(Self.crashAndResume(settings)) }

    /// The number of threads belongs to the process.
    @Test func isExactToTheBitOnTwoThreads() async {
        await #expect(processExitsWith: .success) {
            let overrides = ["threads=2", "data.workers=2"]
            let fixture = try TrainingResumeTests.crashAndResume(overrides, steps: 4)
            try TrainingResumeTests.expectSame(fixture, steps: 4)
        }
    }

    @Test func damagedCheckpointIsPassedOver() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=4 steps", "checkpoint.every=2 steps"])
        let state = try fixture.state("run", step: 4)
        try fixture.folder.corrupt("run/checkpoints/step-4/model/open_clip_model.safetensors", at: 5000)
        do {
            try fixture.resume(["length=6 steps", "optimizer.learningRate=1e30"])
            Issue.record("a learning rate of 1e30 went through")
        } catch TrainingError.notFinite(_, _, let checkpoint) {
            #expect(checkpoint?.hasSuffix("/step-2") == true)
        }
        // The rate of the first run over its length gives its steps again, bit for bit.
        #expect(try fixture.resume(["length=4 steps", "optimizer.learningRate=3e-3"]).steps == 4)
        #expect(try fixture.state("run", step: 4) == state)
    }

    @Test func longerThanItWas() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["schedule.kind=constant"], in: "straight")
        try fixture.train(["schedule.kind=constant", "length=3 steps"], in: "resumed")
        let report = try fixture.resume(["length=10 steps"], in: "resumed")
        #expect(report.steps == 10)
        #expect(try fixture.state("resumed", step: 10) == fixture.state("straight", step: 10))
        #expect(try fixture.metrics("resumed") == fixture.metrics("straight"))
        #expect(try Recipe(contentsOf: fixture.url("resumed/recipe.yaml").path).length == .steps(10))
        // A run that is complete stays as it is.
        let files = try fixture.files("resumed")
        #expect(try fixture.resume(in: "resumed").steps == 10)
        #expect(try fixture.files("resumed") == files)
    }

    /// Signals go to a whole process.
    @Test func interruptionLeavesARunToResume() async {
        await #expect(processExitsWith: .success) {
            // Ignored where the tests run in the background of a script, and respected then.
            signal(SIGINT, SIG_DFL)
            let fixture = try TrainingFixture()
            let metrics = fixture.url("run/metrics.jsonl").path
            let interrupt = InterruptFlag()
            Thread.detachNewThread {
                while (FileManager.default.contents(atPath: metrics) ?? Data()).isEmpty { usleep(2000) }
                kill(getpid(), SIGINT)
            }
            let report = try fixture.train(
                ["length=1000000 steps", "log.every=3 steps", "ema={decay: 0.9}"],
                interrupt: interrupt
            )
            #expect(report.isInterrupted)
            #expect(report.steps >= 3)
            #expect(report.checkpoint?.hasSuffix("/step-\(report.steps)") == true)
            #expect(try fixture.metrics().last?["step"] == Double(report.steps))

            let resumed = try fixture.resume(["length=\(report.steps + 2) steps"])
            #expect(!resumed.isInterrupted)
            #expect(resumed.steps == report.steps + 2)
        }
    }
}
