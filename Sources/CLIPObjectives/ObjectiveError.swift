public import Torch

/// An input that an objective cannot work with.
public enum ObjectiveError: Error, Equatable, CustomStringConvertible {
    /// A tensor of the wrong shape.
    case shape(_ what: String, found: [Int], expected: String)
    /// A tensor of the wrong type.
    case type(_ what: String, found: DType, expected: String)
    /// A parameter that the temperature rule needs and the model does not have.
    case missingParameter(_ name: String, available: [String])
    /// A metric that the objective does not report.
    case unknownMetric(_ name: String, available: [String])

    /// A sample that the state per sample has no record of.
    case unknownSample(ordinal: Int64, count: Int)
    /// An objective with state per sample that was given samples without ordinals.
    case noOrdinals
    /// A use of state per sample before it was opened.
    case statesNotOpen
    /// A savepoint of state per sample that has ended, or is of another store.
    case savepointEnded

    /// A setting that lies outside of its range.
    case setting(_ name: String, found: Double, expected: String)
    /// A network of normalizers that was asked before its first batch.
    case networkNotStarted
    /// A saved state that lacks a tensor.
    case missingState(_ name: String)

    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .shape(let what, let found, let expected):
            "\(what) have the shape \(found); expected \(expected)"
        case .type(let what, let found, let expected):
            "\(what) are \(found); expected \(expected)"
        case .missingParameter(let name, let available):
            "the objective needs the parameter \"\(name)\", but was given only: "
                + (available.isEmpty ? "none" : available.sorted().joined(separator: ", "))
        case .unknownSample(let ordinal, let count):
            "there is no state for sample \(ordinal): the state holds the samples 0 to \(count - 1); was it made for "
                + "another data set?"
        case .setting(let name, let found, let expected): "\(name) is \(found); it must be \(expected)"
        case .networkNotStarted: "the network of normalizers has no prototypes before its first batch"
        case .missingState(let name):
            "the saved state of the objective has no '\(name)'; was it saved with another objective?"
        case .noOrdinals:
            "this objective keeps state for each sample and was given samples without ordinals; it needs indexed data"
        case .statesNotOpen:
            "the state of samples is not open yet: open it, with RevertibleSampleStates.open, before the first batch"
        case .savepointEnded:
            "this savepoint of the state of samples has ended, or belongs to another store; make a new one before the trial"
        case .unknownMetric(let name, let available):
            "the objective reports no metric \"\(name)\", only: " + available.joined(separator: ", ")
        }
    }
}
