/// A cheap identity of the first samples of a numbering: their count, and who up to 1,024 of them are.
///
/// The ordinals that are looked at are evenly spaced, with the first and the last among them. A sample between them
/// that was exchanged is not noticed; a numbering that was made anew, or of other data, is.
package struct DataFingerprint: Equatable, Sendable {
    static let maximumSamples = 1024

    /// The hash of all that was looked at.
    package var value: UInt64

    /// Takes a hash that was stored.
    package init(value: UInt64) { self.value = value }

    /// - Parameter count: How many ordinals count; at most the numbering's.
    package init(_ numbering: some SampleNumbering, count: Int) {
        var hash = StableHash()
        hash.combine(UInt64(count))
        let samples = min(count, Self.maximumSamples)
        for sample in 0..<samples {
            let (whole, part) = (count - 1).quotientAndRemainder(dividingBy: max(samples - 1, 1))
            let ordinal = whole * sample + part * sample / max(samples - 1, 1)
            hash.combine(numbering.identity(ofOrdinal: ordinal))
        }
        value = hash.value
    }
}
