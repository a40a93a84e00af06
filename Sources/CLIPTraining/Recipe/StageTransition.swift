import CLIPModels

/// The step from one stage to the next, as far as the recipe decides over it.
struct StageTransition {
    let before: Recipe.Stage
    let after: Recipe.Stage
    /// Whether both read the same samples, wherever they lie.
    private let hasSameSamples: Bool

    /// - Parameter hasSameSamples: nil where only the recipe is at hand.
    init(from before: Recipe.Stage, to after: Recipe.Stage, hasSameSamples: Bool? = nil) {
        self.before = before
        self.after = after
        self.hasSameSamples = hasSameSamples ?? (before.recipe.data.train == after.recipe.data.train)
    }

    /// Whether the next stage reads on in the stream of the one before.
    var keepsStream: Bool {
        let (old, new) = (before.recipe.data, after.recipe.data)
        return after.carry.epoch == .keep && hasSameSamples && old.shuffle == new.shuffle
            && old.window == new.window
    }

    func problems(_ add: (String, String) -> Void) {
        model(add)
        optimizer(add)
        average(add)
        normalizer(add)
        let (old, new) = (before.recipe.plainNode, after.recipe.plainNode)
        for key in Recipe.runKeys where old.value(at: key) != new.value(at: key) {
            add(key, Recipe.runKeyReason)
        }
    }

    private func model(_ add: (String, String) -> Void) {
        guard after.start.kind == .continuing else { return }
        let (old, new) = (before.recipe.model, after.recipe.model)
        if old.config != new.config, new.transfer.positions == .refuse {
            add(
                "model.config",
                "the stage continues with the model of stage `\(before.name)`, `\(old.config)`, and names "
                    + "`\(new.config)`; set `start: {kind: initialize}` to start a new model, or leave `model` out; where only the "
                    + "size of images or the number of text positions changes, set `model.transfer.positions`."
            )
        } else if old.config == new.config, old.text != new.text || old.embedDim != new.embedDim {
            add(
                old.text != new.text ? "model.text" : "model.embedDim",
                "the stage continues with the model of stage `\(before.name)`, which has another text side or width of features; "
                    + "leave it out, or set `start: {kind: initialize}` to start a new model."
            )
        } else if let (key, was, found) = otherSize(old, new), new.transfer.positions == .refuse,
            let canInterpolate = canInterpolatePositions(old, new)
        {
            add(
                "model.\(key)",
                "the stage continues with the model of stage `\(before.name)`, where it is \(was), and says \(found); set "
                    + "`model.transfer.positions` to \(canInterpolate ? "`interpolate` or `recompute`" : "`recompute`"), or "
                    + "`start: {kind: initialize}` to start a new model."
            )
        } else if new.transfer.positions == .interpolate, let was = old.positions, let found = new.positions,
            !found.canBeInterpolated(from: was)
        {
            add(
                "model.transfer.positions",
                "stage `\(before.name)` leaves `\(was.rawValue)` positions, and the stage's `\(found.rawValue)` ones are computed "
                    + "and cannot be interpolated from them; take `recompute`, or set `model.positions` to `learned`"
                    + (was == .learned ? "." : " or `\(was.rawValue)`.")
            )
        } else if otherStatistics(\.mean) || otherStatistics(\.std) {
            add(
                "preprocess",
                "the stage continues with the model of stage `\(before.name)`, which takes pixels with other means and "
                    + "deviations; leave `preprocess` out."
            )
        } else if old.initialize != new.initialize {
            add(
                "model.initialize",
                "the stage continues with the weights of stage `\(before.name)`; set `start: {kind: initialize}` to "
                    + "start from others."
            )
        }
    }

    /// A size or kind of positions that both stages name, and differently. One that a stage leaves to its configuration is
    /// compared when that is there.
    private func otherSize(_ old: Recipe.Model, _ new: Recipe.Model) -> (
        key: String, old: String, new: String
    )? {
        guard old.config == new.config else { return nil }
        if let was = old.imageSize, let found = new.imageSize, was != found {
            return ("imageSize", "\(was)", "\(found)")
        }
        if let was = old.contextLength, let found = new.contextLength, was != found {
            return ("contextLength", "\(was)", "\(found)")
        }
        if let was = old.positions, let found = new.positions, was != found {
            return ("positions", "`\(was.rawValue)`", "`\(found.rawValue)`")
        }
        return nil
    }

    /// Whether positions of the next stage's kind can be interpolated from those of the one before; nil where a kind is left to
    /// the configuration and decides over that.
    private func canInterpolatePositions(_ old: Recipe.Model, _ new: Recipe.Model) -> Bool? {
        if old.positions == new.positions || new.positions == .learned { return true }
        guard let was = old.positions, let found = new.positions else { return nil }
        return found.canBeInterpolated(from: was)
    }

    /// Whether the next stage names other statistics than the one before has; what that takes from weights is compared when
    /// they are there.
    private func otherStatistics(_ key: KeyPath<Recipe.Preprocess, ChannelStatistics?>) -> Bool {
        let unnamed: ChannelStatistics? = before.recipe.model.initialize == nil ? .preset(.openai) : nil
        guard let old = before.recipe.preprocess[keyPath: key] ?? unnamed,
            let new = after.recipe.preprocess[keyPath: key]
        else { return false }
        return old != new
    }

    private func optimizer(_ add: (String, String) -> Void) {
        guard after.carry.optimizer == .keep else { return }
        let (old, new) = (before.recipe, after.recipe)
        if after.start.kind == .initialize {
            add(
                "carry.optimizer",
                "the stage starts a new model, whose parameters have no moments yet; take `reset`."
            )
        } else if old.optimizer.kind != new.optimizer.kind {
            add(
                "carry.optimizer",
                "stage `\(before.name)` leaves the moments of `\(old.optimizer.kind.rawValue)`, and stage "
                    + "`\(after.name)` trains with `\(new.optimizer.kind.rawValue)`, which cannot hold them; take `reset`."
            )
        } else if old.optimizer.kind == .sgd, (old.optimizer.momentum == 0) != (new.optimizer.momentum == 0) {
            add(
                "carry.optimizer",
                "one of the stages `\(before.name)` and `\(after.name)` trains without momentum (`optimizer.momentum` is 0), and "
                    + "has no moments to keep; take `reset`."
            )
        } else if !new.addedLossParameters.subtracting(old.addedLossParameters).isEmpty {
            let names = new.addedLossParameters.subtracting(old.addedLossParameters).sorted().map {
                "`\($0)`"
            }
            add(
                "carry.optimizer",
                "the loss of stage `\(after.name)` trains \(names.joined(separator: ", ")), of which stage "
                    + "`\(before.name)` leaves no moments; take `reset`."
            )
        } else if old.train.freeze != new.train.freeze {
            add(
                "carry.optimizer",
                "stages `\(before.name)` and `\(after.name)` train different parameters (`train.freeze`), and moments of "
                    + "some would be missing; take `reset`."
            )
        }
    }

    private func average(_ add: (String, String) -> Void) {
        guard after.carriedAverage == .keep else { return }
        if after.start.kind == .initialize {
            add(
                "carry.ema",
                "the stage starts a new model, which the average of the old one does not fit; take `reset`."
            )
        } else if before.recipe.ema != nil, after.recipe.ema == nil {
            add(
                "carry.ema",
                "stage `\(before.name)` leaves an average of its weights, and stage `\(after.name)` has no `ema` to hold "
                    + "it; take `reset`, or give the stage an `ema`."
            )
        }
    }

    private func normalizer(_ add: (String, String) -> Void) {
        guard after.carriedNormalizer == .keep else { return }
        let old = before.recipe.memory, new = after.recipe.memory
        if after.start.kind == .initialize, !old.isEmpty {
            add(
                "carry.normalizer",
                "the stage starts a new model, and what stage `\(before.name)` leaves (\(old.text)) belongs to the old one; "
                    + "take `reset`."
            )
            return
        }
        guard !new.canHold(old) else { return }
        add(
            "carry.normalizer",
            "stage `\(before.name)` leaves \(old.text), and the loss of stage `\(after.name)` remembers "
                + "\(new.text): it cannot hold that. Take `reset`."
        )
    }
}
