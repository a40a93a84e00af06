import Torch

/// A run in its directory, from the recipe to the report: one stage after the other.
///
/// Only the stage that trains is in memory; finished stages are freed.
public final class TrainingRun {
    private let record: RunRecord
    private let interrupt: InterruptFlag
    /// How many stages the recipe has.
    private let stageCount: Int
    /// The stages after the present one, in order.
    private var coming: [StageSetup]
    /// nil while one stage has gone and the next is not there.
    private var present: Stage?

    init(_ setup: RunSetup, stage: Stage, record: RunRecord, interrupt: InterruptFlag) {
        present = stage
        stageCount = setup.lastStage + 1
        coming = setup.stages.filter { $0.number > stage.setup.number }
        self.record = record
        self.interrupt = interrupt
    }

    /// The stage that trains.
    private var stage: Stage {
        guard let present else { preconditionFailure("the run is between two stages") }
        return present
    }

    /// Whether the run has its length already.
    var isFinished: Bool { stage.isComplete && coming.isEmpty }

    func train() throws -> TrainingReport {
        interrupt.tell { [progress = record.progress] in
            progress.message("stopping: saving a checkpoint; press Ctrl-C again to stop at once")
        }
        defer {
            interrupt.tell(nil)
            record.progress.finish()
            try? present?.states?.close()
        }
        try record.begin()
        try trainStage()
        while stage.isComplete, !isFinished, !interrupt.isRaised {
            try enter(coming.removeFirst())
            try trainStage()
        }
        return record.report(at: stage.trainer.position, isInterrupted: !isFinished || stage.lacksEvaluations)
    }

    private func trainStage() throws {
        record.announce(stage, of: stageCount)
        try stage.train(into: record, until: interrupt)
    }

    /// Lets go of the present stage, and then puts the next one together from what it leaves.
    private func enter(_ next: StageSetup) throws {
        try stage.states?.close()
        var left = try StageHandover(from: stage, to: next)
        present = nil
        let model = try left.takeModel(for: next)
        // The next stage may need less than the last one's peak: give the rest back.
        try next.device.emptyCache()
        let step = left.state.position.step
        present = try Stage(next, model: model, from: left.state) {
            try record.states.open(next, step: step, .entering)
        }
    }
}

extension RunRecord {
    /// Says which stage trains, where there are several.
    fileprivate func announce(_ stage: Stage, of count: Int) {
        let name = stage.setup.stage.name
        let title = count > 1 ? "stage \(stage.setup.number + 1)/\(count) \(name)" : nil
        progress.begin(pace: stage.pace, at: stage.trainer.position, title: title)
        for warning in stage.states?.warnings ?? [] { progress.message("warning: \(warning)") }
    }
}
