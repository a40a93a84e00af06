import CLIPModels
import Torch
import TorchNN
import TorchOptim

extension StageTransition {
    /// The state with which the next stage begins: what `carry` keeps of this one.
    func carry(_ state: TrainingState, from old: TrainingPace, to new: TrainingPace) -> TrainingState {
        var next = state
        if after.carry.optimizer != .keep { next.optimizer = nil }
        if after.carriedAverage != .keep { next.average = nil }
        // What belonged to the loss of this stage alone goes with it.
        next.forgetMoments(
            of: before.recipe.addedLossParameters.subtracting(after.recipe.addedLossParameters)
        )
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

    /// Leaves out averages and moments of parameters that the model does not train any more.
    mutating func forgetMoments(of names: Set<String>) {
        for name in names.sorted() {
            average?[name] = nil
            for key in optimizer?.tensors.keys.filter({ $0.hasSuffix(".\(name)") }) ?? [] {
                optimizer?.tensors[key] = nil
            }
        }
    }

    /// The state with averages of parameters that came with another loss, which are their present values, and with moments of
    /// just those parameters of the loss, and of positions that may be fixed, that an optimizer trains: zeros for new ones.
    func completed(by model: any ImageTextModel, for optimizer: any Optimizer) throws -> TrainingState {
        var state = self
        for (name, tensor) in model.objectiveParameters where state.average?[name] == nil {
            state.average?[name] = tensor
        }
        guard let moments = state.optimizer else { return state }
        let trained = Set(optimizer.parameters.map(\.name))
        let names = Set(model.objectiveParameters.keys).union([ModelConfiguration.patchPositionsName])
        let saved = Set(
            names.filter { name in
                moments.tensors.keys.contains { $0.hasSuffix(".\(name)") }
            }
        )
        for name in saved.subtracting(trained).sorted() {
            for key in moments.tensors.keys where key.hasSuffix(".\(name)") {
                state.optimizer?.tensors[key] = nil
            }
        }
        let new = trained.intersection(names).subtracting(saved)
        guard !new.isEmpty else { return state }
        for (key, zeros) in try optimizer.snapshot().tensors
        where new.contains(where: { key.hasSuffix(".\($0)") }) {
            state.optimizer?.tensors[key] = zeros
        }
        return state
    }
}
