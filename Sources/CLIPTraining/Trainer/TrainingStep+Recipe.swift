import CLIPModels
import CLIPObjectives
import RemoteFiles
import TorchDistributed
import TorchNN
import TorchOptim

extension TrainingStep {
    /// The step that a recipe describes.
    convenience init(
        _ recipe: Recipe,
        model: any ImageTextModel,
        objective: any Objective,
        collective: any Collective = SingleProcess(),
        stop: StopSignal? = nil,
        states: RevertibleSampleStates? = nil
    ) throws {
        var options = Options()
        options.memory = ActivationMemory(recipe)
        options.clipNorm = recipe.optimizer.gradientClipNorm
        options.masksEqualCaptions = recipe.objective.maskEqualCaptions
        options.patchMask = recipe.tokens.image.patchMask
        options.temperatureRate = TemperatureRate(recipe)
        (options.stop, options.states) = (stop, states)
        self.init(
            model: model,
            objective: objective,
            optimizer: try recipe.makeOptimizer(
                recipe.optimizerParameters(of: model),
                among: model.parameters.trainable.map(\.name)
            ),
            average: try recipe.ema.map {
                try ExponentialMovingAverage(model.parameters.entries, decay: $0.decay)
            },
            options: options,
            collective: collective
        )
    }
}
