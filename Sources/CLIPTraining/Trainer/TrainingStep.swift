import CLIPData
public import CLIPModels
public import CLIPObjectives
public import RemoteFiles
public import Torch
public import TorchDistributed
import TorchNN
public import TorchOptim

/// One optimizer step: a batch through the model, the objective, and back.
///
/// ```swift
/// let step = TrainingStep(model: model, objective: ContrastiveObjective(), optimizer: optimizer)
/// let metrics = try step.train(on: batch, learningRate: 1e-3)
/// print(try metrics["loss"].item())
/// ```
public final class TrainingStep {
    /// What a step does in addition to the formulas of model, objective and optimizer.
    public struct Options {
        /// What a pass through the model keeps until the gradients of its features come.
        public var memory = ActivationMemory()
        /// Largest norm of all gradients together; nil for no clipping.
        public var clipNorm: Double?
        /// Whether pairs with equal captions are left out of each other's negatives.
        public var masksEqualCaptions = false
        /// Which patches of images are computed.
        public var patchMask = PatchMask.none
        /// Gives up a step that is computed in parts, with ``Interruption``: nothing was moved or learned then.
        public var stop: StopSignal?
        /// What the objective keeps of each sample, to be taken back with such a step.
        public var states: RevertibleSampleStates?
        /// The rate of the temperature, where it has a schedule of its own.
        var temperatureRate: TemperatureRate?

        /// Keeps all activations and clips nothing.
        public init() {}
    }

    /// What makes features of a batch.
    public let model: any ImageTextModel
    /// What moves the parameters.
    public let optimizer: any Optimizer
    /// The average of the weights.
    public let average: ExponentialMovingAverage?
    /// The loss.
    public private(set) var objective: any Objective
    /// The processes that train together.
    public let collective: any Collective
    /// The norm of the last step's gradients, before clipping; rank 0, on the device.
    public private(set) var gradientNorm: Tensor?
    private let options: Options

    /// What draws the patches of images that a step computes, for samples of a loader; nil where all are.
    ///
    /// - Throws: `TorchError` for a model that cannot be masked so.
    func patches(of settings: LoaderSettings) throws -> PatchSelection? {
        guard options.patchMask != .none else { return nil }
        guard let grid = model.patchGrid else {
            throw TorchError(operation: "mask of patches", reason: "the model computes whole images only")
        }
        return try PatchSelection(options.patchMask, grid: grid, seed: settings.seed, stage: settings.stage)
    }

    /// Puts a step together.
    ///
    /// - Parameter collective: The processes that train together, each with its part of the batch.
    public init(
        model: any ImageTextModel,
        objective: any Objective,
        optimizer: any Optimizer,
        average: ExponentialMovingAverage? = nil,
        options: Options = Options(),
        collective: any Collective = SingleProcess()
    ) {
        self.model = model
        self.objective = objective
        self.optimizer = optimizer
        self.average = average
        self.options = options
        self.collective = collective
    }

    /// Moves the weights and returns the metrics of the global batch, without waiting for the device.
    ///
    /// Objectives that keep state of each sample do wait: their state is in a file.
    /// After an error no gradient is left, so that the step can be tried again.
    @discardableResult
    public func train(on batch: DeviceBatch, learningRate: Double) throws -> MetricVector {
        do {
            return try step(on: batch, learningRate: learningRate)
        } catch {
            try? optimizer.clearGradients()
            throw error
        }
    }

    private func step(on batch: DeviceBatch, learningRate: Double) throws -> MetricVector {
        let features = try FeaturePass(
            batch.input,
            through: model,
            keeping: options.memory,
            stop: options.stop
        )
        let output = try takingBack(features) {
            let output = try objective.evaluate(
                batch.objectiveInput(features, model, options),
                collective: collective
            )
            try features.backward(
                image: output.image,
                text: output.text,
                auxiliaryWeights: features.auxiliaryLosses.mapValues { _ in 1 / Double(collective.count) }
            )
            return output
        }
        try setGradients(output.parameters)
        try GradientReduction.sum(optimizer.parameters.map(\.tensor), over: collective)
        try update(loss: output.loss, learningRate: learningRate)
        return try output.metrics.adding(features.auxiliaryLosses, over: collective)
    }

    /// Takes back what the objective learned of a step that is given up on its way back.
    private func takingBack<Result>(_ features: FeaturePass, _ body: () throws -> Result) throws -> Result {
        guard options.stop != nil, features.isInParts else { return try body() }
        let learned = try objective.snapshot()
        // One that keeps nothing has no records.
        let states = options.states.flatMap { $0.base == nil ? nil : $0 }
        let savepoint = states?.savepoint()
        defer { if let savepoint { states?.discard(savepoint) } }
        do {
            return try body()
        } catch let interruption as Interruption {
            if let savepoint { try states?.restore(savepoint) }
            try restoreObjective(learned)
            throw interruption
        }
    }

    /// Gives the parameters of the objective the gradients that it computed itself.
    private func setGradients(_ gradients: [String: Tensor]) throws {
        let parameters = model.objectiveParameters
        for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
            guard let parameter = parameters[name], parameter.requiresGradient else { continue }
            // The optimizer takes as many numbers as the parameter has.
            guard gradient.shape == parameter.shape else {
                throw ObjectiveError.shape(
                    "the gradients of '\(name)'",
                    found: gradient.shape,
                    expected: "\(parameter.shape), as the parameter"
                )
            }
            try parameter.setGradient(gradient)
        }
    }

    /// Moves the parameters, unless the loss or the gradients are not finite.
    private func update(loss: Tensor, learningRate: Double) throws {
        let gradients = optimizer.gradients()
        let norm =
            try gradients.isEmpty ? Tensor.zeros([], on: model.device) : GradientClipping.norm(gradients)
        let divisor = try options.clipNorm.map { try GradientClipping.divisor(norm: norm, maximum: $0) }
        let skip = try GradientClipping.skip(unlessFinite: loss + norm)
        gradientNorm = norm
        try optimizer.step(
            learningRate: learningRate,
            rates: options.temperatureRate?.rates(of: model.objectiveParameters) ?? [:],
            divisor: divisor,
            skip: skip
        )
        try optimizer.clearGradients()
        try objective.constrain(model.objectiveParameters)
        try average?.update()
    }

    /// Lets the objective continue from what one of its kind had learned.
    func restoreObjective(_ state: [String: Tensor]) throws {
        try objective.restore(state.mapValues { try $0.to(model.device) })
    }
}

extension DeviceBatch {
    /// What the objective sees of the batch.
    fileprivate func objectiveInput(
        _ features: FeaturePass,
        _ model: any ImageTextModel,
        _ options: TrainingStep.Options
    ) throws -> ObjectiveInput {
        ObjectiveInput(
            image: features.image,
            text: features.text,
            parameters: model.objectiveParameters,
            ordinals: ordinals,
            groups: options.masksEqualCaptions ? try perImage(captionKeys) : nil,
            epoch: epoch
        )
    }
}
