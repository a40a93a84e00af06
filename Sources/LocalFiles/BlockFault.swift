package import Foundation

/// Why bytes of a file with checksums cannot be had.
package enum BlockFault: Error, CustomStringConvertible {
    /// Bytes are not those that were written.
    case damaged(Range<Int>)
    /// The file ends before these bytes.
    case cut(at: Int)
    /// The system's reason.
    case system(POSIXError)

    /// What is wrong, as part of a sentence.
    package var description: String {
        switch self {
        case .damaged(let range):
            "its bytes \(range.lowerBound) to \(range.upperBound - 1) do not have their checksum"
        case .cut(let offset): "it was cut off before byte \(offset)"
        case .system(let error): "it cannot be read (\(SystemReason.text(of: error)))"
        }
    }
}
