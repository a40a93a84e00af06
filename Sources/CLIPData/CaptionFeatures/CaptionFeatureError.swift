public import LocalFiles

/// What is wrong with features of captions, and what to do about it.
public enum CaptionFeatureError: Error, Equatable, CustomStringConvertible {
    /// Nothing lies under a path or pattern.
    case noFiles(pattern: String)
    /// Another kind of file.
    case foreign(path: String)
    /// A file that is still written, or whose writing ended early.
    case unfinished(path: String)
    /// A file whose bytes are not those that were written.
    case damaged(path: String, reason: String)
    /// A file of another version.
    case format(UnreadableFormat)
    /// Files that do not belong together.
    case differs(path: String, from: String, differences: [String])
    /// Features of the samples of another data set.
    case otherData(path: String, samples: Int, found: Int)
    /// A source of captions that no file has.
    case noSource(name: String, paths: [String], found: [String])
    /// Samples of the data that the files do not have.
    case uncovered(source: String, samples: Int, total: Int, paths: [String], rest: Rest)
    /// A caption that is another text than features were made of.
    case changed(source: String, path: String)
    /// A caption without features.
    case missing(source: String, path: String)

    /// Where features that files do not have are to come from.
    public enum Rest: Sendable, Hashable {
        /// The samples came after the files were made.
        case later
        /// Parts of the work are not named.
        case parts([Int], of: Int)
        /// The samples' shards were not among the data that the files were made of.
        case shards
    }

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .noFiles(let pattern):
            "There is no file of caption features '\(pattern)'. Correct the path, or make it with `clip embed captions`."
        case .foreign(let path):
            "'\(path)' is no file of caption features; expected one that `clip embed captions` wrote."
        case .unfinished(let path):
            "'\(path)' is not finished. Run the `clip embed captions` that began it again: it goes on where it stopped."
        case .damaged(let path, let reason):
            "The caption features '\(path)' are damaged: \(reason). Fetch the file again, or make it anew."
        case .format(let error): error.description
        case .differs(let path, let other, let differences):
            "'\(path)' does not belong to '\(other)': \(Self.list(differences)). Name the files of one work, "
                + "or make them again with the same settings."
        case .otherData(let path, let samples, let found):
            found < samples
                ? "The caption features '\(path)' are of \(grouped(samples)) samples, and the data's index knows "
                    + "\(grouped(found)). Name the data that they were made of, or make them anew with `clip embed captions`."
                : "The caption features '\(path)' are of other data: the first \(grouped(samples)) samples of its index are not "
                    + "those that they were made of. Name the same data with the same index, or make them anew with "
                    + "`clip embed captions`."
        case .noSource(let name, let paths, let found):
            "The caption features \(Self.files(paths)) have no source '\(name)'; they have \(Self.quoted(found)). "
                + "Name the recipe's sources so, or make them with `clip embed captions --sources \(name)=…`."
        case .uncovered(let source, let samples, let total, let paths, let rest):
            "\(grouped(samples)) of the data's \(grouped(total)) samples have no features for '\(source)' in "
                + "\(Self.files(paths)): " + Self.advice(rest, after: paths.last ?? "FILE")
        case .changed(let source, let path):
            "its text from '\(source)' is not the one that '\(path)' was made of; make the features anew with "
                + "`clip embed captions`, or put the text back"
        case .missing(let source, let path):
            "'\(path)' has no features of its text from '\(source)'; make them anew with `clip embed captions`"
        }
    }

    private static func advice(_ rest: Rest, after path: String) -> String {
        switch rest {
        case .later:
            "they came later. Make the rest with `clip embed captions --after \(path)`, and name both files."
        case .parts(let parts, let count):
            "of \(count) parts, \(parts.count == 1 ? "part" : "parts") \(CaptionFeatureWorkError.listed(parts)) "
                + "\(parts.count == 1 ? "is" : "are") missing. Name all; what is not made yet is made with `--part I/\(count)`."
        case .shards:
            "their shards were not among the data that was named then. Make features of those shards by the same index "
                + "with `clip embed captions`, and name both files."
        }
    }

    private func grouped(_ number: Int) -> String { CaptionCoverage.grouped(number) }

    static func list(_ phrases: [String]) -> String {
        phrases.isEmpty ? "it is another file" : "it has " + phrases.joined(separator: "; ")
    }

    static func quoted(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
    }

    private static func files(_ paths: [String]) -> String {
        "'\(paths.first ?? "")'" + (paths.count > 1 ? " and \(paths.count - 1) more" : "")
    }
}
