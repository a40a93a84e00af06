import CLIPModels
import Torch
import TorchOptim

extension StageTransition {
    /// The state with which the next stage begins: what `carry` keeps of this one.
    func carry(_ state: TrainingState, from old: TrainingPace, to new: TrainingPace) -> TrainingState {
        var next = state
        if after.carry.optimizer != .keep { next.optimizer = nil }
        if after.carriedAverage != .keep { next.average = nil }
        // What belonged to the loss of this stage alone goes with it.
        for name in before.recipe.addedLossParameters.subtracting(after.recipe.addedLossParameters) {
            next.average?[name] = nil
            for key in next.optimizer?.tensors.keys.filter({ $0.hasSuffix(".\(name)") }) ?? [] {
                next.optimizer?.tensors[key] = nil
            }
        }
        if after.carriedNormalizer != .keep { next.objective = [:] }
        next.position = state.position.enteringNextStage(
            dataPosition: keepsStream ? nil : firstPosition(state.position, old, new)
        )
        return next
    }

    /// Where the next stage starts in a stream of its own: a whole number of epochs.
    private func firstPosition(_ position: TrainingPosition, _ old: TrainingPace, _ new: TrainingPace) -> Int
    {
        guard after.carry.epoch == .keep else { return 0 }
        return position.dataPosition / old.samplesPerEpoch * new.samplesPerEpoch
    }
}

extension TrainingState {
    /// The state for a model of other sizes: averages are fitted as weights are, and moments of tables whose size changed
    /// start at 0.
    func fitted(to setup: StageSetup, of origin: StageSetup.Origin) throws -> TrainingState {
        var state = self
        state.weights = try setup.fitted(weights, of: origin)
        state.average = try average.map { try setup.fitted($0, of: origin) }
        for (key, moment) in optimizer?.tensors ?? [:] {
            // `slot.parameter`
            guard let name = key.split(separator: ".", maxSplits: 1).last.map(String.init),
                let tensor = state.weights[name], weights[name]?.shape != tensor.shape
            else { continue }
            state.optimizer?.tensors[key] = try Tensor.zeros(
                tensor.shape,
                dtype: moment.dtype,
                on: moment.device
            )
        }
        return state
    }

    /// The state with averages of parameters that came with the loss of a new stage: their present values.
    func completed(by model: any ImageTextModel) -> TrainingState {
        var state = self
        for (name, tensor) in model.objectiveParameters where state.average?[name] == nil {
            state.average?[name] = tensor
        }
        return state
    }
}
