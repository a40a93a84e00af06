public import CLIPData

/// Why an evaluation cannot be done.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// An option is out of range.
    case option(name: String, found: String, expected: String)
    /// A file of a data set is missing or cannot be read.
    case file(path: String, reason: String, expected: String)
    /// A line of a data set's text file cannot be used.
    case line(path: String, number: Int, found: String, expected: String)
    /// A text file of a data set is not UTF-8.
    case encoding(path: String, line: Int, NotUTF8)
    /// A data set is meant for something else.
    case purpose(directory: String, found: String, expected: String)
    /// `nshards.txt` and the shards beside it do not agree.
    case shardCount(path: String, found: Int, expected: String)
    /// A sample's class label is not the number of a class.
    case label(sample: String, shard: String, found: String, classes: Int)
    /// An image file cannot be used.
    case image(path: String, reason: String)
    /// There is nothing to evaluate.
    case nothing(what: String, reason: String)
    /// The model's features are not numbers.
    case notFinite(what: String)
    /// The model takes embeddings of captions, and the evaluation has texts.
    case takesEmbeddings(width: Int)
    /// The language model makes vectors of another width than the model takes.
    case languageWidth(found: Int, expected: Int)

    /// What was found, where, and what was expected.
    public var description: String {
        switch self {
        case .option(let name, let found, let expected):
            "The \(name) is \(found); expected \(expected)."
        case .file(let path, let reason, let expected):
            "Cannot read '\(path)': \(reason). Expected \(expected)."
        case .line(let path, let number, let found, let expected):
            "Line \(number) of '\(path)' is \(found.isEmpty ? "empty" : "'\(found)'"); expected \(expected)."
        case .encoding(let path, let line, let error): "'\(path)', line \(line): \(error)."
        case .purpose(let directory, let found, let expected):
            "'\(directory)' says in dataset_type.txt that it is for \(found); expected \(expected)."
        case .shardCount(let path, let found, let expected):
            "'\(path)' says \(expected), but beside it there are \(found) .tar files. Fetch the missing "
                + "shards or correct the file."
        case .label(let sample, let shard, let found, let classes):
            "The .cls member of '\(sample)' in '\(shard)' is '\(found)'; expected a whole number from 0 to "
                + "\(classes - 1), because classnames.txt names \(classes) classes."
        case .image(let path, let reason): "Cannot use the image '\(path)': \(reason)"
        case .nothing(let what, let reason): "There are no \(what) to evaluate: \(reason)"
        case .takesEmbeddings(let width):
            "This model takes caption embeddings of width \(width), not text, and does not say which language model makes "
                + "them. Evaluate it with the embeddings of the texts by the language model that it was trained with, or "
                + "evaluate a model with a text tower; images can be embedded as they are."
        case .languageWidth(let found, let expected):
            "The language model makes vectors of \(found) numbers, and this model takes \(expected); it was trained with "
                + "another one."
        case .notFinite(let what):
            "The model's \(what) features are not finite numbers. The checkpoint is damaged, or its training "
                + "diverged; evaluate an earlier one."
        }
    }
}
