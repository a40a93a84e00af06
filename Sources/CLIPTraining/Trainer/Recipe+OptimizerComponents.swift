import Torch
import TorchNN
import TorchOptim

// What `optimizer` and `storage` stand for.

extension Recipe {
    /// The optimizer of the recipe's kind.
    ///
    /// - Parameter names: All parameters of the model, frozen ones among them.
    func makeOptimizer(_ parameters: [ParameterStore.Entry], among names: [String]) throws
        -> any TorchOptim.Optimizer
    {
        let decayRule: DecayRule = optimizer.decayGroups == .current ? .current : .legacy
        let (betas, decay) = (optimizer.betas, optimizer.weightDecay)
        switch optimizer.kind {
        case .adamw:
            let options = AdamWOptions(
                beta1: betas.first,
                beta2: betas.second,
                epsilon: optimizer.epsilon,
                weightDecay: decay,
                decayRule: decayRule
            )
            return try makeOptimizer(parameters, names, options)
        case .lamb:
            let options = LAMBOptions(
                beta1: betas.first,
                beta2: betas.second,
                epsilon: optimizer.epsilon,
                weightDecay: decay,
                decayRule: decayRule
            )
            return try makeOptimizer(parameters, names, options)
        case .lion:
            let options = LionOptions(
                beta1: betas.first,
                beta2: betas.second,
                weightDecay: decay,
                decayRule: decayRule
            )
            return try makeOptimizer(parameters, names, options)
        case .sgd:
            let options = SGDOptions(
                momentum: optimizer.momentum,
                nesterov: optimizer.nesterov,
                weightDecay: decay,
                decayRule: decayRule
            )
            return try makeOptimizer(parameters, names, options)
        }
    }

    private func makeOptimizer<Rule: UpdateRule>(
        _ parameters: [ParameterStore.Entry],
        _ names: [String],
        _ options: Rule
    ) throws -> any TorchOptim.Optimizer {
        let factors = try rateFactors(for: parameters.map(\.name), among: names)
        return try GroupedOptimizer(
            parameters,
            options: options,
            storage: OptimizerStorage(
                moments: storage.moments == .bfloat16 ? .bfloat16 : .float32,
                seed: seed
            )
        ) { (name: String) -> ParameterSettings in
            name == TemperatureRate.name
                ? temperatureSettings : ParameterSettings(multiplier: factors[name] ?? 1)
        }
    }

    /// Momentum would carry the temperature on after its gradient has turned; FastCLIP trains it without, too.
    private var temperatureSettings: ParameterSettings {
        switch temperature.schedule {
        case .shared:
            let ratio = temperature.learningRate.map { $0 / peakLearningRate } ?? 1
            return ParameterSettings(multiplier: ratio, hasMomentum: false)
        case .constant, .stepThreshold:
            return ParameterSettings(schedule: TemperatureRate.name, hasMomentum: false)
        }
    }

    /// Factors on the learning rate by name; the temperature has its own settings.
    ///
    /// - Parameters:
    ///   - names: The parameters that the optimizer moves.
    ///   - all: All parameters of the model.
    /// - Throws: `RecipeError` for a pattern without a name, and for a decay where there are no blocks.
    func rateFactors(for names: [String], among all: [String]) throws -> [String: Double] {
        let names = names.filter { $0 != TemperatureRate.name }
        var factors = try optimizer.rates.factors(for: names, at: "optimizer.rates")
        guard optimizer.layerDecay != 1 else { return factors }
        let decay = LayerDecay(rate: optimizer.layerDecay, blocksAmong: all)
        guard !decay.hasNoBlocks else {
            let reason =
                "the image tower of `model.config` has no blocks whose rates could differ; leave it out."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "optimizer.layerDecay")])
        }
        for name in names { factors[name] = (factors[name] ?? 1) * decay.factor(of: name) }
        return factors
    }
}

extension Recipe.Storage {
    /// The type of a parameter that is not kept as all others are. Vectors and scalars are few, and biases, gains and
    /// the temperature want to be exact.
    func weightType(name: String, rank: Int) -> DType? {
        guard weights == .bfloat16, rank >= 2 else { return nil }
        return towers == .all || !name.hasPrefix("visual.") ? .bfloat16 : nil
    }
}
