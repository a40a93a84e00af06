import CLIPData
import Foundation

/// Where a run keeps what the losses of its stages know of each sample.
///
/// A stage that keeps what the stage before knew continues in the same files; another begins files of its own, and those
/// of the stage before stay for as long as a checkpoint of it does.
struct SampleStateFiles {
    private let stages: [Recipe.Stage]
    private let run: URL

    init(_ recipe: Recipe, run: URL) {
        stages = recipe.allStages
        self.run = run
    }

    /// How a stage comes to its state.
    enum Opening {
        /// The run begins.
        case newRun
        /// The stage follows another, and has not trained yet.
        case entering
        /// The run continues inside of the stage, perhaps with what is known forgotten.
        case resuming(fresh: Bool)
    }

    /// The stage that began the files in which a stage keeps its state.
    func origin(of stage: Int) -> Int {
        var origin = stage
        while origin > 0, stages[origin].carriedNormalizer == .keep,
            stages[origin - 1].recipe.memory.sampleNumbers == stages[stage].recipe.memory.sampleNumbers
        {
            origin -= 1
        }
        return origin
    }

    /// The directory of a stage's state.
    func directory(of stage: Int) -> SampleStateDirectory {
        let origin = origin(of: stage)
        let states = SampleStateDirectory(run: run)
        return origin == 0 ? states : SampleStateDirectory(url: states.url.appending(path: "stage-\(origin)"))
    }

    /// The state with which a stage begins, or continues from a checkpoint.
    ///
    /// - Parameter step: Steps that the run has done.
    /// - Returns: nil where the stage's objective keeps nothing.
    /// - Throws: `SampleStateError`.
    func open(_ setup: StageSetup, step: Int, _ opening: Opening) throws -> StoredSampleStates? {
        let width = setup.recipe.sampleStateWidth
        guard width > 0 else { return nil }
        let directory = directory(of: setup.number)
        let isFresh: Bool
        switch opening {
        case .newRun: return try directory.create(width: width, numbering: setup.data)
        // What is there may be left of a stage that was begun and never saved.
        case .entering: isFresh = origin(of: setup.number) == setup.number
        case .resuming(let fresh): isFresh = fresh
        }
        return try directory.resume(width: width, numbering: setup.data, step: step, fresh: isFresh)
    }

    /// Checks what ``open(_:step:_:)`` would where a run continues inside of a stage, and changes nothing.
    ///
    /// - Returns: What a person should know of the state.
    /// - Throws: `SampleStateError`.
    func check(_ setup: StageSetup, step: Int, fresh: Bool) throws -> [SampleStateWarning] {
        let width = setup.recipe.sampleStateWidth
        guard width > 0 else { return [] }
        return try directory(of: setup.number).check(
            width: width,
            numbering: setup.data,
            step: step,
            fresh: fresh
        )
    }

    /// Removes the state that only checkpoints need which are gone.
    func removeUnused(by checkpoints: [Checkpoint], in stage: Int) throws {
        let current = origin(of: stage)
        let old = Set(stages.indices.prefix(stage).map(origin)).filter { $0 < current }
        guard !old.isEmpty else { return }
        // A checkpoint that cannot be read might need any of them.
        let positions = checkpoints.map { try? $0.position() }
        guard !positions.contains(where: { $0 == nil }) else { return }
        let needed = Set(positions.compactMap(\.self).map { origin(of: min($0.stage, stages.count - 1)) })
        for origin in old.subtracting(needed) { try directory(of: origin).removeAll() }
    }
}
