/// Why batches cannot be made.
public enum LoaderError: Error, CustomStringConvertible {
    /// A setting is out of range.
    case setting(name: String, found: String, expected: String)
    /// A caption policy makes no sense.
    case captionPolicy(String)
    /// Too many samples are bad.
    case tooManyFaults(bad: Int, read: Int, limit: Double, table: FaultTable)
    /// A position's sample and all its replacements are bad.
    case noReplacement(position: Int, attempts: Int, table: FaultTable)
    /// Embeddings of captions cannot be read, or are not what they say.
    case embeddings(label: SampleLabel, reason: String)
    /// No thread can be started.
    case threads(reason: String)
    /// The loader was shut down while, or before, a batch was asked for.
    case stopped

    /// One or two sentences for people, and the table of faults.
    public var description: String {
        switch self {
        case .setting(let name, let found, let expected):
            "The loader's \(name) is \(found); expected \(expected)."
        case .captionPolicy(let reason): "The caption policy cannot be used: \(reason)."
        case .tooManyFaults(let bad, let read, let limit, let table):
            """
            \(bad) of \(read) samples are bad, more than the allowed share of \(limit). \
            Repair the data; for training, data.maximumBadSampleRate in the recipe allows more.
            \(table)
            """
        case .noReplacement(let position, let attempts, let table):
            """
            The sample at position \(position) and \(attempts) replacements are all bad. \
            Check the data and the names of its fields.
            \(table)
            """
        case .embeddings(let label, let reason):
            "The embedding of a caption of '\(label.key)' in '\(label.shard)' cannot be used: \(reason)."
        case .threads(let reason):
            "No thread can be started for reading data: \(reason). Look at the limits on processes and memory (ulimit -u, -v)."
        case .stopped: "The loader was shut down."
        }
    }
}
