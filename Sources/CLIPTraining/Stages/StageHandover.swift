import CLIPModels

/// What a stage that has ended leaves to the next one.
///
/// Weights and averages are the ended stage's own tensors, so that the stage itself can go before the next one takes memory.
struct StageHandover {
    /// What `carry` keeps, and the weights until ``takeModel(for:)``.
    private(set) var state: TrainingState
    /// The model whose weights the state has; nil where the next stage starts another.
    private let origin: StageSetup.Origin?

    init(from ended: Stage, to next: StageSetup) throws {
        let transition = StageTransition(
            from: ended.setup.stage,
            to: next.stage,
            hasSameSamples: ended.setup.hasSameSamples(as: next)
        )
        let keepsMoments = next.stage.carry.optimizer == .keep
        state = transition.carry(
            try ended.trainer.liveState(moments: keepsMoments),
            from: ended.pace,
            to: next.pace
        )
        origin =
            next.continuesModel ? try StageSetup.Origin(ended.setup, ended.trainer.model.preprocessing) : nil
        if origin == nil { state.weights = [:] }
    }

    /// The model with which the next stage starts. The old weights go; the rest of the state fits the model from then on.
    mutating func takeModel(for next: StageSetup) throws -> any ImageTextModel {
        let model = try next.model(from: origin == nil ? nil : state, after: origin)
        if let origin { state = try state.fitted(to: next, of: origin) }
        state.weights = [:]
        return model
    }
}
