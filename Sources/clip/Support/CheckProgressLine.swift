import CLIPData

/// How far a check is, how fast, and how long it will take.
struct CheckProgressLine: Sendable {
    private let status = StatusLine(every: 1)
    private let start = ContinuousClock.now

    func update(_ progress: DataCheckProgress) {
        status.update(Self.text(progress, seconds: seconds))
    }

    func finish() { status.finish() }

    /// What was done, and how fast.
    func summary(of samples: Int) -> String {
        let rate = Figures.grouped(Int(Double(samples) / max(seconds, 1e-3)))
        return "\(Figures.grouped(samples)) samples in \(Figures.fixed(seconds, 1)) s, \(rate) a second"
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    private static func text(_ progress: DataCheckProgress, seconds: Double) -> String {
        let rate = Double(progress.done) / max(seconds, 1e-3)
        var text =
            "checking: \(progress.done) of \(progress.total) samples, \(Figures.fixed(rate, 0)) a second"
        if rate > 0 {
            text += ", " + Figures.duration(Double(progress.total - progress.done) / rate) + " left"
        }
        return text
    }
}
