/// A safetensors file that cannot be read or written.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let problem: Problem

    /// What can be wrong.
    public enum Problem: Error, Equatable, Sendable {
        /// The system refused an operation, with its own reason.
        case system(operation: String, reason: String)
        /// The file ends before what its start promises.
        case truncated(found: Int, expected: Int)
        /// The header cannot be this long.
        case headerLength(found: UInt64, limit: Int)
        /// The header is not the JSON that the format asks for.
        case header(offset: Int, expected: String)
        /// A name comes twice.
        case duplicate(String)
        /// A tensor's type is none that this library holds.
        case type(tensor: String, found: String)
        /// A tensor's bytes are not as many as its shape and type need.
        case size(tensor: String, shape: [Int], type: String, found: Int)
        /// A tensor's bytes overlap its neighbour's, leave a gap, or lie outside of the file.
        case offsets(tensor: String, found: [Int], expectedStart: Int, dataLength: Int)
        /// Bytes follow the last tensor.
        case trailing(count: Int)
        /// There is no tensor of this name.
        case missing(tensor: String, names: [String])
    }

    /// Creates an error about a file.
    public init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The file, what was found in it and what was expected.
    public var description: String { "\(path): \(problem)" }
}

extension SafetensorsError.Problem: CustomStringConvertible {
    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .system(let operation, let reason): "cannot \(operation): \(reason)"
        case .truncated(let found, let expected):
            "the file has \(found) bytes and its header asks for \(expected); it was cut off, so copy it again"
        case .headerLength(let found, let limit):
            "the first 8 bytes announce a header of \(found) bytes; expected 2 to \(limit); "
                + "is it a safetensors file?"
        case .header(let offset, let expected):
            "the header is no safetensors JSON: expected \(expected) at byte \(offset) of the file"
        case .duplicate(let name): "the header names '\(name)' twice"
        case .type(let tensor, let found):
            "'\(tensor)' has type '\(found)'; readable are "
                + SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
        case .size(let tensor, let shape, let type, let found):
            "'\(tensor)' has \(found) bytes, which do not hold shape \(shape) of \(type)"
        case .offsets(let tensor, let found, let start, let length):
            "'\(tensor)' claims bytes \(found) of \(length) data bytes, and must start at \(start) where its "
                + "neighbour ends"
        case .trailing(let count):
            "\(count) bytes follow the last tensor; the header does not belong to the data"
        case .missing(let tensor, let names):
            "there is no tensor '\(tensor)'; there are \(names.count): "
                + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        }
    }
}
