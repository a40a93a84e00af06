/// Tells when something that happens every so often in a stage is due.
public struct Cadence: Equatable, Sendable {
    private let span: TrainingPace.Span
    private let batch: Int
    private let lead: Int
    private var last: Int

    /// Starts at a position; what was due up to there counts as done.
    public init(_ span: TrainingPace.Span, from position: TrainingPosition) {
        self.init(span, from: position, batch: 1, lead: 0)
    }

    /// Starts at a position of a stage that counts pairs and has not always had the same batch.
    ///
    /// - Parameter lead: How many pairs more were seen than if all steps had had this batch.
    init(_ span: TrainingPace.Span, from position: TrainingPosition, batch: Int, lead: Int) {
        (self.span, self.batch, self.lead) = (span, batch, lead)
        last = 0
        last = count(at: position)
    }

    /// Whether a multiple of the span was passed since the last call that returned true.
    public mutating func isDue(at position: TrainingPosition) -> Bool {
        let count = count(at: position)
        guard count > last else { return false }
        last = count
        return true
    }

    private func count(at position: TrainingPosition) -> Int {
        switch span {
        case .steps(let steps):
            guard lead != 0 else { return position.stepInStage / max(steps, 1) }
            let (samples, overflows) = max(steps, 1).multipliedReportingOverflow(by: batch)
            return overflows ? 0 : (position.stepInStage * batch + lead) / samples
        case .seconds(let seconds):
            return seconds > 0 ? Int(min(position.secondsInStage / seconds, 1e18)) : 0
        }
    }
}
