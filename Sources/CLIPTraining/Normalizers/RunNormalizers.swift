public import CLIPModels
import CLIPText
public import Foundation
public import RemoteFiles

/// Measures how far the normalizers of a run lie from the exact ones, at its checkpoints.
public struct RunNormalizers {
    /// The run directory.
    public var run: URL
    /// How many samples serve as anchors, at most; the same at each checkpoint.
    public var anchors: Int
    /// Random batches for each anchor.
    public var draws: Int
    /// How files become pixels where it is to be another way than the run's.
    public var pixels = PixelReading.Changes()

    /// The losses that the run's recipe may name.
    public var objectives: ObjectiveKinds

    /// Describes a measurement.
    public init(run: URL, anchors: Int = 1024, draws: Int = 20, objectives: ObjectiveKinds = .standard) {
        self.objectives = objectives
        self.run = run
        self.anchors = anchors
        self.draws = draws
    }

    /// Measures at all checkpoints that the run has kept, or at the newest, each with the loss that it was saved with.
    ///
    /// Checkpoints whose loss has no normalizers are left out, as are those before a resume that forgot what was known of each
    /// sample. The run must not be training.
    ///
    /// - Parameters:
    ///   - progress: Told what is being done.
    ///   - report: Told in a sentence what is left out, and why, and of captions that a tagger cannot read.
    ///   - onRetry: Told of each request to a server that is made again.
    ///   - stop: Ends the measurement.
    /// - Throws: Errors of the recipe, the data and the checkpoints; `TrainingError.noNormalizers` where no checkpoint has any;
    ///   where the run keeps state per sample, `SampleStateError`.
    public func evaluate(
        allCheckpoints: Bool = true,
        progress: (String) -> Void = { _ in },
        report: (String) -> Void = { _ in },
        onRetry: @escaping @Sendable (String) -> Void = { _ in },
        stop: StopSignal? = nil
    ) throws -> [NormalizerReport] {
        try RunFormat.check(run)
        let store = CheckpointStore(run: run)
        let all = try store.checkpoints()
        guard let newest = all.last else { throw TrainingError.nothingToEvaluate(run.path) }
        var setups = CheckpointSetups(self, present: try recipe(in: run), stop: stop, onRetry: onRetry)
        let reports = try (allCheckpoints ? all : [newest]).compactMap { checkpoint -> NormalizerReport? in
            try checkpoint.verify(checksums: false)
            let isOld = !FileManager.default.fileExists(
                atPath: checkpoint.url.appending(path: CheckpointLayout.recipe).path
            )
            let recipe = try isOld ? setups.present : recipe(in: checkpoint.url)
            let stage = try checkpoint.position().stage
            guard let setup = try setups.setup(of: stage, in: recipe, at: checkpoint, report: report) else {
                report("step \(checkpoint.step) is left out: its loss has no normalizers")
                return nil
            }
            progress("step \(checkpoint.step)")
            do {
                return try setup.evaluate(checkpoint)
            } catch let error as SampleStateError where checkpoint != newest && error.isOfForgottenState {
                report(
                    "step \(checkpoint.step) is left out: what was known of each sample was forgotten after it"
                )
                return nil
            }
        }
        if let notice = setups.tally.notice() { report(notice) }
        guard !reports.isEmpty else { throw TrainingError.noNormalizers }
        return reports
    }

    private func recipe(in directory: URL) throws -> Recipe {
        try Recipe(
            ofRun: directory.appending(path: RunDirectory.Name.recipe).path,
            objectives: objectives
        )
    }
}

extension SampleStateError {
    /// Whether the records began again after a checkpoint, so that they do not lead back to it.
    fileprivate var isOfForgottenState: Bool {
        switch self {
        case .otherWidth, .missing, .missingJournal, .forgotten: true
        default: false
        }
    }
}
