import CLIPData
import Foundation

/// What all stages of a run write to, and what is counted over them.
final class RunRecord {
    let directory: RunDirectory
    let metrics: MetricsLog
    let faults: MetricsLog
    let progress: ProgressLine
    let states: SampleStateFiles
    private let recipe: Recipe
    /// The newest good checkpoint of the run as it stands; damaged ones may be there too.
    private(set) var saved: Checkpoint?
    /// Results of the last evaluations, by name.
    var results: [String: Double] = [:]
    private let started: TrainingPosition
    private var badSamples: [String: Int] = [:]
    private var waitedSeconds = 0.0
    private var finalLoss, finalBatchLoss: Double?
    private var saving = SavingTime()

    init(
        _ recipe: Recipe,
        in directory: RunDirectory,
        from checkpoint: Checkpoint?,
        at position: TrainingPosition,
        progress: ProgressLine
    ) throws {
        self.recipe = recipe
        self.directory = directory
        self.progress = progress
        saved = checkpoint
        started = position
        states = SampleStateFiles(recipe, run: directory.url)
        metrics = try directory.metrics()
        faults = try directory.faults()
    }

    /// Removes what was written after the position at which the session begins. Call it once nothing can be refused any
    /// more.
    func begin() throws {
        for log in [metrics, faults] {
            let damaged = try log.truncate(afterStep: started.step)
            if !damaged.isEmpty { progress.message("warning: \(log.description(of: damaged))") }
        }
    }

    /// Writes a checkpoint of a stage as it is now, and removes those that are too many.
    ///
    /// - Throws: `TrainingError` where weights, or losses and gradients since the last checkpoint, are not finite: only
    ///   good checkpoints are written, and take the place of older ones.
    func save(_ stage: Stage) throws {
        let (trainer, store) = (stage.trainer, directory.checkpoints)
        try checkIsGood(trainer)
        var position = trainer.position
        position.endsStage = stage.isComplete
        position.dueEvaluations = stage.dueEvaluations
        let started = trainer.time.now()
        defer { saving.add(trainer.time.now() - started) }
        // Before the checkpoint: one without its state could not be resumed.
        try stage.states?.checkpoint(step: position.step, isTakenBack: stage.hasGivenUpStep)
        saved = try store.write(position) { url in
            try trainer.liveState().write(to: url, as: trainer.model)
            try Data(recipe.resolved.utf8).write(to: url.appending(path: CheckpointLayout.recipe))
        }
        try directory.markFormat()
        try store.prune(keep: stage.recipe.checkpoint.keep)
        let kept = try store.checkpoints()
        try stage.states?.prune(keeping: kept.map(\.step))
        try states.removeUnused(by: kept, in: position.stage)
    }

    private func checkIsGood(_ trainer: Trainer) throws {
        let step = trainer.position.step, last = saved?.url.path
        // One read of what the steps since the last line of metrics have summed up on the device.
        if let (loss, norm) = try trainer.lossSoFar() {
            guard loss.isFinite else {
                throw TrainingError.notFinite(step: step, loss: loss, checkpoint: last)
            }
            guard norm?.isFinite ?? true else {
                throw TrainingError.gradientsNotFinite(step: step, checkpoint: last)
            }
        }
        guard try trainer.weightsAreFinite() else {
            throw TrainingError.weightsNotFinite(step: step, checkpoint: last)
        }
    }

    /// Says once when saving takes much of the time.
    func warnOfSaving(at position: TrainingPosition) {
        let trained = position.elapsedSeconds - started.elapsedSeconds
        if let warning = saving.warning(besides: trained) { progress.message(warning) }
    }

    /// Adds what a stage counted, once it has trained.
    func count(_ stage: Stage) {
        let counters = stage.trainer.loader.counters
        waitedSeconds += counters.waitedSeconds
        badSamples.merge(counters.faults.counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
        if let last = stage.finalMetrics {
            finalLoss = last.loss
            finalBatchLoss = last.batchLoss == last.loss ? nil : last.batchLoss
        }
        if let report = stage.setup.data.remoteReport { progress.message("read from servers: \(report)") }
    }

    /// The report of the session that ends at a position.
    func report(at position: TrainingPosition, isInterrupted: Bool) -> TrainingReport {
        let seconds = position.elapsedSeconds - started.elapsedSeconds
        return TrainingReport(
            run: directory.url.path,
            stage: recipe.stages.isEmpty ? nil : recipe.stages[position.stage].name,
            steps: position.step,
            samples: position.samples,
            seconds: position.elapsedSeconds,
            samplesPerSecond: seconds > 0 ? Double(position.samples - started.samples) / seconds : 0,
            dataWaitShare: seconds > 0 ? min(1, waitedSeconds / seconds) : 0,
            finalLoss: finalLoss,
            finalBatchLoss: finalBatchLoss,
            savingSeconds: saving.seconds,
            savingShare: saving.share(besides: seconds),
            badSamples: badSamples,
            checkpoint: saved?.url.path,
            isInterrupted: isInterrupted,
            evaluations: results
        )
    }
}
