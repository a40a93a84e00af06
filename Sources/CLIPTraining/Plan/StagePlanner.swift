import CLIPModels
import Torch

/// Plans one stage.
struct StagePlanner {
    let stage: Recipe.Stage
    /// The model in the sizes of its own configuration.
    let whole: ModelConfiguration
    let device: Device
    let settings: CostPlan.Settings
    /// What is unknown, in sentences.
    private(set) var unknown: [String] = []

    init(stage: Recipe.Stage, whole: ModelConfiguration, device: Device, settings: CostPlan.Settings) {
        (self.stage, self.whole, self.device, self.settings) = (stage, whole, device, settings)
    }

    /// - Throws: `RecipeError`; ``CLIPModels/ModelConfigurationError``.
    mutating func plan() throws -> CostPlan.Stage {
        let recipe = stage.recipe
        guard recipe.batch % settings.ranks == 0 else {
            let reason =
                "a batch of \(recipe.batch) pairs cannot be divided evenly among \(settings.ranks) processes; choose a multiple "
                + "of \(settings.ranks)."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "batch")])
        }
        var configuration = try recipe.model.applied(to: whole)
        try recipe.tokens.image.check(configuration)
        configuration.add(recipe.lossFamily.addedParameters(in: recipe))
        let data = PlanData(recipe, configuration, whole: whole)
        var estimate = try StageEstimate(
            recipe,
            configuration,
            whole: whole,
            on: device,
            samples: data.statistics
        )
        estimate.ranks = settings.ranks
        let microBatch = try size(estimate)
        let rate =
            settings.measures
            ? try RateMeasurement(estimate, microBatch: microBatch, samplesPerEpoch: data.samplesPerEpoch)
                .run()
            : settings.flops
        let length = length(data, flops: 2 * estimate.work(microBatch: microBatch).step, rate: rate)
        var plan = CostPlan.Stage(stage, estimate, microBatch: microBatch, length: length)
        plan.dataBytes = length.samples.flatMap { samples in
            data.statistics.bytes.map { $0 * Double(samples) }
        }
        if recipe.sampleStateWidth > 0 {
            plan.sampleStateBytes = data.samplesPerEpoch.map { $0 * recipe.sampleStateWidth * 4 }
        }
        if settings.measures { plan.measuredFlops = rate }
        if let rate, let flops = plan.flops { plan.seconds = flops / rate / Double(settings.ranks) }
        if let obstacle = data.obstacle {
            unknown.append(
                "without the data (\(obstacle)), its samples and bytes are unknown and texts are taken to be as long as they may be; "
                    + "`clip data index` makes the index that is read"
            )
        }
        let unread = "texts are taken to be as long as allowed and the bytes of the data are unknown"
        switch data.sampleObstacle {
        case .noRandomAccess:
            unknown.append(
                "the captions and sizes of these shards can only be read in order, so \(unread)"
            )
        case .unreadable(let reason):
            unknown.append("the samples of the data were not looked at (\(reason)), so \(unread)")
        case nil: break
        }
        if plan.memory == nil {
            unknown.append("the memory of this model's towers is unknown")
        }
        return plan
    }

    /// Pairs at a time; nil for the whole batch.
    private func size(_ estimate: StageEstimate) throws -> Int? {
        guard case .automatic = estimate.recipe.microBatch else { return estimate.recipe.microBatch?.count }
        return try MicroBatchChoice(estimate, memory: settings.memory).microBatch
    }

    /// Steps and pairs, as far as they are known.
    private mutating func length(_ data: PlanData, flops: Double, rate: Double?) -> (
        steps: Int?, samples: Int?
    ) {
        let (recipe, batch) = (stage.recipe, stage.recipe.batch)
        var steps: Int?
        switch recipe.length {
        case .steps(let count): steps = count
        case .samples(let count): steps = count / batch + (count % batch == 0 ? 0 : 1)
        case .epochs(let count):
            steps = data.samplesPerEpoch.map { (count * Double($0) / Double(batch)).wholeNumber }
            if steps == nil {
                unknown.append("the samples of an epoch are unknown; give `length` in samples or steps")
            }
        case .seconds(let seconds):
            steps = rate.map {
                (seconds * $0 * Double(settings.ranks) / flops / Double(batch)).wholeNumber
            }
            if steps == nil {
                unknown.append(
                    "`length` is a time, so the number of steps depends on the speed; give --flops or --measure"
                )
            }
        case .percent: break
        }
        return (
            steps,
            steps.map { steps in
                let (samples, overflows) = steps.multipliedReportingOverflow(by: batch)
                return overflows ? .max : samples
            }
        )
    }
}
