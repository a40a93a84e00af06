import CLIPData
import CLIPLanguage
import CLIPModels
import Foundation
import Yams

extension ResumedRun {
    /// What the run trained with beside what its recipe says now, for the stage in which it is.
    struct Comparison {
        private let old, new: Recipe
        private let given: GivenKeys
        /// The stage's number; nil where the recipe has no stages.
        private let number: Int?

        init(_ old: Recipe, _ new: Recipe, _ given: GivenKeys, number: Int?) {
            (self.old, self.new, self.given, self.number) = (old, new, given, number)
        }

        /// Changes of what decides which samples come.
        ///
        /// - Parameter asked: Whether those that were asked for by name, or those that nobody asked for.
        func changes(asked: Bool) -> [RunChange] {
            RunChange.between(old, new).filter { given.contains($0.key, stage: number ?? 0) == asked }
        }

        /// The change under the key that `--set` takes for it.
        func named(_ change: RunChange) -> RunChange {
            var change = change
            if let number, !Recipe.runKeys.contains(change.key) {
                change.key = "stages.\(number).\(change.key)"
            }
            return change
        }

        /// Refuses values that say how a run starts, where somebody asks for others now.
        ///
        /// - Parameter next: The number of the stage that follows; nil in the last one.
        func checkStart(of run: URL, step: Int, next: Int?) throws {
            var keys = ["model.initialize"]
            // With another model, that is what the error has to be about.
            var model = new.model
            (model.initialize, model.transfer) = (old.model.initialize, old.model.transfer)
            if model == old.model { keys += ["model.transfer.positions", "model.transfer.head"] }
            // Samples that are met for the first time still start with it.
            if new.temperature.rule != .individual { keys.append("temperature.initial") }
            if !old.addedLossParameters.isEmpty { keys.append("objective.initialBias") }
            let (before, after) = (old.plainNode, new.plainNode)
            let changed = keys.filter { key in
                given.names(key, stage: number ?? 0) && before.value(at: key) != after.value(at: key)
            }
            guard changed.isEmpty else {
                throw ResumeError.settledAtStart(
                    run: run.path,
                    step: step,
                    changed.map { key in
                        RunChange(
                            key: key,
                            old: before.value(at: key)?.inlineText ?? "null",
                            new: after.value(at: key)?.inlineText ?? "null",
                            meaning: "it would have no effect"
                        )
                    },
                    next: changed.contains { given.contains($0) } ? next : nil
                )
            }
        }
    }

    /// Refuses samples that are not those with which the stage began, unless the data was named.
    mutating func compareSamples(_ seen: RunDescription.Samples?, _ given: GivenKeys) throws {
        let (stage, data) = (current, current.data)
        guard let seen, RunDescription.Samples(data) != seen else { return }
        let isGrown =
            data.count > seen.count && RunDescription.Samples(first: seen.count, of: data) == seen
        let key = (recipe.stages.isEmpty ? "" : "stages.\(stage.number).") + "data.train"
        guard given.contains("data.train", stage: stage.number) else {
            throw ResumeError.otherSamples(
                key: key,
                source: stage.recipe.data.train.text,
                step: checkpoint.step,
                found: data.count,
                expected: seen.count,
                isGrown: isGrown
            )
        }
        notices.append(
            "\(key) has \(data.count) samples in place of \(seen.count) from step \(checkpoint.step) on"
                + (isGrown ? ", the first of which are the same" : "")
                + ": an epoch has another length, and its order is another"
        )
    }

    /// Refuses another language model than the one whose adapter the run trains, wherever it lies.
    func compareLanguage(_ expected: String?) throws {
        guard let expected, let language = current.languageStage else { return }
        let found = try language.fingerprint()
        guard found == expected else {
            throw ResumeError.otherLanguage(
                run: url.path,
                language: language.source.path,
                found: found,
                expected: expected
            )
        }
    }

    /// Leaves out what the loss of the run knew and the present one cannot hold.
    mutating func compareLoss(_ trained: Recipe, run: String, fresh: Bool) throws {
        let now = current.recipe
        if trained.memory != now.memory {
            guard fresh || trained.memory.isEmpty else {
                throw ResumeError.otherMemory(run: run, old: trained.memory.text, new: now.memory.text)
            }
            forgets = true
            state.objective = [:]
            notices.append(
                trained.memory.isEmpty
                    ? "the loss starts to remember \(now.memory.text)"
                    : "the loss forgets \(trained.memory.text)"
                        + (now.memory.isEmpty ? "" : ", and starts \(now.memory.text) anew")
            )
        }
        let (before, after) = (trained.addedLossParameters, now.addedLossParameters)
        state.forgetMoments(of: before.subtracting(after))
        let values = now.lossFamily.addedParameters(in: now)
        for name in after.subtracting(before).sorted() {
            notices.append(
                "the checkpoint has no '\(name)', which the loss `\(now.objective.kind.name)` needs: it starts from "
                    + "\(values[name] ?? 0)"
            )
        }
    }

    /// The stage in which the run was, with its model and all that the checkpoint keeps. The weights that were read go.
    ///
    /// - Parameter openStates: Opens what the objective keeps of each sample; called last of all.
    mutating func stage(_ openStates: () throws -> StoredSampleStates?) throws -> Stage {
        let model = try model()
        state.weights = [:]
        return try Stage(current, model: model, from: state, hasEnded: hasEnded, openStates: openStates)
    }

    /// What to tell of the way on, once nothing is refused.
    func notices(of stage: Stage) -> [String] {
        notices + [finished.rateChange(to: stage)].compactMap { $0?.description }
    }

    /// The model of the stage in which the run was, once the weights with which stages to come start are known to be right.
    private func model() throws -> any ImageTextModel {
        do {
            let model = try current.model(from: state, saved: checkpoint)
            try setup.checkInitialWeights(ofStagesAfter: current.number)
            return model
        } catch TrainingError.otherModel(let config, checkpoint.modelPath, let differences) {
            // The checkpoint will be gone some day.
            throw ResumeError.otherModel(
                run: url.path,
                old: trainedModel.flatMap { $0 == current.recipe.model ? nil : $0.words },
                new: config,
                differences: differences
            )
        }
    }
}

extension Checkpoint {
    fileprivate var modelPath: String { url.appending(path: CheckpointLayout.model).path }
}

extension Recipe.Model {
    /// What decides the architecture, as `--set` takes it.
    fileprivate var words: String {
        let sizes = [("imageSize", imageSize), ("contextLength", contextLength), ("embedDim", embedDim)]
        let words = sizes.compactMap { key, value in value.map { ", model.\(key) \($0)" } }
        return (language.map { "model.language \($0)" } ?? config) + words.joined()
            + (text.map { ", model.text \($0.text)" } ?? "")
    }
}
