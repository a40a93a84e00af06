public import Foundation

extension POSIXError {
    /// The reason of the call that just failed.
    public static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
