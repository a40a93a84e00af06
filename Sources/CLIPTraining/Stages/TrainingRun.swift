import CLIPModels
import Torch

/// A run in its directory, from the recipe to the report: one stage after the other.
public final class TrainingRun {
    private let setup: RunSetup
    private let record: RunRecord
    private let interrupt: InterruptFlag
    private var stage: Stage

    init(_ setup: RunSetup, stage: Stage, record: RunRecord, interrupt: InterruptFlag) {
        self.setup = setup
        self.stage = stage
        self.record = record
        self.interrupt = interrupt
    }

    /// Whether the run has its length already.
    var isFinished: Bool { stage.isComplete && stage.setup.number == setup.lastStage }

    func train() throws -> TrainingReport {
        interrupt.tell { [progress = record.progress] in
            progress.message("stopping: saving a checkpoint; press Ctrl-C again to stop at once")
        }
        defer {
            interrupt.tell(nil)
            record.progress.finish()
            try? stage.states?.close()
        }
        try record.begin()
        try trainStage()
        while stage.isComplete, !isFinished, !interrupt.isRaised {
            try stage.states?.close()
            stage = try Stage(next: setup.stage(stage.setup.number + 1), after: stage, states: record.states)
            try trainStage()
        }
        return record.report(at: stage.trainer.position, isInterrupted: !isFinished || stage.lacksEvaluations)
    }

    private func trainStage() throws {
        record.announce(stage, of: setup.lastStage + 1)
        try stage.train(into: record, until: interrupt)
    }
}

extension Stage {
    /// The stage that follows another one, which is complete.
    convenience init(next setup: StageSetup, after before: Stage, states: SampleStateFiles) throws {
        let transition = StageTransition(
            from: before.setup.stage,
            to: setup.stage,
            hasSameSamples: before.setup.hasSameSamples(as: setup)
        )
        let keepsMoments = setup.stage.carry.optimizer == .keep
        let ended = try before.trainer.liveState(moments: keepsMoments)
        let origin =
            setup.continuesModel ? StageSetup.Origin(before.setup, before.trainer.model.preprocessing) : nil
        let carried = transition.carry(ended, from: before.pace, to: setup.pace)
        try self.init(
            setup,
            model: setup.model(from: origin == nil ? nil : ended, after: origin),
            from: origin.map { try carried.fitted(to: setup, of: $0) } ?? carried
        ) {
            try states.open(setup, step: ended.position.step, .entering)
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
