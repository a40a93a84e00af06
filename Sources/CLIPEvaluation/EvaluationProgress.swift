/// How far an evaluation is.
public struct EvaluationProgress: Sendable, Equatable {
    /// What is being worked on.
    public enum Phase: String, Sendable, CaseIterable {
        /// Classes become rows of the zero-shot classifier.
        case classifier
        /// Images go through the tower.
        case images
        /// Texts go through the tower.
        case texts
        /// Queries are compared with all candidates.
        case ranks
    }

    /// What is being worked on.
    public var phase: Phase
    /// How much of it is done.
    public var done: Int
    /// How much there is, where that is known beforehand.
    public var total: Int

    /// Describes a state.
    public init(phase: Phase, done: Int, total: Int) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}
