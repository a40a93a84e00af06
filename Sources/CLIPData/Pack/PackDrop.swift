/// Why a candidate is not packed.
public enum PackDrop: String, CaseIterable, Codable, Sendable {
    /// The file cannot be opened.
    case missing
    /// The file is no picture of a known format.
    case unsupported
    /// The picture's data is damaged or ends early.
    case damaged
    /// The header declares more pixels than allowed.
    case tooManyPixels
    /// The shorter side, after scaling, is below the minimum.
    case tooSmall
    /// All pixels have the same colour on a white ground.
    case blank
    /// There is no caption.
    case noCaption
    /// Picture and captions equal an earlier candidate's.
    case duplicate
}
