import Foundation

/// Words for the progress of a run.
enum ProgressText {
    /// The whole line, such as
    /// `step 120/450 · 412 pairs/s · 9:31 left · loss 3.21 (0.58 of chance) · acc 21 % · lr 9.8e-04 · data wait 3 %`.
    ///
    /// Steps and time are those of the stage, whose name comes first where there is one.
    static func line(
        _ metrics: TrainingMetrics,
        pace: TrainingPace,
        started: TrainingPosition,
        title: String? = nil
    ) -> String {
        var position = TrainingPosition(
            step: metrics.step,
            samples: metrics.samples,
            elapsedSeconds: metrics.elapsedSeconds
        )
        position.stageStart = started.stageStart
        var parts =
            [title].compactMap(\.self) + [place(position, pace), "\(rate(metrics.samplesPerSecond)) pairs/s"]
        if let left = secondsLeft(at: position, pace, since: started) {
            parts.append("\(duration(left)) left")
        }
        // Of all objectives the same figure: a robust loss may well be negative.
        let loss = fixed(metrics.batchLoss ?? metrics.loss, 2)
        parts.append("loss \(loss) (\(fixed(metrics.lossOfChance, 2)) of chance)")
        if let accuracy = metrics.accuracy { parts.append("acc \(percent(accuracy))") }
        parts.append("lr \(scientific(metrics.learningRate))")
        let limit = metrics.dataLimit.map { " (\($0.rawValue))" } ?? ""
        parts.append("data wait \(percent(metrics.dataWaitShare))\(limit)")
        if metrics.badSamples > 0 { parts.append("\(metrics.badSamples) bad samples") }
        return parts.joined(separator: " · ")
    }

    private static func place(_ position: TrainingPosition, _ pace: TrainingPace) -> String {
        switch pace.length {
        case .steps(let total): "step \(position.stepInStage)/\(total)"
        case .seconds(let total):
            "step \(position.stepInStage) · \(duration(position.secondsInStage))/\(duration(total))"
        }
    }

    /// Seconds to the end at the pace of this session; nil before there is one.
    static func secondsLeft(
        at position: TrainingPosition,
        _ pace: TrainingPace,
        since started: TrainingPosition
    ) -> Double? {
        switch pace.length {
        case .seconds(let total): return max(0, total - position.secondsInStage)
        case .steps(let total):
            let done = position.step - started.step
            guard done > 0 else { return nil }
            let perStep = (position.elapsedSeconds - started.elapsedSeconds) / Double(done)
            return Double(max(0, total - position.stepInStage)) * perStep
        }
    }

    /// `1:02:03` or `2:03`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        let parts = [whole / 3600, whole / 60 % 60, whole % 60]
        let shown = parts[0] > 0 ? parts[...] : parts[1...]
        let rest = shown.dropFirst().map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (["\(shown.first ?? 0)"] + rest).joined(separator: ":")
    }

    private static func rate(_ value: Double) -> String { fixed(value, value < 10 ? 1 : 0) }

    private static func percent(_ share: Double) -> String { "\(fixed(share * 100, 0)) %" }

    private static func scientific(_ value: Double) -> String { String(format: "%.1e", value) }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
