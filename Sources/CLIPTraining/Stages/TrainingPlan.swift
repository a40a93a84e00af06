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

    /// The recipe with every default, as YAML.
    public var recipe: String
    /// Values of all parameters of the first stage's model.
    public var parameters: Int
    /// The stages, in order.
    public var stages: [Stage]
}

extension TrainingPlan.Stage {
    init(_ setup: StageSetup) {
        name = setup.stage.name
        batch = setup.pace.batch
        samplesPerEpoch = setup.pace.samplesPerEpoch
        switch setup.pace.length {
        case .steps(let count): steps = count
        case .seconds(let count): seconds = count
        }
    }
}
