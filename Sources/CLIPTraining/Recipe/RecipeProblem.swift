/// One thing that is wrong with a recipe, with the key it concerns and the place it was written at.
public struct RecipeProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: Equatable, Sendable {
        /// A key that no setting has; `nearest` is the full path of the most similar valid key.
        case unknownKey(nearest: String?, valid: [String])
        /// A value of another type than the setting takes.
        case wrongType(found: String, expected: String)
        /// A setting without a default that was not given.
        case missing(expected: String)
        /// A value of the right type that the setting cannot take.
        case invalidValue(found: String, expected: String)
        /// Values that are valid alone and not together.
        case conflict(reason: String)
        /// A recipe file that is not there, or that the system cannot read.
        case noFile(reason: String)
        /// A file or an override that cannot be read as YAML at all.
        case unreadable(reason: String)
    }

    /// Where the value was written.
    public enum Location: Equatable, Sendable {
        /// A place in a recipe file; lines and columns count from one.
        case file(String, line: Int, column: Int)
        /// An override given on the command line, as it was typed.
        case override(String)
    }

    /// The key path, such as `optimizer.learningRate` or `evaluate.0.data`; empty for the whole recipe.
    public var path: String
    /// Where the value was written; nil for a recipe made in a program, or a key that nobody wrote.
    public var location: Location?
    /// What is wrong.
    public var kind: Kind

    /// Makes a problem.
    public init(_ kind: Kind, path: String, location: Location? = nil) {
        self.kind = kind
        self.path = path
        self.location = location
    }

    /// One sentence or two for a person: place, key, what was found, what was expected, what to do.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        return place + sentence
    }

    private var sentence: String {
        let key = path.isEmpty ? "the recipe" : "`\(path)`"
        switch kind {
        case .unknownKey(let nearest, let valid):
            let hint = nearest.map { "; did you mean `\($0)`?" } ?? "."
            return "unknown key \(key)\(hint) Valid keys here: \(valid.joined(separator: ", "))."
        case .wrongType(let found, let expected):
            return "\(key): found \(found), expected \(expected)."
        case .missing(let expected):
            return "\(key) is missing; it has no default. Give \(expected)."
        case .invalidValue(let found, let expected):
            return "\(key) is \(found); it must be \(expected)."
        case .conflict(let reason):
            return "\(key): \(reason)"
        case .noFile(let reason), .unreadable(let reason):
            return "\(key) cannot be read: \(reason)"
        }
    }
}

extension RecipeProblem {
    /// The same problem under the path of a stage.
    func moved(into stage: Int) -> RecipeProblem {
        RecipeProblem(kind, path: "stages.\(stage)".appending(key: path), location: location)
    }
}

extension RecipeProblem.Location: CustomStringConvertible {
    /// `recipe.yaml:3:5`, or `--set key=value`.
    public var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .override(let text): "--set \(text)"
        }
    }
}

/// All problems of a recipe at once.
public struct RecipeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The problems, in the order in which they were written; never empty.
    public var problems: [RecipeProblem]

    /// Makes an error of one or more problems.
    public init(_ problems: [RecipeProblem]) {
        self.problems = problems
    }

    /// One line for each problem.
    public var description: String {
        let lines = problems.map(\.description)
        guard lines.count > 1 else { return lines.first ?? "" }
        return (["the recipe has \(lines.count) problems:"] + lines.map { "  " + $0 }).joined(separator: "\n")
    }
}

/// A setting that has no effect in this recipe.
public struct RecipeWarning: Equatable, Sendable, CustomStringConvertible {
    /// The key path of the setting.
    public var path: String
    /// Why it has no effect.
    public var reason: String

    /// Makes a warning.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// One sentence for a person.
    public var description: String { "`\(path)` has no effect: \(reason)" }
}
