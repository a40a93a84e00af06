/// Everything that decides a training run, as one value.
///
/// Each nested type declares its keys, meanings and rules once, beside the properties that hold the defaults.
public struct Recipe: Equatable, Sendable {
    /// Seed of every random draw of the run.
    public var seed: UInt64 = 0
    /// The towers.
    public var model = Model()
    /// The image-text pairs.
    public var data = Source()
    /// Which tokens training computes.
    public var tokens = Tokens()
    /// Random changes of training images.
    public var augmentation = Augmentation()
    /// Normalisation of pixel values.
    public var preprocess = Preprocess()
    /// Pairs in one optimizer step, over all processes.
    public var batch = 0
    /// Pairs whose activations are in memory at a time; nil for the whole batch.
    public var microBatch: CountChoice?
    /// Memory for which a micro-batch is chosen, and with which the peak is compared; nil for what is free.
    public var memoryLimit: ByteCount?
    /// How long to train.
    public var length: TrainingDuration = .epochs(32)
    /// The loss.
    public var objective = Objective()
    /// The temperature of the similarities.
    public var temperature = Temperature()
    /// Which parameters are trained.
    public var train = Train()
    /// The optimizer.
    public var optimizer = Optimizer()
    /// The learning rate over the run.
    public var schedule = Schedule()
    /// The type that the towers compute in; the loss stays float32.
    public var precision: Precision = .float32
    /// What the backward pass computes again instead of keeping it.
    public var activationCheckpointing: ActivationCheckpointing = .none
    /// How weights and moments are kept.
    public var storage = Storage()
    /// Exponential moving average of the weights; nil for none.
    public var ema: WeightAverage?
    /// When to save.
    public var checkpoint = CheckpointPolicy()
    /// When to write metrics.
    public var log = Logging()
    /// Evaluations during training.
    public var evaluate: [Evaluation] = []
    /// Where to compute.
    public var device: DeviceChoice = .automatic
    /// Threads that compute tensor operations on the CPU.
    public var threads: CountChoice = .automatic
    /// Whether CUDA may use only operations that give equal bits in every run.
    public var deterministic = false
    /// The parts of the run, in order; empty for a run of one part, which this recipe describes.
    ///
    /// The other properties are then what all stages start from.
    public var stages: [Stage] = []

    /// A recipe of defaults, in which the required keys are still empty.
    public init() {}
}

extension Recipe: RecipeSection {
    static var fields: [RecipeField<Recipe>] {
        [
            .init("seed", \.seed, "Seed of every random draw of the run."),
            .init("model", \.model, "The towers."),
            .init("data", \.data, "The image-text pairs.", aliases: ["dataset"]),
            .init(
                "tokens",
                \.tokens,
                "Which tokens training computes (see [token budgets](token-budgets.md))."
            ),
            .init("augmentation", \.augmentation, "Random changes of training images.", aliases: ["aug_cfg"]),
            .init("preprocess", \.preprocess, "Normalisation of pixel values.", aliases: ["normalize"]),
            .init(
                "batch",
                \.batch,
                "Pairs in one optimizer step, over all processes.",
                .pairs,
                required: true,
                aliases: ["batch_size", "batchSize", "batch-size", "global_batch_size"]
            ),
            .init(
                "microBatch",
                \.microBatch,
                "Pairs whose activations are in memory at a time, with the gradients of the whole batch; "
                    + "`null` for all, `auto` for the fewest parts that fit `memoryLimit` (see [plan](plan.md)).",
                .positive,
                aliases: ["micro_batch_size", "accum_freq", "accumulation", "grad_cache", "chunk_size"]
            ),
            .init(
                "memoryLimit",
                \.memoryLimit,
                "Memory limit for `microBatch: auto`, and on the CPU for the peak that the run reports after its first step; "
                    + "`null` for 90 % of what is free on the device at the start.",
                aliases: ["memory", "memory_limit", "max_memory"]
            ),
            .init(
                "length",
                \.length,
                "How long to train. With a time, schedules run on the clock.",
                .positive,
                required: true,
                aliases: ["epochs", "steps", "samples", "seconds", "max_steps", "total_steps", "duration"]
            ),
            .init("objective", \.objective, "The loss.", aliases: ["loss"]),
            .init("temperature", \.temperature, "The temperature of the similarities."),
            .init("train", \.train, "Which parameters are trained."),
            .init("optimizer", \.optimizer, "The optimizer.", aliases: ["opt", "optim"]),
            .init("schedule", \.schedule, "The learning rate over the run.", aliases: ["lr_scheduler"]),
            .init(
                "precision",
                \.precision,
                "The type that the towers compute in; the loss stays float32, and weights are kept as `storage` says.",
                aliases: ["amp"]
            ),
            .init(
                "activationCheckpointing",
                \.activationCheckpointing,
                "`blocks`: compute each transformer block again in the backward pass instead of keeping its "
                    + "activations.",
                aliases: ["grad_checkpointing", "gradient_checkpointing", "gradientCheckpointing"]
            ),
            .init("storage", \.storage, "How weights and moments are kept."),
            .init("ema", \.ema, "Exponential moving average of the weights; `null` for none."),
            .init("checkpoint", \.checkpoint, "When to save."),
            .init("log", \.log, "When to write metrics."),
            .init(
                "evaluate",
                \.evaluate,
                "Evaluations during training.",
                aliases: ["val", "validation", "eval"]
            ),
            .init("device", \.device, "Where to compute; `auto` takes CUDA where there is one."),
            .init(
                "threads",
                \.threads,
                "Threads that compute tensor operations on the CPU; `auto` is one per core.",
                .threadCount
            ),
            .init(
                "deterministic",
                \.deterministic,
                "On CUDA, use only operations that give equal bits in every run. The CPU always does."
            ),
            .init(
                "stages",
                \.stages,
                "Parts of the run, in order (see [stages](stages.md)): each has the keys below, and any key of a recipe in "
                    + "place of the run's."
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        var problems = TrainingPace.conflicts(in: self)
        problems += microBatchProblems
        // The configuration's own context is compared when it is read.
        problems += [model.contextLength.flatMap(budgetProblem(ofContext:))].compactMap(\.self)
        if peakLearningRate > 0, schedule.minimum > peakLearningRate {
            let reason = "it lies above the peak, \(describedRate)."
            problems.append(RecipeProblem(.conflict(reason: reason), path: "schedule.minimum"))
        }
        problems += lossFamily.problems(in: self)
        problems += languageProblems
        if !lossFamily.hasNormalizers {
            for (number, evaluation) in evaluate.enumerated() where evaluation.kind == .normalizer {
                let reason =
                    "the loss has no normalizers to measure (`objective.kind` is `\(objective.kind.name)`)."
                problems.append(RecipeProblem(.conflict(reason: reason), path: "evaluate.\(number).kind"))
            }
        }
        for (number, evaluation) in evaluate.enumerated() {
            guard let name = evaluation.name,
                evaluate[..<number].contains(where: { $0.kind == evaluation.kind && $0.name == name })
            else { continue }
            let reason =
                "an evaluation of the same kind is called `\(name)` too; metrics need different names."
            problems.append(RecipeProblem(.conflict(reason: reason), path: "evaluate.\(number).name"))
        }
        return problems
    }

    func ignored(at path: String) -> [RecipeWarning] {
        var warnings = microBatchWarnings
        if deterministic, device == .cpu {
            let reason = "the CPU computes deterministically anyway."
            warnings.append(RecipeWarning(path: "deterministic", reason: reason))
        }
        if storage.moments == .bfloat16, optimizer.kind == .sgd, optimizer.momentum == 0 {
            let reason = "gradient descent without momentum keeps no moments (`optimizer.momentum` is 0)."
            warnings.append(RecipeWarning(path: "storage.moments", reason: reason))
        }
        return warnings + lossFamily.warnings(in: self) + languageWarnings
    }
}
