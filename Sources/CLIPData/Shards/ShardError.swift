public import LocalFiles
public import RemoteFiles

/// What is wrong with a list of shards, a shard or an index, and what to do about it.
public enum ShardError: Error, Equatable, CustomStringConvertible {
    /// A brace pattern stands for too many names.
    case patternTooLarge(pattern: String, limit: Int)
    /// A specification names nothing.
    case noShards(specification: String, reason: String)
    /// Shards that a specification names do not exist.
    case missing(specification: String, first: String, missing: Int, named: Int)
    /// Two entries of the list are the same file.
    case repeated(path: String)
    /// A file cannot be opened, read or written; `reason` is the system's.
    case file(path: String, action: String, reason: String)
    /// A tar file is damaged.
    case tar(TarError)
    /// The index holds nothing about some shards, or a shard is not what was indexed.
    case staleIndex(index: String, reason: String)
    /// The index file is not what was written.
    case damagedIndex(index: String, reason: String)
    /// Bytes could not be brought from a server, a command or a compressed file.
    case remote(RemoteError)
    /// The index was made by another version.
    case indexFormat(UnreadableFormat)
    /// The data has more kinds of fields than an index can number.
    case tooManySuffixes(limit: Int, last: String)
    /// A table or a list of objects cannot be understood.
    case listing(path: String, line: Int, problem: String, expected: String)
    /// A table has no column of a kind.
    case missingColumn(path: String, purpose: String, expected: [String], found: [String])
    /// Where an index is or was to be, there is another kind of file.
    case foreignIndex(path: String)
    /// No sample has any of the expected fields.
    case fields(expected: [String], purpose: String, found: [String: Int], samples: Int)

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .patternTooLarge(let pattern, let limit):
            "The pattern '\(ShardList.redacted(pattern))' stands for more than \(limit) names; split it or use a glob."
        case .noShards(let specification, let reason):
            "No data in '\(ShardList.redacted(specification))': \(reason)."
        case .missing(let specification, let first, _, _) where specification == first:
            "'\(first)' does not exist. Correct the path."
        case .missing(let specification, let first, let missing, let named):
            """
            Shard '\(first)' does not exist\(missing > 1 ? " (nor do \(missing - 1) of the others)" : ""); \
            '\(ShardList.redacted(specification))' names \(named). Correct the pattern or fetch the missing files.
            """
        case .repeated(let path):
            "Shard '\(ShardList.redacted(path))' is listed twice; each sample must come once per epoch."
        case .file(let path, let action, let reason):
            "Cannot \(action) '\(ShardList.redacted(path))': \(reason)."
        case .tar(let error): error.description
        case .staleIndex(let index, let reason):
            """
            The index '\(index)' does not fit the data: \(reason). Start again, or run `clip data index` on the data: \
            what changed is indexed anew, and samples that are still there keep their numbers.
            """
        case .damagedIndex(let index, let reason):
            """
            The index '\(index)' is damaged: \(reason). Run `clip data index --verify` on its data, which mends it and \
            keeps the samples' numbers where they can be read.
            """
        case .remote(let error): error.description
        case .indexFormat(let error): error.description
        case .tooManySuffixes(let limit, let last):
            """
            The data has more than \(limit) kinds of fields, of which '\(last)' is the last; keys with dots in them \
            may have been taken for suffixes. Rename the files.
            """
        case .listing(let path, let line, let problem, let expected):
            "'\(path)', line \(line): \(problem); expected \(expected)."
        case .missingColumn(let path, let purpose, let expected, let found):
            """
            '\(path)' has no column for \(purpose): expected one of \(expected.joined(separator: ", ")), found \
            \(found.prefix(12).map { "'\($0)'" }.joined(separator: ", ")). Name the column so in the first line; any name will do where just one cell of the first row is the path of a picture.
            """
        case .foreignIndex(let path):
            "'\(path)' is no index of shards, so it is not replaced; choose another path for the index, or move it away."
        case .fields(let expected, let purpose, let found, let samples):
            """
            No sample has \(purpose): expected \(expected.map { "'\($0)'" }.joined(separator: " or ")), \
            found \(Self.table(found)) in \(samples) samples. \
            \(DottedNames.hint(found, samples: samples) ?? Self.advice(purpose))
            """
        }
    }

    /// The purpose of image fields, for which other settings are named than for captions.
    static let imagePurpose = "an image"

    private static func advice(_ purpose: String) -> String {
        purpose == imagePurpose
            ? "Name the right field: in a recipe under data.imageFields, otherwise with --image-fields."
            : "Name the right field: in a recipe under data.captions, otherwise with --captions."
    }

    private static func table(_ found: [String: Int]) -> String {
        if found.isEmpty { return "no fields at all" }
        let sorted = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(12).map { "'\($0.key)' (\($0.value)×)" }.joined(separator: ", ")
        return sorted.count > 12 ? "\(shown) and \(sorted.count - 12) more" : shown
    }
}
