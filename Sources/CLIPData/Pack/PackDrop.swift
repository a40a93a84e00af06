/// Why a candidate is not packed.
public enum PackDrop: String, CaseIterable, Codable, Sendable, Error {
    /// The file cannot be opened, or the sample has no picture.
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
    /// The captions are not UTF-8, or lie in broken JSON.
    case unreadable
    /// Picture and captions equal an earlier candidate's.
    case duplicate
    /// The picture looks like that of a sample that was kept.
    case nearDuplicate

    /// The reason for people.
    public var words: String {
        switch self {
        case .missing: "missing"
        case .unsupported: "of an unsupported format"
        case .damaged: "damaged"
        case .tooManyPixels: "with too many pixels"
        case .tooSmall: "too small"
        case .blank: "blank"
        case .noCaption: "without a caption"
        case .unreadable: "with captions that cannot be read (no UTF-8, or broken JSON)"
        case .duplicate: "duplicate"
        case .nearDuplicate: "looking like another"
        }
    }

    /// The words for a raw value, as reports hold them.
    public static func words(_ rawValue: String) -> String { PackDrop(rawValue: rawValue)?.words ?? rawValue }
}
