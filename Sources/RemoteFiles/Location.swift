public import Foundation

/// Where bytes come from: a local file, a web server, or a command's output.
public enum Location: Sendable, Hashable, CustomStringConvertible {
    /// A file of this machine.
    case file(String)
    /// An `http` or `https` address.
    case http(URL)
    /// What a command of `/bin/sh` prints.
    case pipe(String)

    /// Reads a path, a `file:`, `http:` or `https:` address, or `pipe:` and a command.
    ///
    /// - Throws: ``RemoteError/location(_:reason:)`` for an empty or malformed text and for other schemes.
    public init(_ text: String) throws {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { throw RemoteError.location(text, reason: "it is empty") }
        if let command = trimmed.removing(prefix: "pipe:") {
            let command = command.trimmingCharacters(in: .whitespaces)
            guard !command.isEmpty else {
                throw RemoteError.location(
                    text,
                    reason: "no command follows; write `pipe:` and a shell command"
                )
            }
            self = .pipe(command)
            return
        }
        guard let separator = trimmed.range(of: "://") else {
            self = .file(trimmed)
            return
        }
        let scheme = trimmed[..<separator.lowerBound].lowercased()
        guard scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }) else {
            self = .file(trimmed)
            return
        }
        let shown = Redaction.url(trimmed)
        switch scheme {
        case "file":
            guard let url = URL(string: trimmed), url.host(percentEncoded: false) ?? "" == "" else {
                throw RemoteError.location(
                    shown,
                    reason: "a file's address names no host; write `file:///path`"
                )
            }
            self = .file(url.path(percentEncoded: false))
        case "http", "https":
            guard let url = URL(string: trimmed), url.host(percentEncoded: false)?.isEmpty == false else {
                throw RemoteError.location(
                    shown,
                    reason:
                        "it is no valid address; write `https://host/path`, with blanks and the like as %20"
                )
            }
            self = .http(url)
        default:
            throw RemoteError.location(shown, reason: Self.advice(scheme: scheme, address: shown))
        }
    }

    /// Whether the name ends as those of gzip files do; the content's first bytes decide.
    ///
    /// A command is not judged by its text: it may unpack by itself.
    public var isNamedCompressed: Bool {
        let name: String
        switch self {
        case .file(let path): name = path.lowercased()
        case .http(let url): name = url.path(percentEncoded: false).lowercased()
        case .pipe: return false
        }
        return name.hasSuffix(".gz") || name.hasSuffix(".tgz")
    }

    /// For people: without passwords and the values of a query.
    public var description: String {
        switch self {
        case .file(let path): path
        case .http(let url): Redaction.url(url.absoluteString)
        case .pipe(let command): "pipe:" + Redaction.command(command)
        }
    }

    /// A text that names locations, or tries to, for people: a pattern, or what is no valid address. Without passwords and
    /// the values of a query, as ``description``.
    public static func redacted(_ text: String) -> String {
        if let command = text.removing(prefix: "pipe:") { return "pipe:" + Redaction.command(command) }
        return text.contains("://") ? Redaction.url(text) : text
    }

    /// What tells it from all others.
    var identity: String {
        switch self {
        case .file(let path): "file " + URL(fileURLWithPath: path).standardizedFileURL.path
        case .http(let url): "http " + Redaction.withoutUser(url.absoluteString)
        case .pipe(let command): "pipe " + command
        }
    }

    private static func advice(scheme: String, address: String) -> String {
        switch scheme {
        case "s3": "s3:// is read through a command; write `pipe:aws s3 cp \(address) -`"
        case "gs": "gs:// is read through a command; write `pipe:gcloud storage cat \(address)`"
        case "ftp", "sftp", "scp": "\(scheme):// is read through a command; write `pipe:curl -sSf \(address)`"
        case "hdfs": "hdfs:// is read through a command; write `pipe:hdfs dfs -cat \(address)`"
        default:
            "'\(scheme)://' is not read; expected a path, http://, https:// or `pipe:` and a command that prints the bytes"
        }
    }
}

extension StringProtocol {
    func removing(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
