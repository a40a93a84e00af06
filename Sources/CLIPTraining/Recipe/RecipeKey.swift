import CLIPData
import Foundation

/// What the documentation says about one key of a recipe.
public struct RecipeKey: Equatable, Sendable {
    /// The key path, such as `optimizer.learningRate`; `N` stands for a place in a list, or a name.
    public var path: String
    /// What may be written there.
    public var expectation: String
    /// What a value of the right type has to satisfy; nil where any will do.
    public var rule: String?
    /// The default as YAML; nil for a key that must be given.
    public var defaultText: String?
    /// What the key does.
    public var meaning: String
    /// What other tools call it.
    var aliases: [String]
    /// Whether the key holds further keys.
    public var isSection: Bool

    /// Whether the key must be given.
    public var isRequired: Bool { defaultText == nil }
    /// Whether it lies in a section that may be absent, and is needed only there.
    var isInOptionalSection = false

    /// What may be written there, in few words.
    var shortExpectation: String {
        if isSection, path != "data.captions.sources" {
            return path == "evaluate" ? "list of sections" : "section"
        }
        let kind = expectation.components(separatedBy: " with its unit")[0]
        return rule.map { "\(kind); \($0)" } ?? kind
    }
}

extension Recipe {
    /// Every key of a recipe, in order, made from the declarations that the reader uses.
    public static var reference: [RecipeKey] { reference(at: "") }

    /// The reference as a Markdown table.
    public static var referenceTable: String {
        let shown = ["ema", "evaluate", "data.captions.sources"]
        let rows = reference.filter { !$0.isSection || shown.contains($0.path) }
        let lines = rows.map { key in
            let standard = key.defaultText.map { "`\($0)`" } ?? "**required**"
            return "| `\(key.path)` | \(key.shortExpectation) | \(standard) | \(key.meaning) |"
        }
        return (["| key | value | default | meaning |", "|---|---|---|---|"] + lines)
            .joined(separator: "\n") + "\n"
    }

    /// The full path of a key of this very name in any section.
    static func sameKeyElsewhere(as name: String) -> String? {
        let found = reference.filter { key in
            !key.path.contains(".N")
                && Spelling.isSame(String(key.path.split(separator: ".").last ?? ""), name)
        }
        // Of two, the one that always has a value is meant more often.
        return (found.first { $0.defaultText != "null" } ?? found.first)?.path
    }

    /// The full path of a key of this name, or a similar one, anywhere in a recipe.
    static func nearestKeyElsewhere(to name: String) -> String? {
        let keys = reference.filter { !$0.path.contains(".N") }
        if let known = keys.first(where: { $0.aliases.contains(name) }) { return known.path }
        let leaf = { (key: RecipeKey) in String(key.path.split(separator: ".").last ?? "") }
        guard let near = Spelling.nearest(to: name, among: keys.map(leaf)) else { return nil }
        return keys.first { leaf($0) == near }?.path
    }
}
