public import LocalFiles

/// What is wrong with a side file of captions, and what to do about it.
public enum CaptionFileError: Error, Equatable, CustomStringConvertible {
    /// Nothing lies under a path or pattern.
    case noFiles(pattern: String)
    /// One source names more files than a table can tell apart.
    case tooManyFiles(found: Int, limit: Int)
    /// A file is of no known format.
    case format(path: String, found: String)
    /// A row cannot be read.
    case row(path: String, line: Int, problem: String)
    /// No column, or more than one, is what a purpose needs, and no setting names one.
    case column(path: String, purpose: String, setting: String, expected: [String], found: [String])
    /// The first row of a file lacks columns that a setting names.
    case unknownColumns(path: String, setting: String, columns: [String], found: [String])
    /// No row of any file has columns that the setting `column` names.
    case unseenColumns(paths: [String], columns: [String], found: [String])
    /// A file holds no rows.
    case empty(path: String)
    /// Two rows give different texts for one key or URL.
    case repeated(join: CaptionJoin, value: String, first: String, second: String)
    /// A key or URL comes more often than the table allows.
    case tooMany(value: String, limit: Int, path: String, line: Int)
    /// The table of rows cannot be used where it stands.
    case table(path: String, reason: String)
    /// A later version made the table.
    case tableFormat(UnreadableFormat)
    /// A side file was changed while its table was made.
    case changed(path: String)
    /// Samples of different texts share a key, so that a row could belong to either.
    case ambiguous(key: String, first: String, second: String, keys: Int)
    /// No sample that was looked at has a row.
    case noMatch(path: String, join: CaptionJoin, examined: Int, row: String, sample: String?)

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .noFiles(let pattern):
            "No caption file in '\(pattern)'. Correct the path or pattern; it counts from the directory in which the command runs."
        case .tooManyFiles(let found, let limit):
            "A source names \(found) caption files, more than \(limit). Join them into fewer, or make several sources."
        case .format(let path, let found):
            "The caption file '\(path)' \(found); expected JSON lines (.jsonl), .csv or .tsv, not compressed."
        case .row(let path, let line, let problem):
            "Caption file '\(path)', line \(line): \(problem). Correct the file there."
        case .column(let path, let purpose, let setting, let expected, let found):
            """
            The caption file '\(path)' needs one column for \(purpose): expected \(Self.quoted(expected, " or ")), \
            found \(Self.quoted(found, ", ")). \(Self.meant(expected, found))Name it with `\(setting)`.
            """
        case .unknownColumns(let path, let setting, let columns, let found):
            """
            The first row of the caption file '\(path)' has no column \(Self.quoted(columns, " or ")), which \
            `\(setting)` names; found \(Self.quoted(found, ", ")). \(Self.meant(columns, found))Correct `\(setting)`.
            """
        case .unseenColumns(let paths, let columns, let found):
            """
            No row of '\(paths.first ?? "")'\(Self.others(paths.count - 1)) has the column \
            \(Self.quoted(columns, " or ")), which `column` names; found \(Self.quoted(found, ", ")). \
            \(Self.meant(columns, found))Correct `column`.
            """
        case .empty(let path):
            "The caption file '\(path)' holds no rows. Write it anew, or leave it out of the sources."
        case .repeated(let join, let value, let first, let second):
            """
            The \(join.rawValue) '\(Self.short(value))' has different texts in \(first) and \(second). \
            Remove one, or set `multi: true` to draw from both.
            """
        case .tooMany(let value, let limit, let path, let line):
            "Caption file '\(path)', line \(line): '\(Self.short(value))' comes more than \(limit) times; remove rows."
        case .table(let path, let reason):
            "The table of captions '\(path)' cannot be used: \(reason)."
        case .tableFormat(let error): error.description
        case .changed(let path):
            "The caption file '\(path)' was changed while its table was made. Start again when it is complete."
        case .ambiguous(let key, let first, let second, let keys):
            """
            Captions cannot be joined by key: '\(Self.short(key))' is a sample in '\(first)' and another in '\(second)'\
            \(keys > 1 ? ", and \(keys - 1) more keys of the caption file come twice" : ""). \
            Join by URL, or give each sample a key of its own.
            """
        case .noMatch(let path, let join, let examined, let row, let sample):
            """
            0 of \(CaptionCoverage.grouped(examined)) \(join == .key ? "keys" : "URLs") match the caption file '\(path)': \
            the file's first \(join.rawValue) is '\(Self.short(row))', the data's first \(join.rawValue) \
            \(sample.map { "is '\(Self.short($0))'" } ?? "is missing").\(Self.hint(join, row))
            """
        }
    }

    private static func quoted(_ names: [String], _ separator: String) -> String {
        if names.isEmpty { return "none" }
        let shown = names.prefix(20).map { "'\(short($0))'" }.joined(separator: separator)
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }

    private static func others(_ count: Int) -> String {
        count < 1 ? "" : count == 1 ? ", nor of the other file," : ", nor of the \(count) other files,"
    }

    private static func meant(_ expected: [String], _ found: [String]) -> String {
        let near = expected.lazy.compactMap { Spelling.nearest(to: $0, among: found) }.first
        guard let near, !expected.contains(near) else { return "" }
        return "Did you mean '\(short(near))'? "
    }

    private static func hint(_ join: CaptionJoin, _ row: String) -> String {
        switch (join, row.contains("://")) {
        case (.key, true): " Did you mean `join: url`?"
        case (.url, false): " Did you mean `join: key`?"
        default: " Check that both come from one data set."
        }
    }

    static func short(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "…" : text }
}
