import CLIPModels
import Foundation
import Yams

/// The stages finished before a checkpoint, as recorded in its recipe.
struct FinishedStages {
    /// All stages as the checkpoint has them; none where it is older than stages.
    let old: [Recipe.Stage]
    private let position: TrainingPosition

    /// - Throws: `RecipeError` for a checkpoint whose recipe cannot be read.
    init(at position: TrainingPosition, in checkpoint: Checkpoint, objectives: ObjectiveKinds) throws {
        self.position = position
        let file = checkpoint.url.appending(path: CheckpointLayout.recipe)
        // Checkpoints from before there were stages have none.
        guard FileManager.default.fileExists(atPath: file.path) else {
            old = []
            return
        }
        old = try Recipe(ofRun: file.path, objectives: objectives).located().allStages
    }

    /// Refuses a recipe that changes one of them.
    ///
    /// - Throws: `TrainingError.finishedStage`, `.begunStage` for what decided the start of the present stage, and
    ///   `.missingStage`.
    func check(_ recipe: Recipe) throws {
        let all = recipe.allStages.enumerated().map { number, stage in
            stage.settled(like: self.old.indices.contains(number) ? self.old[number] : nil)
        }
        let old = self.old.map { $0.settled(like: nil) }
        guard position.stage < all.count else {
            throw TrainingError.missingStage(position.stage, count: all.count)
        }
        // The stage that has ended is finished where another follows; the last one may be made longer.
        let hasNext = position.endsStage && position.stage + 1 < all.count
        let finished = position.stage + (hasNext ? 1 : 0)
        for (number, (old, new)) in zip(old, all).prefix(finished).enumerated() where !old.isSame(as: new) {
            throw TrainingError.finishedStage(
                number: number,
                name: old.name,
                keys: Self.changedKeys(old, new)
            )
        }
        guard !hasNext, old.indices.contains(position.stage) else { return }
        let begun = Self.changedKeys(old[position.stage], all[position.stage]).filter { key in
            key == "train.freeze"
                || (position.stage > 0 && (key.hasPrefix("start") || key.hasPrefix("carry")))
        }
        guard begun.isEmpty else {
            throw TrainingError.begunStage(
                number: position.stage,
                name: all[position.stage].name,
                keys: begun
            )
        }
    }

    /// How the learning rate jumps where the present stage goes on; nil where it does not, or where that is unknown.
    func rateChange(to stage: Stage) -> RateChange? {
        guard !stage.isComplete, old.indices.contains(position.stage) else { return nil }
        return RateChange(
            from: old[position.stage].recipe,
            to: stage.recipe,
            pace: stage.pace,
            at: stage.trainer.position
        )
    }

    private static func changedKeys(_ old: Recipe.Stage, _ new: Recipe.Stage) -> [String] {
        let head = new.head.node.removing(["length"]).difference(from: old.head.node.removing(["length"]))
        let rest = new.recipe.trainingNodeWithoutPlaces.difference(from: old.recipe.trainingNodeWithoutPlaces)
        func paths(_ node: Node?, _ path: String) -> [String] {
            guard case .mapping(let mapping)? = node else { return node == nil ? [] : [path] }
            return mapping.flatMap { paths($0.value, path.appending(key: $0.key.string ?? "")) }
        }
        var seen: Set<String> = []
        return (paths(head, "") + paths(rest, "")).filter { seen.insert($0).inserted }
    }
}

extension Recipe.Stage {
    /// The stage with how pictures become pixels written out, where its recipe leaves that open: as the other says, and else
    /// as builds did that had one way only.
    fileprivate func settled(like other: Recipe.Stage?) -> Recipe.Stage {
        var stage = self
        if let other { stage.recipe.settle(like: other.recipe) }
        stage.recipe.settle(Preprocessing(pixels: PixelReading(alpha: .white)))
        return stage
    }

    /// Whether both train the same; a run without stages may become the first one under any name.
    fileprivate func isSame(as other: Recipe.Stage) -> Bool {
        (name.isEmpty || name == other.name) && start == other.start && carry == other.carry
            && recipe.trainingNodeWithoutPlaces == other.recipe.trainingNodeWithoutPlaces
    }
}
