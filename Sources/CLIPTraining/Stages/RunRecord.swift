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
    private var finalLoss: Double?

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
        try metrics.truncate(afterStep: started.step)
        try faults.truncate(afterStep: started.step)
    }

    /// Writes a checkpoint of a stage as it is now, and removes those that are too many.
    func save(_ stage: Stage) throws {
        let (trainer, store) = (stage.trainer, directory.checkpoints)
        var position = trainer.position
        position.endsStage = stage.isComplete
        guard try trainer.weightsAreFinite() else {
            throw TrainingError.weightsNotFinite(step: position.step, checkpoint: saved?.url.path)
        }
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

    /// Adds what a stage counted, once it has trained.
    func count(_ stage: Stage) {
        let counters = stage.trainer.loader.counters
        waitedSeconds += counters.waitedSeconds
        badSamples.merge(counters.faults.counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
        finalLoss = stage.finalLoss ?? finalLoss
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
            badSamples: badSamples,
            checkpoint: saved?.url.path,
            isInterrupted: isInterrupted,
            evaluations: results
        )
    }
}
