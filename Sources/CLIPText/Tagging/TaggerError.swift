public import Foundation

/// Why a tagger could not be made.
public enum TaggerError: Error, Equatable, CustomStringConvertible {
    /// The file could not be read.
    case unreadable(file: URL, reason: String)
    /// The file is not a tagger's weights.
    case malformed(file: URL, reason: String)

    /// What was found, where, what was expected and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "cannot read the tagger's weights from \(file.path): \(reason); `scripts/models tagger` fetches them"
        case .malformed(let file, let reason):
            "\(file.path) is not a tagger: \(reason); expected the JSON object of classes, tagdict and weights that "
                + "`scripts/models tagger` fetches"
        }
    }
}
