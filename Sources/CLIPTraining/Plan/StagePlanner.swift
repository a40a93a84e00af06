import CLIPModels
import CLIPText
import Torch

/// Plans one stage.
struct StagePlanner {
    let blueprint: StageBlueprint
    let device: Device
    let settings: CostPlan.Settings
    /// What is unknown, in sentences.
    private(set) var unknown: [String] = []

    init(_ blueprint: StageBlueprint, device: Device, settings: CostPlan.Settings) {
        (self.blueprint, self.device, self.settings) = (blueprint, device, settings)
    }

    private var stage: Recipe.Stage { blueprint.stage }

    /// - Throws: `RecipeError`; ``CLIPModels/ModelConfigurationError``; errors of files that the recipe names.
    mutating func plan() throws -> CostPlan.Stage {
        let (recipe, configuration, whole) = (stage.recipe, blueprint.configuration, blueprint.whole)
        guard recipe.batch % settings.ranks == 0 else {
            let reason =
                "a batch of \(recipe.batch) pairs cannot be divided evenly among \(settings.ranks) processes; choose a multiple "
                + "of \(settings.ranks)."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "batch")])
        }
        let missing = try missingFiles()
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
        if let warning = recipe.budgetWarning(of: configuration) { unknown.append(warning) }
        for file in missing where !unknown.contains(where: { $0.contains("\(file)") }) {
            unknown.append("a run needs a file that is not here: \(file)")
        }
        return plan
    }

    /// The files that are to be fetched before a run can read its texts.
    ///
    /// - Throws: Errors of other files that the recipe names for its texts.
    private func missingFiles() throws -> [AssetError] {
        var missing: [AssetError] = []
        let reads: [() throws -> Void] = [
            { _ = try blueprint.tokenizer() }, { _ = try stage.recipe.tagger() },
        ]
        for read in reads {
            do { try read() } catch let error as AssetError { missing.append(error) }
        }
        return missing
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
