import Foundation

extension POSIXError {
    /// The reason of the call that just failed.
    static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
