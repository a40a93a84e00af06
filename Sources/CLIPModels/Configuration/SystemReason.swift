import Foundation

/// What the system says of a failed operation on a file.
enum SystemReason {
    /// The system's own words where it gave some.
    static func text(of error: any Error) -> String {
        let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let system, system.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(system.code)))
    }
}
