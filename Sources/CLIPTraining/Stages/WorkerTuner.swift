/// Chooses the number of loader threads from what rows and steps take.
///
/// Rows take `rowSeconds` of a worker each, and a step without waiting leaves `computeSeconds` for `rows` of them. More
/// workers than that would only take cores from the model.
struct WorkerTuner: Equatable {
    /// Room for uneven rows.
    static let reserve = 1.2

    /// No more threads than this.
    let maximum: Int
    private(set) var threads: Int
    /// A change needs two measurements that agree.
    private var lastWish: Int?

    init(threads: Int, maximum: Int) {
        self.maximum = max(1, maximum)
        self.threads = min(max(1, threads), self.maximum)
    }

    /// Takes a measurement and gives the number of threads, changed or not.
    ///
    /// - Parameters:
    ///   - rowSeconds: A worker's time for one row.
    ///   - rows: Rows of a step in this process.
    ///   - stepSeconds: The time of a step, waiting included.
    ///   - waitShare: The share of it that went into waiting, 0…1.
    mutating func update(rowSeconds: Double, rows: Int, stepSeconds: Double, waitShare: Double) -> Int {
        guard rowSeconds > 0, stepSeconds > 0, rowSeconds.isFinite, stepSeconds.isFinite else {
            return threads
        }
        let computeSeconds = max(stepSeconds * (1 - waitShare), stepSeconds * 0.01)
        let needed = rowSeconds * Double(rows) / computeSeconds * Self.reserve
        let wish = min(max(Int(needed.rounded(.up)), 1), maximum)
        // Too few is certain only where steps wait, too many only where they do not.
        let isUseful = wish > threads ? waitShare >= DataLimit.threshold : waitShare < DataLimit.threshold
        guard wish != threads, isUseful else {
            lastWish = nil
            return threads
        }
        defer { lastWish = wish }
        guard let lastWish, (lastWish > threads) == (wish > threads) else { return threads }
        threads = wish > threads ? min(lastWish, wish) : max(lastWish, wish)
        return threads
    }
}
