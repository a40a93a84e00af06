import Foundation

/// A learning rate that jumps where a run is resumed, since its schedule runs over another length than before.
struct RateChange: CustomStringConvertible {
    private let step: Int
    private let before, after: Double
    private let old, new: Recipe

    /// nil where the rate goes on as it would have, or where the recipe gives another schedule on purpose.
    ///
    /// - Parameters:
    ///   - old: The recipe of the stage when the checkpoint was saved.
    ///   - position: Where the stage goes on.
    init?(from old: Recipe, to new: Recipe, pace: TrainingPace, at position: TrainingPosition) {
        guard old.schedule == new.schedule, old.optimizer.learningRate == new.optimizer.learningRate,
            position.stepInStage > 0,
            let oldPace = try? TrainingPace(old, samplesPerEpoch: pace.samplesPerEpoch).continued(
                from: position
            )
        else { return nil }
        // A peak that follows the batch is no matter of the length: compared is the old course to the new peak.
        var peaked = old
        peaked.optimizer.learningRate = LearningRate(new.peakLearningRate)
        let expected = TrainingSchedule(peaked, pace: oldPace).learningRate(at: position)
        after = TrainingSchedule(new, pace: pace).learningRate(at: position)
        guard abs(after - expected) > 0.1 * max(after, expected) else { return nil }
        var last = position
        last.step -= 1
        before = TrainingSchedule(old, pace: oldPace).learningRate(at: last)
        step = position.step
        (self.old, self.new) = (old, new)
    }

    var description: String {
        func short(_ rate: Double) -> String { String(format: "%.2g", rate) }
        let change = after > before ? "stretched over" : "drawn together into"
        return
            "the learning rate goes from \(short(before)) in step \(step) to \(short(after)) in step \(step + 1), because the "
            + "schedule is \(change) the new length (\(new.length.text), before: \(old.length.text)); for another course set "
            + "schedule.kind or optimizer.learningRate too"
    }
}
