import CLIPData

extension TrainingRun {
    /// The state of samples as it was at the checkpoint; nil where the objective keeps none.
    static func states(
        of setup: TrainingSetup,
        in run: RunDirectory,
        from checkpoint: Checkpoint?,
        fresh: Bool
    ) throws -> StoredSampleStates? {
        let directory = SampleStateDirectory(run: run.url)
        let width = setup.recipe.sampleStateWidth
        guard width > 0 else { return nil }
        guard let checkpoint else { return try directory.create(width: width, numbering: setup.data) }
        return try directory.resume(
            width: width,
            numbering: setup.data,
            step: checkpoint.step,
            fresh: fresh
        )
    }
}
