/// What a run would do.
public struct TrainingPlan: Codable, Sendable {
    /// One stage.
    public struct Stage: Codable, Sendable {
        /// The stage's name; empty where the recipe has no stages.
        public var name: String
        /// Its length in optimizer steps; nil where that is a time.
        public var steps: Int?
        /// Its length in seconds; nil where that is a number of steps.
        public var seconds: Double?
        /// Pairs in a step, and in an epoch.
        public var batch, samplesPerEpoch: Int

        enum CodingKeys: String, CodingKey {
            case name, steps, seconds, batch
            case samplesPerEpoch = "samples_per_epoch"
        }
    }

    /// Where a run would go on.
    public struct Resumption: Codable, Sendable {
        /// The checkpoint from which it would.
        public var checkpoint: String
        /// Optimizer steps and pairs seen up to there.
        public var step, samples: Int
        /// Whether there is nothing left to train.
        public var isFinished: Bool

        enum CodingKeys: String, CodingKey {
            case checkpoint, step, samples
            case isFinished = "finished"
        }
    }

    /// The recipe with every default, as YAML.
    public var recipe: String
    /// Values of all parameters of the first stage's model.
    public var parameters: Int
    /// The stages, in order; of a run that goes on, those that are not finished.
    public var stages: [Stage]
    /// Where a run would go on; nil for a new one.
    public var resumes: Resumption?
}

extension TrainingPlan.Stage {
    init(_ setup: StageSetup, pace: TrainingPace? = nil) {
        let pace = pace ?? setup.pace
        name = setup.stage.name
        batch = pace.batch
        samplesPerEpoch = pace.samplesPerEpoch
        switch pace.length {
        case .steps(let count): steps = count
        case .seconds(let count): seconds = count
        }
    }
}
