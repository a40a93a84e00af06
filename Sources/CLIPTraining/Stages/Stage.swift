import CLIPData
import CLIPModels
import CLIPObjectives
import CLIPText
import Foundation
import Torch

/// A stage while it trains: its recipe, set-up, trainer and cadences.
final class Stage {
    let setup: StageSetup
    let trainer: Trainer
    /// What the objective keeps of each sample; nil where it keeps nothing.
    let states: StoredSampleStates?
    /// The pace from where the stage begins, or goes on.
    let pace: TrainingPace
    private var session: Session
    private var bound: BoundWatch
    /// Whether the last step was given up, and taken back.
    var hasGivenUpStep = false
    /// Evaluations that are due at the present step and not made yet.
    private var due: [ScheduledEvaluation] = []
    /// Whether the stage was complete when the run was resumed, and another follows: it does not go on, whatever the size
    /// of its data is by now.
    private let hasEnded: Bool
    /// What the memory of the first step is compared with; nil once it was.
    var memoryWatch: MemoryWatch?
    /// The most that the process held before the stage.
    let peakBefore = ProcessMemory.peakResidentBytes

    var recipe: Recipe { setup.recipe }

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
        model: any ImageTextModel,
        from state: TrainingState?,
        hasEnded: Bool = false,
        openStates: () throws -> StoredSampleStates?
    ) throws {
        self.setup = setup
        self.hasEnded = hasEnded
        memoryWatch = setup.memoryWatch
        let recipe = setup.recipe
        var position = state?.position ?? TrainingPosition()
        let due = position.dueEvaluations
        if !hasEnded { position.continueStage(withBatch: recipe.batch) }
        pace = setup.pace.continued(from: position)
        let revertible = RevertibleSampleStates(
            width: recipe.sampleStateWidth,
            count: setup.data.ordinalCount
        )
        let step = try TrainingStep(
            recipe,
            model: model,
            objective: recipe.lossFamily.objective(recipe, pace: pace, states: revertible),
            stop: setup.stop,
            states: revertible
        )
        let schedule = TrainingSchedule(recipe, pace: pace)
        trainer = Trainer(
            step,
            loader: try setup.loader(stream: position.stream, model.preprocessing),
            position: position,
            learningRate: schedule.learningRate
        )
        if let state { try trainer.takeOver(state.completed(by: model, for: trainer.optimizer)) }
        session = Session(setup, pace: pace, trainer: trainer)
        bound = try BoundWatch(recipe, from: model)
        for evaluation in setup.evaluations { evaluation.start(at: position, pace) }
        self.due = setup.evaluations.filter { due.contains($0.name) }
        self.states = try openStates()
        if let opened = self.states { try revertible.open(opened) }
    }

    /// Whether the stage has its length already.
    var isComplete: Bool { hasEnded || pace.isComplete(at: trainer.position) }
    /// The last line of metrics.
    var finalMetrics: TrainingMetrics? { session.finalMetrics }
    /// The names of the evaluations that are due at the present step and not made yet.
    var dueEvaluations: [String] { due.map(\.name) }
    /// Whether a stop left evaluations to be made.
    var lacksEvaluations: Bool { !due.isEmpty }

    /// Trains to the end of the stage, or to an interruption, and saves.
    func train(into record: RunRecord, until interrupt: InterruptFlag) throws {
        // A run that stopped between a checkpoint and the evaluations of its step has them to do still.
        try evaluateWhatIsDue(into: record, until: interrupt, unlessMade: true)
        trainer.loader.start(at: trainer.position.dataPosition)
        defer { trainer.loader.shutdown() }
        while !isComplete, !interrupt.isRaised {
            guard try makeStep(into: record, until: interrupt) else { break }
            if let notice = takeMemoryNotice() { record.progress.message(notice) }
            for fault in trainer.takeFaults() { try record.faults.append(fault) }
            if session.logging.isDue(at: trainer.position) || isComplete { try measure(into: record) }
            // Measuring takes time too, and time may end the stage.
            guard !isComplete else { break }
            due = setup.evaluations.filter { $0.isDue(at: trainer.position) }
            if session.saving.isDue(at: trainer.position) { try save(into: record) }
            try evaluateWhatIsDue(into: record, until: interrupt)
        }
        // An interruption may come at any time, even before the first step: the run can be resumed all the same.
        if !session.isMeasured(at: trainer.position) { try measure(into: record) }
        if isComplete { due = setup.evaluations }
        if record.saved?.step != trainer.position.step { try save(into: record) }
        if isComplete { try evaluateWhatIsDue(into: record, until: interrupt, unlessMade: true) }
        record.count(self)
    }

    func save(into record: RunRecord) throws {
        try record.save(self)
        record.warnOfSaving(at: trainer.position)
    }

    /// Makes the evaluations that are due, each once; what a stop leaves stays due.
    ///
    /// - Parameter unlessMade: Whether an earlier session, or the loop, may have made some of them at this step.
    private func evaluateWhatIsDue(
        into record: RunRecord,
        until interrupt: InterruptFlag,
        unlessMade: Bool = false
    ) throws {
        guard !due.isEmpty else { return }
        let done = try unlessMade ? record.metrics.names(atStep: trainer.position.step) : []
        due.removeAll { $0.isAmong(done) }
        while let evaluation = due.first {
            guard try evaluate(evaluation, into: record, until: interrupt) else { return }
            due.removeAll { $0.name == evaluation.name }
        }
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
        var values = trainer.takeCaptionShares().merging(others) { $1 }
        if let reducer = setup.reducer {
            values["data/tokens_per_text"] = trainer.takeTokensPerText()
            if let notice = reducer.tally.notice() { record.progress.message(notice) }
        }
        if !values.isEmpty {
            try record.metrics.append(
                NamedMetrics(step: metrics.step, stage: metrics.stage, values: values)
            )
        }
        record.progress.update(metrics)
        if let warning = bound.warning(metrics, recipe: recipe) {
            record.progress.message(warning.description)
        }
    }
}
