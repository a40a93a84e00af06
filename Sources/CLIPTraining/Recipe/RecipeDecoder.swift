import Yams

/// Collects problems and places while a tree of settings is read.
final class RecipeDecoder {
    /// The losses that `objective.kind` may name.
    let objectives: ObjectiveKinds
    private let fileName: String
    private let overrides: [String: String]
    private var locations: [String: RecipeProblem.Location] = [:]
    private(set) var problems: [RecipeProblem] = []

    /// - Parameter overrides: The text of each command-line override by its key path.
    init(fileName: String, overrides: [String: String], objectives: ObjectiveKinds = .standard) {
        self.objectives = objectives
        self.fileName = fileName
        self.overrides = overrides
    }

    /// Remembers where a value was written.
    func note(_ node: Node, at path: String) {
        if let typed = overrideText(for: path) {
            locations[path] = .override(typed)
        } else if let mark = node.mark {
            locations[path] = .file(fileName, line: mark.line, column: mark.column)
        }
    }

    func report(_ kind: RecipeProblem.Kind, at path: String) {
        problems.append(located(RecipeProblem(kind, path: path)))
    }

    func wrongType(_ node: Node, expected: String, at path: String) {
        report(.wrongType(found: node.foundText, expected: expected), at: path)
    }

    /// Adds problems of values, except for keys that already have one.
    func add(_ more: [RecipeProblem]) {
        let known = Set(problems.map(\.path))
        problems += more.filter { !known.contains($0.path) }.map(located)
    }

    /// Gives a problem the place of its key, or of the nearest enclosing key that was written.
    func located(_ problem: RecipeProblem) -> RecipeProblem {
        var problem = problem
        var path = problem.path[...]
        while problem.location == nil {
            problem.location = locations[String(path)]
            guard let dot = path.lastIndex(of: ".") else { break }
            path = path[..<dot]
        }
        return problem
    }

    private func overrideText(for path: String) -> String? {
        var path = path[...]
        while true {
            if let typed = overrides[String(path)] { return typed }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }
}
