import CLIPData
import Yams

/// The family of losses that a recipe names, with the family's own settings.
public struct ObjectiveKind: Sendable, Equatable {
    /// What the rest of a run asks about the loss.
    public let family: any ObjectiveFamily

    /// The value of `objective.kind`.
    public var name: String { family.name }

    /// Names a family.
    public init(_ family: some ObjectiveFamily) { self.family = family }

    /// The symmetric contrastive losses: CLIP, SogCLR, FastCLIP, NeuCLIP.
    public static let contrastive = ObjectiveKind(ContrastiveFamily())
    /// Each pair classified alone: SigLIP.
    public static let sigmoid = ObjectiveKind(SigmoidFamily())
    /// Pairs of captions of a language model: LLM2CLIP's first stage.
    public static let captionContrastive = ObjectiveKind(CaptionContrastiveFamily())

    /// Whether the families and their settings are equal.
    public static func == (first: ObjectiveKind, second: ObjectiveKind) -> Bool {
        func isEqual<Family: ObjectiveFamily>(_ family: Family) -> Bool {
            (second.family as? Family).map { $0 == family } ?? false
        }
        return isEqual(first.family)
    }
}

/// The losses that a recipe may name.
public struct ObjectiveKinds: Sendable, ExpressibleByArrayLiteral {
    /// The kinds, in the order in which messages list them.
    public var all: [ObjectiveKind]

    /// The losses that come with the package.
    public static let standard: ObjectiveKinds = [.contrastive, .sigmoid, .captionContrastive]

    /// Makes a list of kinds.
    public init(arrayLiteral kinds: ObjectiveKind...) { all = kinds }

    /// The same and one more; of two with one name, the later counts.
    public func adding(_ family: some ObjectiveFamily) -> ObjectiveKinds {
        var kinds = self
        kinds.all.removeAll { $0.name == family.name }
        kinds.all.append(ObjectiveKind(family))
        return kinds
    }

    /// The kind of a name.
    public subscript(name: String) -> ObjectiveKind? { all.first { $0.name == name } }

    /// What may be written.
    var expectation: String { all.map { "`\($0.name)`" }.joined(separator: " or ") }
}

extension ObjectiveKind: RecipeValue {
    static var expectation: String { ObjectiveKinds.standard.expectation }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> ObjectiveKind? {
        let kinds = decoder.objectives
        guard case .scalar(let scalar) = node else {
            decoder.wrongType(node, expected: kinds.expectation, at: path)
            return nil
        }
        if let kind = kinds[scalar.string] { return kind }
        let near = Spelling.nearest(to: scalar.string, among: kinds.all.map(\.name))
        let hint = near.map { " (did you mean `\($0)`?)" } ?? ""
        decoder.wrongType(node, expected: kinds.expectation + hint, at: path)
        return nil
    }

    var node: Node { .text(name) }
}

extension ObjectiveKind {
    /// The family's own settings; nil where it has none.
    private var configured: (any ConfiguredObjectiveFamily)? { family as? any ConfiguredObjectiveFamily }

    /// The section of the family's own settings.
    var ownNode: Node? { configured?.node }

    /// The kind with the settings of its own section; nil where it has none, or they cannot be read.
    func decodingOwn(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> ObjectiveKind? {
        func read<Family: ConfiguredObjectiveFamily>(_ family: Family) -> ObjectiveKind? {
            Family.decode(node, at: path, decoder).map { ObjectiveKind($0) }
        }
        return configured.flatMap { read($0) }
    }

    /// What is wrong with the family's own settings.
    func ownProblems(at path: String) -> [RecipeProblem] { configured?.problems(at: path) ?? [] }
    /// Own settings without effect.
    func ownWarnings(at path: String) -> [RecipeWarning] { configured?.warnings(at: path) ?? [] }
    /// Whether the family has settings of its own.
    var hasSettings: Bool { configured != nil }
}
