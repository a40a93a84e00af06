import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Torch

/// A stage while it trains: its recipe, set-up, trainer and cadences.
final class Stage {
    let setup: StageSetup
    let trainer: Trainer
    /// What the objective keeps of each sample; nil where it keeps nothing.
    let states: StoredSampleStates?
    private var session: Session
    private var hasWarnedOfBound = false
    /// Whether the last step was given up, and taken back.
    var hasGivenUpStep = false
    /// Whether an evaluation was broken off, or not begun.
    var lacksEvaluations = false
    /// Whether the stage was complete when the run was resumed, and another follows: it does not go on, whatever the size
    /// of its data is by now.
    private let hasEnded: Bool

    var recipe: Recipe { setup.recipe }
    var pace: TrainingPace { setup.pace }

    /// Puts a stage together.
    ///
    /// - Parameters:
    ///   - model: What it trains.
    ///   - state: What the trainer takes over, its position among it; the weights are the model's already.
    ///   - hasEnded: Whether the stage is complete, whatever the recipe says.
    ///   - openStates: Opens what the objective keeps of each sample. Called last of all, as it may roll back what is on
    ///     the disk.
    init(
        _ setup: StageSetup,
        model: CLIPModel,
        from state: TrainingState?,
        hasEnded: Bool = false,
        openStates: () throws -> StoredSampleStates?
    ) throws {
        self.setup = setup
        self.hasEnded = hasEnded
        let recipe = setup.recipe
        let position = state?.position ?? TrainingPosition()
        let revertible = RevertibleSampleStates(
            width: recipe.sampleStateWidth,
            count: setup.data.ordinalCount
        )
        let step = try TrainingStep(
            recipe,
            model: model,
            objective: recipe.lossFamily.objective(recipe, pace: setup.pace, states: revertible),
            stop: setup.stop,
            states: revertible
        )
        let schedule = TrainingSchedule(recipe, pace: setup.pace)
        trainer = Trainer(
            step,
            loader: try setup.loader(stream: position.stream, model.preprocessing),
            position: position,
            learningRate: schedule.learningRate
        )
        if let state { try trainer.takeOver(state.completed(by: model, for: trainer.optimizer)) }
        session = Session(setup, trainer: trainer)
        for evaluation in setup.evaluations { evaluation.start(at: position) }
        self.states = try openStates()
        if let opened = self.states { try revertible.open(opened) }
    }

    /// Whether the stage has its length already.
    var isComplete: Bool { hasEnded || pace.isComplete(at: trainer.position) }
    /// The loss of the last line of metrics.
    var finalLoss: Double? { session.finalLoss }

    /// Trains to the end of the stage, or to an interruption, and saves.
    func train(into record: RunRecord, until interrupt: InterruptFlag) throws {
        trainer.loader.start(at: trainer.position.dataPosition)
        defer { trainer.loader.shutdown() }
        while !isComplete, !interrupt.isRaised {
            guard try makeStep(into: record, until: interrupt) else { break }
            for fault in trainer.takeFaults() { try record.faults.append(fault) }
            if session.logging.isDue(at: trainer.position) || isComplete { try measure(into: record) }
            // Measuring takes time too, and time may end the stage.
            guard !isComplete else { break }
            if session.saving.isDue(at: trainer.position) { try record.save(self) }
            for evaluation in setup.evaluations where evaluation.isDue(at: trainer.position) {
                try evaluate(evaluation, into: record, until: interrupt)
            }
        }
        // An interruption may come at any time, even before the first step: the run can be resumed all the same.
        if !session.isMeasured(at: trainer.position) { try measure(into: record) }
        if record.saved?.step != trainer.position.step { try record.save(self) }
        if isComplete {
            // A run that stopped in them has them to do still.
            let done = try record.metrics.names(atStep: trainer.position.step)
            for evaluation in setup.evaluations where !evaluation.isAmong(done) {
                try evaluate(evaluation, into: record, until: interrupt)
            }
        }
        record.count(self)
    }

    func evaluate(_ evaluation: ScheduledEvaluation, into record: RunRecord) throws {
        func run() throws -> [String: Double] {
            try evaluation.run(trainer.model, trainer.trainingStep.objective, step: trainer.position.step)
        }
        let values = try evaluation.takesAverages ? trainer.withEvaluationWeights(run) : run()
        let position = trainer.position
        try record.metrics.append(
            NamedMetrics(step: position.step, stage: position.stage, values: values)
        )
        record.results.merge(values) { $1 }
        record.progress.message(evaluation.summary(values))
    }

    private func measure(into record: RunRecord) throws {
        let metrics = try session.measure(trainer, pace: pace, lastCheckpoint: record.saved?.url.path)
        try record.metrics.append(metrics)
        let others = session.others.map { ("train/\($0.key)", $0.value) }
        let values = trainer.takeCaptionShares().merging(others) { $1 }
        if !values.isEmpty {
            try record.metrics.append(
                NamedMetrics(step: metrics.step, stage: metrics.stage, values: values)
            )
        }
        record.progress.update(metrics)
        warnOfBound(metrics, record.progress)
    }

    /// Says once when the temperature cannot go where the loss pulls it.
    private func warnOfBound(_ metrics: TrainingMetrics, _ progress: ProgressLine) {
        guard !hasWarnedOfBound, let share = metrics.temperatureAtBound, share > 0.5,
            let warning = TemperatureWarning(metrics, share: share, recipe: recipe)
        else { return }
        hasWarnedOfBound = true
        progress.message(warning.description)
    }
}
