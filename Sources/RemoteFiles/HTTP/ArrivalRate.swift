/// Finds servers that are not silent, and send next to nothing.
struct ArrivalRate {
    private let least: Double
    private let window: Double
    private var bytes = 0
    private var seconds = 0.0

    init(_ settings: RemoteSettings) {
        // Who waits less for silence waits less for a trickle, too.
        (least, window) = (settings.leastRate, min(settings.rateWindow, settings.idleTimeout))
    }

    /// Counts bytes that came after so many seconds of waiting. A reader that is slow itself does not wait.
    ///
    /// - Throws: `TransferFailure`, where too few came.
    mutating func add(_ count: Int, waited: Double) throws(TransferFailure) {
        bytes += count
        seconds += waited
        guard seconds >= window else { return }
        guard Double(bytes) >= least * seconds else {
            throw TransferFailure(
                reason: """
                    the server sent \(bytes) bytes in \(Int(seconds.rounded(.up))) s, and `data.remote.leastRate` asks \
                    for \(Int(least.rounded(.up))) in each
                    """
            )
        }
        (bytes, seconds) = (0, 0)
    }
}
