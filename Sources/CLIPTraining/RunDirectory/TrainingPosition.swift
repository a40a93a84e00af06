/// How far a run has come; stored in each checkpoint as `state.json`.
public struct TrainingPosition: Codable, Equatable, Sendable {
    /// Optimizer steps done.
    public var step: Int
    /// Image-text pairs seen, over all processes.
    public var samples: Int
    /// Position in the stream of samples at which the next batch starts.
    public var dataPosition: Int
    /// Number of the stage, from 0.
    public var stage: Int
    /// Seconds spent in training, over all sessions of the run.
    public var elapsedSeconds: Double

    /// The start of a run, or a given position.
    public init(
        step: Int = 0,
        samples: Int = 0,
        dataPosition: Int = 0,
        stage: Int = 0,
        elapsedSeconds: Double = 0
    ) {
        self.step = step
        self.samples = samples
        self.dataPosition = dataPosition
        self.stage = stage
        self.elapsedSeconds = elapsedSeconds
    }

    /// Whether two positions are equal in everything that decides what comes next, which the time is not.
    func isSamePlace(as other: TrainingPosition) -> Bool {
        var other = other
        other.elapsedSeconds = elapsedSeconds
        return self == other
    }
}
