import CLIPModels
public import CLIPObjectives
public import Torch
import TorchNN
public import TorchOptim

/// Everything that the next step depends on other than the data and the recipe, by names of parameters.
///
/// A state in memory and the files of a checkpoint have the same content. What a loss keeps of each sample takes part
/// by its journal: on the disk by that of the run, in memory by a savepoint.
public struct TrainingState {
    /// How far the run had come.
    public var position: TrainingPosition
    /// Parameters and buffers of the model; the temperature is one of them.
    public var weights: [String: Tensor]
    /// The average of the weights; nil where there is none.
    public var average: [String: Tensor]?
    /// The optimizer's moments; nil where they are to start again.
    public var optimizer: OptimizerState?
    /// What the objective learned; empty where it learns nothing itself.
    public var objective: [String: Tensor]
    /// What the objective kept of each sample, for a state that was taken with its store; nil for nothing.
    public var samples: Samples?

    /// A store of records and the moment to which it can go back.
    public struct Samples {
        let store: RevertibleSampleStates
        let savepoint: SampleSavepoint
    }

    /// Puts a state together.
    public init(
        position: TrainingPosition,
        weights: [String: Tensor],
        average: [String: Tensor]? = nil,
        optimizer: OptimizerState? = nil,
        objective: [String: Tensor] = [:],
        samples: Samples? = nil
    ) {
        self.position = position
        self.weights = weights
        self.average = average
        self.optimizer = optimizer
        self.objective = objective
        self.samples = samples
    }
}

extension TrainingState {
    /// Ends the keeping of old records, for a state that is not needed any more.
    public func discard() {
        if let samples { samples.store.discard(samples.savepoint) }
    }
}

extension Trainer {
    /// A copy of the state as it is now, which later steps leave alone. Waits for the device.
    ///
    /// - Parameter samples: The store in which the objective keeps what it knows of each sample. From now on old records
    ///   are kept in memory when they change, until ``TrainingState/discard()``.
    public func snapshot(samples: RevertibleSampleStates? = nil) throws -> TrainingState {
        var state = try liveState()
        state.weights = try withoutGradient { try state.weights.mapValues { try $0.detached().cloned() } }
        state.average = try average?.snapshot()
        state.samples = samples.map { TrainingState.Samples(store: $0, savepoint: $0.savepoint()) }
        return state
    }

    /// Continues from a snapshot of this trainer, or of one with the same model, optimizer and objective; records of
    /// samples go back in the store with which the snapshot was taken. The loader starts again at the state's position.
    ///
    /// - Throws: ``TrainingError/otherState(_:)`` for weights of another model, before anything changes; `OptimizerError`,
    ///   `ObjectiveError`, after which another state has to be restored.
    public func restore(_ state: TrainingState) throws {
        let entries = model.parameters.entries
        for entry in entries where state.weights[entry.name]?.shape != entry.tensor.shape {
            throw TrainingError.otherState(entry.name)
        }
        if let samples = state.samples { try samples.store.restore(samples.savepoint) }
        // An objective that had learned nothing forgets what it learned since.
        try trainingStep.restoreObjective(state.objective)
        if let moments = state.optimizer { try optimizer.restore(moments) }
        if let average, let saved = state.average { try average.restore(saved) }
        try withoutGradient {
            for entry in entries {
                if let value = state.weights[entry.name] { try entry.tensor.copy(from: value) }
            }
        }
        try optimizer.clearGradients()
        move(to: state.position)
    }

    /// The state as it is now: weights and averages are the live tensors themselves, which the next step moves.
    ///
    /// - Parameter moments: Whether to copy the optimizer's moments, too.
    func liveState(moments: Bool = true) throws -> TrainingState {
        TrainingState(
            position: position,
            weights: Dictionary(
                uniqueKeysWithValues: model.parameters.entries.map { ($0.name, $0.tensor) }
            ),
            average: average?.averages,
            optimizer: try moments ? optimizer.snapshot() : nil,
            objective: try trainingStep.objective.snapshot()
        )
    }

    /// Takes over average, moments and what the objective learned, each where the state has it; the weights are the
    /// model's already.
    func takeOver(_ state: TrainingState) throws {
        if let moments = state.optimizer { try optimizer.restore(moments) }
        if !state.objective.isEmpty { try trainingStep.restoreObjective(state.objective) }
        if let average, let saved = state.average { try average.restore(saved) }
    }
}
