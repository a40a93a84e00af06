import Foundation
import LocalFiles

extension RemoteError {
    /// Runs a call on a local file and says what it was to do where it fails.
    static func local<Result>(_ path: String, _ action: String, _ body: () throws -> Result) throws -> Result
    {
        do {
            return try body()
        } catch let error as RemoteError {
            throw error
        } catch {
            throw RemoteError.file(path: path, action: action, reason: SystemReason.text(of: error))
        }
    }
}
