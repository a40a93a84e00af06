public import Foundation
import LocalFiles

/// The directory of one run, open for writing by this process alone.
///
/// It holds `run.json` (the number of this layout, and what the run knows of its data), `recipe.yaml` (resolved), the
/// architectures (`model.json` and more), `metrics.jsonl`, `faults.jsonl` (bad samples), `checkpoints/step-N/`, and
/// `states/` where the loss keeps something of each sample.
public final class RunDirectory: Sendable {
    /// The directory.
    public let url: URL
    /// Its checkpoints.
    public let checkpoints: CheckpointStore
    private let lock: RunLock

    private init(_ url: URL) throws {
        self.url = url
        lock = try RunLock(url.appending(path: Name.lock), run: url.path)
        checkpoints = CheckpointStore(run: url)
    }

    /// Starts a run in a new or empty directory and writes its recipe.
    ///
    /// Throws `RunDirectoryError` where the directory holds anything or cannot be written.
    public static func create(at url: URL, recipe: Recipe) throws -> RunDirectory {
        let manager = FileManager.default
        try attempt("make", url) { try manager.createDirectory(at: url, withIntermediateDirectories: true) }
        let names = try attempt("list", url) { try manager.contentsOfDirectory(atPath: url.path) }
        // A lock that a starting process left behind is no content.
        guard names.allSatisfy({ $0 == Name.lock }) else {
            let hasCheckpoint = try !CheckpointStore(run: url).checkpoints().isEmpty
            throw RunDirectoryError.notEmpty(path: url.path, hasCheckpoint: hasCheckpoint)
        }
        let run = try RunDirectory(url)
        try attempt("write", url.appending(path: RunFormat.name)) { try RunFormat.write(to: url) }
        try run.replaceRecipe(recipe)
        try attempt("make", run.checkpoints.directory) {
            try manager.createDirectory(at: run.checkpoints.directory, withIntermediateDirectories: true)
        }
        return run
    }

    /// Opens a run to go on with it, and clears away what an interrupted write left.
    ///
    /// Throws `RunDirectoryError` where there is no run, or another process writes to it.
    public static func resume(at url: URL) throws -> RunDirectory {
        try check(url)
        let run = try RunDirectory(url)
        try run.checkpoints.removePartial()
        return run
    }

    /// The recipe with which the run was started.
    ///
    /// - Parameter objectives: The losses that it may name.
    public func recipe(overrides: [String] = [], objectives: ObjectiveKinds = .standard) throws -> Recipe {
        try Recipe(
            contentsOf: url.appending(path: Name.recipe).path,
            overrides: overrides,
            objectives: objectives
        )
    }

    /// Replaces the stored recipe, for a run that goes on with other settings.
    ///
    /// Throws `RunDirectoryError.system`; the old recipe stays then.
    public func replaceRecipe(_ recipe: Recipe) throws {
        let file = url.appending(path: Name.recipe)
        let data = Data(try recipe.resolved.utf8)
        try Self.attempt("write", file) { try DurableFile.replace(file, with: data) }
        var description = RunDescription.read(from: url) ?? RunDescription()
        description.recipe = RunDescription.digest(data)
        try write(description)
    }

    /// Notes what a run goes on with: its architectures, its samples, and that its recipe is as it is to be.
    func describe(_ setup: RunSetup, forgotten: Int? = nil) throws {
        let file = url.appending(path: Name.recipe)
        var description = RunDescription.read(from: url) ?? RunDescription()
        description.recipe = RunDescription.digest(
            try Self.attempt("read", file) { try Data(contentsOf: file) }
        )
        description.models = try Self.attempt("write", url) {
            try setup.models.write(to: url, besides: description.models ?? [:])
        }
        description.forgotten = forgotten
        // A run that goes on was compared with it.
        if description.language == nil {
            description.language = try setup.stages.compactMap(\.languageStage).first?.fingerprint()
        }
        for stage in setup.stages {
            description.samples = (description.samples ?? [:]).merging(
                [stage.number: RunDescription.Samples(stage.data)]
            ) { $1 }
        }
        try write(description)
    }

    private func write(_ description: RunDescription) throws {
        try Self.attempt("write", url.appending(path: RunFormat.name)) { try description.write(to: url) }
    }

    /// Gives a run of an earlier layout the number of this one, once something of this one is in it.
    func markFormat() throws {
        let file = url.appending(path: RunFormat.name)
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try Self.attempt("write", file) { try RunFormat.write(to: url) }
    }

    /// Opens the metrics for appending.
    public func metrics() throws -> MetricsLog {
        try MetricsLog(url.appending(path: Name.metrics))
    }

    /// Opens the list of samples that could not be used, for appending.
    public func faults() throws -> MetricsLog {
        try MetricsLog(url.appending(path: Name.faults))
    }

    enum Name {
        static let recipe = "recipe.yaml"
        static let metrics = "metrics.jsonl"
        static let faults = "faults.jsonl"
        static let lock = ".lock"
    }

    @discardableResult
    private static func attempt<Result>(_ operation: String, _ url: URL, _ body: () throws -> Result) throws
        -> Result
    {
        do {
            return try body()
        } catch {
            throw RunDirectoryError.system(
                operation: operation,
                path: url.path,
                reason: SystemReason.text(of: error)
            )
        }
    }
}
