/// A GGUF file that cannot be read, or holds what this library does not run.
public struct GGUFError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let problem: Problem

    /// What can be wrong.
    public enum Problem: Error, Equatable, Sendable {
        /// The system refused an operation, with its own reason.
        case system(operation: String, reason: String)
        /// The file does not begin as GGUF files do.
        case magic(found: String)
        /// A version of the format that is not read.
        case version(String)
        /// The file ends inside of something.
        case truncated(part: String, offset: Int, needed: UInt64, left: Int)
        /// Text that is no UTF-8.
        case encoding(part: String, offset: Int)
        /// A value that the format does not allow at this place.
        case value(part: String, offset: Int, found: String, expected: String)
        /// A key or the name of a tensor that comes twice.
        case duplicate(part: String, offset: Int)
        /// A tensor's type is none that can be read.
        case type(tensor: String, found: UInt32)
        /// A shape that no tensor can have, or that does not fit its type.
        case shape(tensor: String, found: [UInt64], reason: String)
        /// A tensor's bytes do not lie where they can.
        case placement(tensor: String, reason: String)
        /// There is no such key or tensor.
        case missing(String)
        /// A key or tensor that says something which this library does not run.
        case unsupported(part: String, found: String, expected: String)
        /// No tokenizer can be made of what is there.
        case tokenizer(String)
        /// A key or tensor that contradicts another one.
        case contradiction(part: String, found: String, expected: String)
    }

    /// Creates an error about a file.
    public init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The file, what was found in it and what was expected.
    public var description: String { "\(path): \(problem)" }
}

extension GGUFError.Problem: CustomStringConvertible {
    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .system(let operation, let reason): "cannot \(operation): \(reason); expected a GGUF file"
        case .magic(let found): "it begins with \(found), expected 'GGUF': it is no GGUF file"
        case .version(let found): "it has version \(found) of GGUF; readable are 2 and 3, little-endian"
        case .truncated(let part, let offset, let needed, let left):
            "\(part) needs \(needed) bytes at byte \(offset), and \(left) are left; the file was cut off or is damaged, "
                + "so copy it again"
        case .encoding(let part, let offset): "\(part) at byte \(offset) is no UTF-8; the file is damaged"
        case .value(let part, let offset, let found, let expected):
            "\(part) at byte \(offset) is \(found), expected \(expected)"
        case .duplicate(let part, let offset): "\(part) comes a second time at byte \(offset)"
        case .type(let tensor, let found):
            "'\(tensor)' has type \(found)\(Self.knownTypes[found].map { " (\($0))" } ?? ""); readable are "
                + GGUFType.allCases.map(\.description).joined(separator: ", ")
                + ": take another quantization of the model"
        case .shape(let tensor, let found, let reason): "'\(tensor)' has shape \(found): \(reason)"
        case .placement(let tensor, let reason): "'\(tensor)' \(reason)"
        case .tokenizer(let reason): reason
        case .missing(let part): "there is no \(part); it is no complete language model"
        case .unsupported(let part, let found, let expected),
            .contradiction(let part, let found, let expected):
            "\(part) is \(found), expected \(expected)"
        }
    }

    /// Names of types that tools write and this library does not read; their sizes are of no use to it.
    private static let knownTypes: [UInt32: String] = [
        6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 20: "IQ4_NL", 23: "IQ4_XS",
        34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]
}
