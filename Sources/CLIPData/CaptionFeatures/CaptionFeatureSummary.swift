import LocalFiles

/// What a file of caption features holds, for printing.
public struct CaptionFeatureSummary: Sendable, Codable, Equatable {
    /// The file.
    public var path: String
    /// Its size.
    public var bytes: Int
    /// The number of its format.
    public var format: Int
    /// What it says of itself.
    public var header: CaptionFeatureHeader
}

extension CaptionFeatureFile {
    /// Sums up what the file holds.
    public var summary: CaptionFeatureSummary {
        CaptionFeatureSummary(
            path: path,
            bytes: byteCount,
            format: CaptionFeatureLayout.format.current,
            header: header
        )
    }
}
