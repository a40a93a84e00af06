/// Tells when something that happens every so often in a stage is due.
public struct Cadence: Equatable, Sendable {
    private let span: TrainingPace.Span
    private var last: Int

    /// Starts at a position; what was due up to there counts as done.
    public init(_ span: TrainingPace.Span, from position: TrainingPosition) {
        self.span = span
        last = Self.count(of: span, at: position)
    }

    /// Whether a multiple of the span was passed since the last call that returned true.
    public mutating func isDue(at position: TrainingPosition) -> Bool {
        let count = Self.count(of: span, at: position)
        guard count > last else { return false }
        last = count
        return true
    }

    private static func count(of span: TrainingPace.Span, at position: TrainingPosition) -> Int {
        switch span {
        case .steps(let steps): position.stepInStage / max(steps, 1)
        case .seconds(let seconds): seconds > 0 ? Int(min(position.secondsInStage / seconds, 1e18)) : 0
        }
    }
}
