import CLIPData
import CLIPModels
import CLIPObjectives
import CLIPText
import Foundation
import Torch
import TorchNN
import TorchOptim

/// A run in its directory, from the recipe to the report.
public final class TrainingRun {
    private let recipe: Recipe
    private let directory: RunDirectory
    private let trainer: Trainer
    private let pace: TrainingPace
    private let interrupt: InterruptFlag
    let progress: ProgressLine
    private let evaluations: [ScheduledEvaluation]
    private let data: ShardDataset
    /// The newest good checkpoint of the run as it stands; damaged ones may lie beside it.
    private var saved: Checkpoint?
    private var hasWarnedOfBound = false
    /// What the objective keeps of each sample; nil where it keeps nothing.
    private let states: StoredSampleStates?

    init(
        _ setup: TrainingSetup,
        in directory: RunDirectory,
        from checkpoint: Checkpoint?,
        startsStateAfresh: Bool = false,
        interrupt: InterruptFlag,
        output: FileHandle
    ) throws {
        let recipe = setup.recipe
        self.recipe = recipe
        self.directory = directory
        self.interrupt = interrupt
        pace = setup.pace
        evaluations = setup.evaluations
        data = setup.data
        saved = checkpoint
        let slot = RevertibleSampleStates(width: recipe.sampleStateWidth, count: setup.data.ordinalCount)
        trainer = try Trainer(
            recipe,
            model: setup.model,
            loader: setup.loader,
            pace: pace,
            objective: recipe.assembledObjective(pace: pace, states: slot),
            position: setup.position
        )
        if let checkpoint { try trainer.restore(from: checkpoint) }
        // Last of all: it rolls back what is on the disk.
        states = try Self.states(of: setup, in: directory, from: checkpoint, fresh: startsStateAfresh)
        if let states { try slot.open(states) }
        progress = ProgressLine(pace: pace, started: setup.position, output: output)
        for warning in states?.warnings ?? [] { progress.message("warning: \(warning)") }
        if startsStateAfresh, states == nil {
            progress.message(
                "warning: there is no state to start afresh: this objective keeps nothing of each sample"
            )
        }
    }

    /// Whether the run has its length already.
    var isFinished: Bool { pace.isComplete(at: trainer.position) }

    func train() throws -> TrainingReport {
        let log = try directory.metrics()
        let started = trainer.position
        var session = Session(
            pace: pace,
            recipe: recipe,
            at: started,
            data: data,
            threads: trainer.loader.threads
        )
        var results: [String: Double] = [:]
        try log.truncate(afterStep: started.step)
        let faults = try directory.faults()
        try faults.truncate(afterStep: started.step)
        trainer.loader.start(at: started.dataPosition)
        defer {
            trainer.loader.shutdown()
            progress.finish()
            try? states?.close()
        }

        while !isFinished, !interrupt.isRaised {
            try trainer.step()
            for fault in trainer.takeFaults() { try faults.append(fault) }
            if session.logging.isDue(at: trainer.position) || isFinished {
                try measure(&session, into: log)
            }
            // Measuring takes time too, and time may end the run.
            let position = trainer.position
            let isLast = pace.isComplete(at: position)
            if session.saving.isDue(at: position) || isLast { try save() }
            for evaluation in evaluations where evaluation.isDue(at: position) || isLast {
                try results.merge(evaluate(evaluation, into: log)) { $1 }
            }
        }
        if pace.isComplete(at: started) {
            // The run ended before; its last evaluations may not have.
            for evaluation in evaluations { try results.merge(evaluate(evaluation, into: log)) { $1 } }
        }
        // An interruption may come at any time, even before the first step: the run can be resumed all the same.
        if !session.isMeasured(at: trainer.position) { try measure(&session, into: log) }
        if saved?.step != trainer.position.step { try save() }
        if let report = data.remoteReport { progress.message("read from servers: \(report)") }
        return session.report(trainer, run: directory.url, checkpoint: lastCheckpoint, started: started)
            .with(evaluations: results, isInterrupted: !isFinished)
    }

    private func evaluate(_ evaluation: ScheduledEvaluation, into log: MetricsLog) throws -> [String: Double]
    {
        func run() throws -> [String: Double] {
            try evaluation.run(trainer.model, trainer.trainingStep.objective, step: trainer.position.step)
        }
        let values = try evaluation.takesAverages ? trainer.withEvaluationWeights(run) : run()
        try log.append(NamedMetrics(step: trainer.position.step, values: values))
        progress.message(evaluation.summary(values))
        return values
    }

    private func measure(_ session: inout Session, into log: MetricsLog) throws {
        let metrics = try session.measure(trainer, pace: pace, lastCheckpoint: lastCheckpoint)
        try log.append(metrics)
        let shares = trainer.takeCaptionShares()
        if !shares.isEmpty { try log.append(NamedMetrics(step: metrics.step, values: shares)) }
        progress.update(metrics)
        warnOfBound(metrics)
    }

    /// Says once when the temperature cannot go where the loss pulls it.
    private func warnOfBound(_ metrics: TrainingMetrics) {
        guard !hasWarnedOfBound, let share = metrics.temperatureAtBound, share > 0.5 else { return }
        hasWarnedOfBound = true
        progress.message(TemperatureWarning(metrics, share: share, recipe: recipe).description)
    }

    private var lastCheckpoint: String? { saved?.url.path }

    private func save() throws {
        guard try trainer.weightsAreFinite() else {
            throw TrainingError.weightsNotFinite(step: trainer.position.step, checkpoint: lastCheckpoint)
        }
        // Before the checkpoint: one without its state could not be resumed.
        try states?.checkpoint(step: trainer.position.step)
        saved = try directory.checkpoints.write(trainer.position) { try trainer.save(to: $0) }
        try directory.checkpoints.prune(keep: recipe.checkpoint.keep)
        try states?.prune(keeping: directory.checkpoints.checkpoints().map(\.step))
    }
}

extension Trainer {
    /// Runs `body` on the averaged weights where there are any.
    func withEvaluationWeights<R>(_ body: () throws -> R) throws -> R {
        try average?.withAverages(body) ?? body()
    }
}
