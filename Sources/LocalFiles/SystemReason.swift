import Foundation

/// Reads the system's reason out of an error.
public enum SystemReason {
    /// The error number that an error or one of its causes carries.
    public static func number(of error: any Error) -> Int32? {
        if let posix = error as? POSIXError { return posix.code.rawValue }
        let general = error as NSError
        if general.domain == NSPOSIXErrorDomain { return Int32(general.code) }
        if let cause = general.userInfo[NSUnderlyingErrorKey] as? any Error { return number(of: cause) }
        // Foundation's own words quote only the last part of a path, and call every file a document.
        return switch (error as? CocoaError)?.code {
        case .fileWriteOutOfSpace: ENOSPC
        case .fileReadNoPermission, .fileWriteNoPermission: EACCES
        case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
        case .fileWriteFileExists: EEXIST
        case .fileWriteVolumeReadOnly: EROFS
        default: nil
        }
    }

    /// Whether the disk, or the user's share of it, is full.
    ///
    /// Writers in other libraries wrap the system's message in errors of their own, so the text counts too.
    public static func isNoSpace(_ error: any Error) -> Bool {
        if let number = number(of: error) { return number == ENOSPC || number == EDQUOT }
        return "\(error)".contains(String(cString: strerror(ENOSPC)))
    }

    /// Whether a file would have become larger than this process may write, or the file system can hold.
    public static func isTooLarge(_ error: any Error) -> Bool {
        if let number = number(of: error) { return number == EFBIG }
        return "\(error)".contains(String(cString: strerror(EFBIG)))
    }

    /// A reason for a person.
    public static func text(of error: any Error) -> String {
        if let number = number(of: error) { return String(cString: strerror(number)) }
        if let cocoa = error as? CocoaError { return cocoa.localizedDescription }
        return "\(error)"
    }
}
