import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why one try failed, where another one may do better.
struct TransferFailure: Error {
    let reason: String
    /// The seconds after which the server wants to be asked again.
    var retryAfter: Double?

    /// The errors of a client's request: those that may pass as this type, the others as ``RemoteError``.
    static func sorting(_ error: any Error, url: String) -> any Error {
        switch error {
        case is RemoteError, is TransferFailure: return error
        case let error as HTTPClientError:
            switch error {
            case .alreadyShutdown, .cancelled: return RemoteError.stopped
            case .redirectLimitReached: return RemoteError.answer(url: url, reason: "it redirects too often")
            case .redirectCycleDetected:
                return RemoteError.answer(url: url, reason: "it redirects in a circle")
            case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
                return TransferFailure(reason: "no connection within the time allowed")
            case .readTimeout: return TransferFailure(reason: "the server was silent for too long")
            case .remoteConnectionClosed: return TransferFailure(reason: "the server closed the connection")
            default: return TransferFailure(reason: "\(error)")
            }
        case let error as NIOConnectionError:
            if let cause = error.connectionErrors.first?.error as? IOError { return ofSystem(cause) }
            return TransferFailure(reason: "the host '\(error.host)' was not found")
        case let error as IOError: return ofSystem(error)
        case HTTPParserError.invalidEOFState:
            return TransferFailure(reason: "the server closed the connection half-way")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return RemoteError.certificate(url: url, problem: .otherNames)
        default:
            let text = "\(error)"
            if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
                return RemoteError.certificate(url: url, problem: .notTrusted)
            }
            return TransferFailure(reason: text)
        }
    }

    private static func ofSystem(_ error: IOError) -> TransferFailure {
        TransferFailure(reason: String(cString: strerror(error.errnoCode)).lowercased())
    }

    /// What a status means that is no success.
    static func status(_ head: HTTPResponseHead, url: String) -> any Error {
        let code = Int(head.status.code)
        switch code {
        case 408, 425, 429, 500, 502, 503, 504:
            return TransferFailure(
                reason: "the server answered \(code)",
                retryAfter: head.headers.first(name: "Retry-After").flatMap(Self.seconds)
            )
        case 401, 403: return RemoteError.forbidden(url: url, status: code)
        case 404, 410: return RemoteError.notFound(url: url, status: code)
        default: return RemoteError.status(url: url, status: code)
        }
    }

    /// The seconds of a Retry-After. A date counts from this machine's clock.
    private static func seconds(_ text: String) -> Double? {
        if let seconds = Double(text), seconds.isFinite { return max(seconds, 0) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text).map { max($0.timeIntervalSinceNow, 0) }
    }
}
