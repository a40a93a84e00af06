/// Seconds of training: the time in which steps were made.
///
/// A process may stand still in the middle of a step, when it is stopped, its machine is suspended or the computer is
/// closed. The clock is one that a suspended machine stops, and no piece of work counts for more than ten times the
/// median of the last 32 of its kind, or a second if that is more. The first has nothing to be compared with, and counts
/// in full.
struct TrainingTime {
    /// How much longer than usual a piece of work may take.
    static let factor = 10.0
    /// What always counts, in seconds.
    static let allowance = 1.0
    /// How many pieces of work say what is usual.
    static let memory = 32

    /// Seconds of a clock that runs on.
    let now: () -> Double
    private var steps = Usual()
    private var waits = Usual()
    private var stepsSinceWait = 0

    init(now: (() -> Double)? = nil) {
        let start = SuspendingClock.now
        self.now = now ?? { (SuspendingClock.now - start) / .seconds(1) }
    }

    /// What a step counts for that took so long.
    mutating func step(_ seconds: Double) -> Double {
        stepsSinceWait += 1
        return steps.bounded(seconds, pieces: 1)
    }

    /// What waiting for the device counts for, which works on all steps since the last wait.
    mutating func wait(_ seconds: Double) -> Double {
        // With no step behind it, a wait says nothing of what is usual.
        guard stepsSinceWait > 0 else { return min(max(0, seconds), Self.allowance) }
        defer { stepsSinceWait = 0 }
        return waits.bounded(seconds, pieces: stepsSinceWait)
    }

    /// How long work of one kind usually takes.
    private struct Usual {
        private var recent: [Double] = []
        private var next = 0

        mutating func bounded(_ seconds: Double, pieces: Int) -> Double {
            let seconds = max(0, seconds), count = Double(pieces)
            let bound = recent.isEmpty ? .infinity : max(factor * median * count, allowance)
            // As long as it took: work that has become slower for good is usual soon.
            if recent.count < memory {
                recent.append(seconds / count)
            } else {
                recent[next] = seconds / count
                next = (next + 1) % memory
            }
            return min(seconds, bound)
        }

        private var median: Double { recent.sorted()[(recent.count - 1) / 2] }
    }
}
