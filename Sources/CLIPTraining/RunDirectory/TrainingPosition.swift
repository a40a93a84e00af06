/// How far a run has come; stored in each checkpoint as `state.json`.
///
/// Counts are totals over all processes and all stages of the run.
public struct TrainingPosition: Equatable, Sendable {
    /// Totals at one moment of a run.
    public struct Totals: Codable, Equatable, Sendable {
        /// Optimizer steps done.
        public var step = 0
        /// Image-text pairs seen.
        public var samples = 0
        /// Seconds spent in training.
        public var elapsedSeconds = 0.0

        /// The start of a run.
        public init() {}
    }

    /// Optimizer steps done.
    public var step: Int
    /// Image-text pairs seen, over all processes.
    public var samples: Int
    /// Position in the stream of samples at which the next batch starts.
    public var dataPosition: Int
    /// Number of the stage, from 0.
    public var stage: Int
    /// Number of the stage whose stream of samples is read: an earlier one where the stage reads on in that.
    public var stream: Int
    /// Seconds spent in training, over all sessions of the run.
    public var elapsedSeconds: Double
    /// The totals when the stage began.
    public var stageStart = Totals()
    /// Whether the stage had its length when this was saved.
    public var endsStage = false
    /// Where the batch changed in the stage, in order; empty where all its steps have the same number of pairs.
    public var batchChanges: [BatchChange] = []
    /// The evaluations that were due when this was saved, and not made yet, by name.
    public var dueEvaluations: [String] = []

    /// The start of a run, or a given position in its first stage.
    public init(
        step: Int = 0,
        samples: Int = 0,
        dataPosition: Int = 0,
        stage: Int = 0,
        stream: Int = 0,
        elapsedSeconds: Double = 0
    ) {
        self.step = step
        self.samples = samples
        self.dataPosition = dataPosition
        self.stage = stage
        self.stream = stream
        self.elapsedSeconds = elapsedSeconds
    }

    /// Steps of the stage.
    public var stepInStage: Int { step - stageStart.step }
    /// Seconds of the stage.
    public var secondsInStage: Double { elapsedSeconds - stageStart.elapsedSeconds }

    /// Whether two positions are equal in everything that decides what comes next, which the time is not.
    func isSamePlace(as other: TrainingPosition) -> Bool {
        var other = other
        other.elapsedSeconds = elapsedSeconds
        other.stageStart.elapsedSeconds = stageStart.elapsedSeconds
        other.endsStage = endsStage
        other.dueEvaluations = dueEvaluations
        // A change that no step has followed decides nothing: the recipe says what comes.
        let changes = [self, other].map { position in position.batchChanges.filter { $0.step < position.step }
        }
        guard changes[0] == changes[1] else { return false }
        other.batchChanges = batchChanges
        return self == other
    }

    /// The start of the next stage.
    ///
    /// - Parameter dataPosition: Where the stage starts in a stream of its own; nil to read on in this one.
    func enteringNextStage(dataPosition: Int?) -> TrainingPosition {
        var next = self
        next.stage += 1
        next.endsStage = false
        next.batchChanges = []
        next.dueEvaluations = []
        if let dataPosition {
            next.stream = next.stage
            next.dataPosition = dataPosition
        }
        next.stageStart.step = step
        next.stageStart.samples = samples
        next.stageStart.elapsedSeconds = elapsedSeconds
        return next
    }
}

extension TrainingPosition: Codable {
    private enum CodingKeys: String, CodingKey {
        case step, samples, dataPosition, stage, stream, elapsedSeconds, stageStart, endsStage
        case batchChanges, dueEvaluations
    }

    /// Reads a position; one that was stored before there were stages is in the first.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        step = try values.decode(Int.self, forKey: .step)
        samples = try values.decode(Int.self, forKey: .samples)
        dataPosition = try values.decode(Int.self, forKey: .dataPosition)
        stage = try values.decode(Int.self, forKey: .stage)
        elapsedSeconds = try values.decode(Double.self, forKey: .elapsedSeconds)
        stream = try values.decodeIfPresent(Int.self, forKey: .stream) ?? 0
        stageStart = try values.decodeIfPresent(Totals.self, forKey: .stageStart) ?? Totals()
        endsStage = try values.decodeIfPresent(Bool.self, forKey: .endsStage) ?? false
        batchChanges = try values.decodeIfPresent([BatchChange].self, forKey: .batchChanges) ?? []
        dueEvaluations = try values.decodeIfPresent([String].self, forKey: .dueEvaluations) ?? []
    }
}
