/// Why features of captions cannot be made, merged, imported or exported.
public enum CaptionFeatureWorkError: Error, Equatable, CustomStringConvertible {
    /// A setting is out of its range.
    case setting(name: String, found: String, expected: String)
    /// Something lies where the file is to go.
    case exists(path: String)
    /// There is no folder for the file, or none that can be written to.
    case noFolder(path: String, folder: String)
    /// Another process writes the file.
    case inUse(path: String)
    /// The unfinished file was begun with other settings.
    case begunOtherwise(path: String, differences: [String])
    /// No sample has a text from any source.
    case noCaptions(sources: [String], samples: Int)
    /// No sample of the data comes after those that another file has.
    case nothingLater(first: Int, known: Int)
    /// The disk is too small for what will be written.
    case noSpace(path: String, needed: Int, free: Int)
    /// Features that are not finite, or too large for the type.
    case number(label: SampleLabel, source: String, value: Float, type: CaptionFeatureType)
    /// The model gave another count of numbers than texts need.
    case count(found: Int, expected: Int)
    /// A part is given twice.
    case repeatedPart(Int, first: String, second: String)
    /// A file is named twice.
    case repeatedFile(path: String)
    /// Parts of the work are missing.
    case missingParts([Int], of: Int)
    /// A file that is no part.
    case isWhole(path: String)

    /// One or two sentences for people.
    public var description: String {
        switch self {
        case .setting(let name, let found, let expected):
            "The \(name) is \(found); expected \(expected)."
        case .exists(let path):
            "'\(path)' is there already and is not overwritten; choose another place, or remove it first."
        case .noFolder(let path, let folder):
            "'\(path)' cannot be made: '\(folder)' is no folder that can be written to; make it first."
        case .inUse(let path):
            "Another process writes '\(path)'. Wait for it, or give each part a file of its own."
        case .begunOtherwise(let path, let differences):
            "'\(path)\(CaptionFeatureWork.rowsSuffix)' was begun by another work: "
                + "\(CaptionFeatureError.list(differences)). Finish that with its own settings, or remove it and "
                + "'\(path)\(CaptionFeatureWork.journalSuffix)' to start anew."
        case .noCaptions(let sources, let samples):
            "None of the \(CaptionCoverage.grouped(samples)) samples has a text from \(CaptionFeatureError.quoted(sources)). "
                + "Name the fields that hold captions; `clip data index` lists them."
        case .nothingLater(let first, let known):
            "The data has no sample after the first \(CaptionCoverage.grouped(first)), and its index knows "
                + "\(CaptionCoverage.grouped(known)): nothing is left to do. Name the data that came later."
        case .noSpace(let path, let needed, let free):
            "'\(path)' will take about \(Self.megabytes(needed)), and its disk has \(Self.megabytes(free)) free. "
                + "Free some, choose another place, or make float16."
        case .number(let label, let source, let value, let type):
            "The features of '\(label.key)' in '\(label.shard)', source '\(source)', hold \(value), which "
                + (value.isFinite
                    ? "\(type.rawValue) cannot; make them as float32."
                    : "is no finite number; look at the model.")
        case .count(let found, let expected):
            "The model gave \(found) numbers where \(expected) were asked for."
        case .repeatedPart(let part, let first, let second):
            "'\(first)' and '\(second)' are both part \(part). Name each part once."
        case .repeatedFile(let path):
            "'\(path)' is named twice. Name each part once."
        case .missingParts(let missing, let parts):
            "Of \(parts) parts, \(missing.count == 1 ? "part" : "parts") \(Self.listed(missing)) "
                + "\(missing.count == 1 ? "is" : "are") missing. Name all; what is not made yet is made with `--part I/\(parts)`."
        case .isWhole(let path):
            "'\(path)' is no part: it is whole already. Recipes take several files as a list."
        }
    }

    static func megabytes(_ bytes: Int) -> String {
        let megabytes = bytes / 1_000_000
        return megabytes < 1 ? "\(bytes) bytes" : "\(CaptionCoverage.grouped(megabytes)) MB"
    }

    static func listed(_ numbers: [Int]) -> String {
        numbers.prefix(20).map(String.init).joined(separator: ", ")
            + (numbers.count > 20 ? " and \(numbers.count - 20) more" : "")
    }
}
