import Foundation
import Testing

@testable import CLIPTraining

@Suite struct ProgressTests {
    private func pace(_ length: TrainingDuration) throws -> TrainingPace {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.length = length
        return try TrainingPace(recipe, samplesPerEpoch: 1000)
    }

    private func metrics(step: Int, seconds: Double) -> TrainingMetrics {
        TrainingMetrics(
            position: TrainingPosition(step: step, samples: step * 256, elapsedSeconds: seconds),
            epoch: 0.5,
            batch: 256,
            loss: 3.21,
            accuracy: 0.214,
            scale: 14.3,
            learningRate: 9.8e-4,
            samplesPerSecond: 411.6,
            dataWaitShare: 0.034
        )
    }

    @Test func lineOverSteps() throws {
        let text = ProgressText.line(
            metrics(step: 120, seconds: 60),
            pace: try pace(.steps(1320)),
            started: TrainingPosition()
        )
        #expect(
            text == "step 120/1320 · 412 pairs/s · 10:00 left · loss 3.21 (0.58 of chance) · acc 21 % · "
                + "lr 9.8e-04 · data wait 3 %"
        )
    }

    @Test func lineOnTheClock() throws {
        let text = ProgressText.line(
            metrics(step: 7, seconds: 60),
            pace: try pace(.seconds(4000)),
            started: TrainingPosition()
        )
        #expect(text.hasPrefix("step 7 · 1:00/1:06:40 · 412 pairs/s · 1:05:40 left · "))
    }

    @Test func aResumedRunCountsItsOwnPace() throws {
        let started = TrainingPosition(step: 100, elapsedSeconds: 1000)
        let now = TrainingPosition(step: 110, elapsedSeconds: 1010)
        #expect(ProgressText.secondsLeft(at: now, try pace(.steps(150)), since: started) == 40)
        #expect(ProgressText.secondsLeft(at: started, try pace(.steps(150)), since: started) == nil)
    }

    private func output(_ isTerminal: Bool, _ body: (ProgressLine) -> Void) throws -> String {
        let pipe = Pipe()
        let line = ProgressLine(
            pace: try pace(.steps(100)),
            output: pipe.fileHandleForWriting,
            isTerminal: isTerminal,
            interval: 10
        )
        body(line)
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test func logsGetALineEveryFewSeconds() throws {
        let text = try output(false) { line in
            for (step, seconds) in [(1, 0.0), (2, 5), (3, 12), (4, 13)] {
                line.update(metrics(step: step, seconds: seconds))
            }
            line.message("saved")
            line.finish()
        }
        let starts = text.split(separator: "\n").map { $0.split(separator: " ·").first ?? "" }
        #expect(starts == ["step 1/100", "step 3/100", "saved", "step 4/100"])
        #expect(!text.contains("\u{1B}"))
    }

    @Test func terminalsGetOneLineRewritten() throws {
        let text = try output(true) { line in
            line.update(metrics(step: 1, seconds: 0))
            line.update(metrics(step: 2, seconds: 20))
            line.message("saved")
            line.finish()
        }
        #expect(text.components(separatedBy: "\r\u{1B}[K").count == 3)
        #expect(text.hasSuffix("data wait 3 %\nsaved\n"))
        #expect(text.filter { $0 == "\n" }.count == 2)
    }

    @Test func metricsHaveTheFieldsNames() throws {
        let data = try JSONEncoder().encode(metrics(step: 3, seconds: 1))
        let names = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]).keys
        #expect(names.contains("train/loss") && names.contains("train/lr") && names.contains("step"))
        #expect(try JSONDecoder().decode(TrainingMetrics.self, from: data) == metrics(step: 3, seconds: 1))
    }
}
