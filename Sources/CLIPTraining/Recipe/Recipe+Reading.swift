import Foundation
import LocalFiles
import Yams

extension Recipe {
    /// Reads a recipe file, lays overrides over it and validates the result.
    ///
    /// Throws `RecipeError` with every problem found.
    ///
    /// - Parameters:
    ///   - overrides: As in ``init(yaml:name:overrides:objectives:report:)``.
    ///   - objectives: The losses that `objective.kind` may name.
    ///   - report: Told of each value that stays as it is although another preset was named, in one sentence.
    public init(
        contentsOf path: String,
        overrides: [String] = [],
        objectives: ObjectiveKinds = .standard,
        report: (String) -> Void = { _ in }
    ) throws {
        let text = try Self.text(of: path)
        try self.init(yaml: text, name: path, overrides: overrides, objectives: objectives, report: report)
    }

    /// Reads a recipe that a run wrote. Values of the run that no stage uses may be out of range there: earlier versions did
    /// not check them.
    package init(
        ofRun path: String,
        overrides: [String] = [],
        objectives: ObjectiveKinds = .standard,
        report: (String) -> Void = { _ in }
    ) throws {
        var reader = RecipeReader(
            try Self.compose(Self.text(of: path), name: path),
            name: path,
            objectives: objectives
        )
        reader.isOfRun = true
        try self.init(&reader, overrides, report)
    }

    private static func text(of path: String) throws -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            let reason = exists ? "\(path): \(SystemReason.text(of: error))." : "there is no file \(path)."
            throw RecipeError([RecipeProblem(.noFile(reason: reason), path: "")])
        }
        guard let text = String(data: data, encoding: .utf8) else {
            let reason = "\(path) is no UTF-8 text file; expected YAML."
            throw RecipeError([RecipeProblem(.unreadable(reason: reason), path: "")])
        }
        return text
    }

    /// Reads a recipe from YAML text, lays overrides over it and validates the result.
    ///
    /// Throws `RecipeError` with every problem found.
    ///
    /// - Parameters:
    ///   - name: What to call the text in messages.
    ///   - overrides: Texts of the form `optimizer.learningRate=1e-3`; values are YAML, later ones win. With another
    ///     `objective.preset`, values that the recipe has of its present one, or as defaults, follow the new one.
    ///   - objectives: The losses that `objective.kind` may name.
    ///   - report: Told of each value that stays as it is although another preset was named, in one sentence.
    public init(
        yaml: String,
        name: String = "recipe",
        overrides: [String] = [],
        objectives: ObjectiveKinds = .standard,
        report: (String) -> Void = { _ in }
    ) throws {
        var reader = RecipeReader(try Self.compose(yaml, name: name), name: name, objectives: objectives)
        try self.init(&reader, overrides, report)
    }

    private init(_ reader: inout RecipeReader, _ overrides: [String], _ report: (String) -> Void) throws {
        for text in overrides { reader.lay(text) }
        self = try reader.recipe()
        for notice in reader.notices { report(notice) }
    }

    /// Throws `RecipeError` with everything that is wrong with a recipe made or changed in a program.
    public func validate() throws {
        let problems = problems
        guard problems.isEmpty else { throw RecipeError(problems) }
    }

    /// Everything that is wrong with the values.
    public var problems: [RecipeProblem] { problems(at: "") }

    /// Settings that differ from their defaults and have no effect.
    public var warnings: [RecipeWarning] { warnings(at: "") }

    /// The whole recipe as YAML, with every default written out; reads back as an equal recipe.
    public var resolved: String {
        get throws { try Yams.serialize(node: node, width: -1, allowUnicode: true, sortKeys: false) }
    }

    private static func compose(_ yaml: String, name: String) throws -> Node {
        do {
            return try Yams.compose(yaml: yaml) ?? .null
        } catch {
            throw RecipeError([RecipeProblem(yaml: error, name: name)])
        }
    }
}

extension RecipeProblem {
    /// A syntax error of the YAML parser.
    init(yaml error: any Error, name: String) {
        var place: Mark?
        var reason = "\(error)"
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            place = mark
            reason = "not valid YAML: \(problem)."
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "`\($0)`" }
            place = context.mark
            reason = "\(keys.joined(separator: ", ")) is given more than once; keep one."
        default: break
        }
        let location = place.map { Location.file(name, line: $0.line, column: $0.column) }
        self.init(.unreadable(reason: reason), path: "", location: location)
    }

    /// Order in the file; problems without a place come last.
    func isWritten(before other: RecipeProblem) -> Bool {
        switch (location, other.location) {
        case (.file(_, let line, let column), .file(_, let otherLine, let otherColumn)):
            (line, column) < (otherLine, otherColumn)
        case (.file, _): true
        default: false
        }
    }
}
