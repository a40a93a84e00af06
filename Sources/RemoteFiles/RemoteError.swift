/// Why bytes could not be brought here, and what to do about it.
///
/// Addresses are without user, password and the values of a query.
public enum RemoteError: Error, Equatable, CustomStringConvertible {
    /// A text names no place that can be read.
    case location(String, reason: String)
    /// A setting is out of range; the name is its key in a recipe, or that of its type and property where recipes have
    /// none.
    case setting(name: String, found: String, expected: String)
    /// A server could not be reached, or kept failing; `waited` is in seconds.
    case unreachable(url: String, reason: String, tries: Int, waited: Double)
    /// The server wants credentials that it did not get (401, 403).
    case forbidden(url: String, status: Int)
    /// The server has no such file (404, 410).
    case notFound(url: String, status: Int)
    /// The server has no bytes there (416).
    case rangeNotSatisfiable(url: String, range: Range<Int>)
    /// Another status that is no answer.
    case status(url: String, status: Int)
    /// The server's certificate was refused.
    case certificate(url: String, problem: CertificateProblem)
    /// An answer that cannot be used, as a redirect in a circle.
    case answer(url: String, reason: String)
    /// Other bytes came than those asked for.
    case wrongRange(url: String, asked: Range<Int>, found: String)
    /// The server sends whole files only.
    case noRanges(url: String)
    /// The file is another one than before.
    case changed(url: String, before: String, now: String)
    /// A range reaches outside the file.
    case outside(source: String, range: Range<Int>, byteCount: Int)
    /// A command failed; `messages` are its last lines.
    case command(String, outcome: String, messages: String)
    /// A gzip file is damaged; `offset` counts packed bytes.
    case gzip(source: String, problem: GzipProblem, offset: Int)
    /// More bytes than a setting allows, which is named by its key in a recipe.
    case tooLarge(source: String, limit: Int, setting: String)
    /// Nothing in the cache's folder can be removed to make room.
    case cacheFull(directory: String, needed: Int, limit: Int)
    /// A file of this machine cannot be used; `reason` is the system's.
    case file(path: String, action: String, reason: String)
    /// It was shut down meanwhile.
    case stopped

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .location(let text, let reason):
            "Cannot read from '\(text)': \(reason)."
        case .setting(let name, let found, let expected):
            "\(SettingPlace.text(name)): found \(found), expected \(expected)."
        case .unreachable(let url, let reason, let tries, let waited):
            """
            Cannot read \(url): \(reason) (tried \(tries) time\(tries == 1 ? "" : "s"), \
            waited \(Int(waited.rounded())) s in between). \
            Check the network and the server, or raise `data.remote.tries`, `data.remote.connectTimeout` or \
            `data.remote.idleTimeout` in a recipe.
            """
        case .forbidden(let url, let status):
            """
            \(url) needs other credentials: the server answered \(status) (tried once). \
            Put user and password into the address, or use `pipe:` and a command that sends them.
            """
        case .notFound(let url, let status):
            "\(url) does not exist: the server answered \(status) (tried once). Correct the address."
        case .rangeNotSatisfiable(let url, let range):
            """
            \(url) has no bytes \(range.lowerBound) to \(range.upperBound - 1): the server answered 416. \
            The file was shortened since its size was asked for; start again with the new file.
            """
        case .status(let url, let status):
            "Cannot read \(url): the server answered \(status) (tried once). Open the address in a browser to see why."
        case .certificate(let url, let problem):
            "\(url) was not read, for the certificate of its server is no good: \(problem.rawValue). \(problem.advice)"
        case .answer(let url, let reason):
            "The answer for \(url) cannot be used: \(reason). Check the address and the server."
        case .wrongRange(let url, let asked, let found):
            """
            The server sent other bytes of \(url) than asked for: expected bytes \
            \(asked.lowerBound)-\(asked.upperBound - 1), found \(found). \
            A proxy in between may be at fault; download the file whole.
            """
        case .noRanges(let url):
            "The server of \(url) sends whole files only. Download the file whole."
        case .changed(let url, let before, let now):
            """
            \(url) was changed while it was in use: it was \(before), now it is \(now). \
            Start again, which reads the new one, and do not replace files during a run.
            """
        case .outside(let source, let range, let byteCount):
            """
            Bytes \(range.lowerBound) to \(range.upperBound) reach outside \(source), which has \(byteCount). \
            Its index belongs to another file; make it anew.
            """
        case .command(let command, let outcome, let messages):
            "The command `\(command)` \(outcome)."
                + (messages.isEmpty ? " It printed no message." : " Its last messages:\n\(messages)")
        case .gzip(let source, let problem, let offset):
            "\(source), packed byte \(offset): \(problem.rawValue). Fetch or make the file anew."
        case .tooLarge(let source, let limit, let setting):
            """
            \(source) is larger than the \(limit) bytes that are allowed. \
            Split the file, or raise \(SettingPlace.text(setting)).
            """
        case .cacheFull(let directory, let needed, let limit):
            """
            The cache in \(directory) has no room for \(needed) more bytes: all of its \(limit) bytes are in use. \
            Raise \(SettingPlace.text("data.cache.limit")).
            """
        case .file(let path, let action, let reason):
            "Cannot \(action) '\(path)': \(reason)."
        case .stopped: "Reading was shut down."
        }
    }
}

/// What is wrong with a gzip file.
public enum GzipProblem: String, Sendable {
    /// It starts with other bytes than a gzip file does.
    case notGzip = "the name says gzip, but the content is none"
    /// It ends too early.
    case truncated = "the gzip file ends too early"
    /// The packed bytes make no sense.
    case damaged = "the packed bytes are damaged"
    /// A checksum is wrong.
    case checksum = "the checksum of the unpacked bytes is wrong"
    /// Something else follows.
    case trailing = "bytes that are no gzip follow the end"
}
