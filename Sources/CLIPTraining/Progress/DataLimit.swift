import CLIPData

/// What keeps training waiting for data.
public enum DataLimit: String, Codable, Sendable, CaseIterable {
    /// Bytes from a local disk.
    case disk
    /// Bytes from a server or a command.
    case network
    /// Decoding images.
    case decode
    /// Cropping, scaling and changing images.
    case transform
    /// Reading and tokenizing captions.
    case text

    /// Below this share of waiting, the data is no limit.
    static let threshold = 0.03

    /// The phase in which workers spent most of their time, where the step waited for them.
    init?(_ timing: RowTiming, waitShare: Double, isRemote: Bool) {
        guard waitShare >= Self.threshold, timing.total > 0 else { return nil }
        self =
            switch timing.longestPhase {
            case .read: isRemote ? .network : .disk
            case .decode: .decode
            case .transform: .transform
            case .text: .text
            }
    }
}
