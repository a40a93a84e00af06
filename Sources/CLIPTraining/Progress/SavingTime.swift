import Foundation

/// The time that a session spends on writing checkpoints, which is no time of training.
struct SavingTime {
    /// The share of all time from which on it is worth a word.
    static let notable = 0.1
    /// Seconds below which it is not, whatever their share.
    static let negligible = 2.0

    private(set) var seconds = 0.0
    private var count = 0
    private var hasWarned = false

    /// Counts one checkpoint.
    mutating func add(_ seconds: Double) {
        self.seconds += seconds
        count += 1
    }

    /// The share of a session's time, given what it has trained.
    func share(besides trained: Double) -> Double { seconds > 0 ? seconds / (seconds + max(trained, 0)) : 0 }

    /// What to say, once, when saving takes much of the time.
    mutating func warning(besides trained: Double) -> String? {
        let share = share(besides: trained)
        guard !hasWarned, count > 2, seconds >= Self.negligible, share > Self.notable else { return nil }
        hasWarned = true
        let percent = Int((share * 100).rounded())
        return
            "warning: \(percent) % of the time so far went into \(count) checkpoints, \(String(format: "%.2g", seconds / Double(count))) s each; give "
            + "checkpoint.every a longer duration or a time, such as `10 minutes`"
    }
}
