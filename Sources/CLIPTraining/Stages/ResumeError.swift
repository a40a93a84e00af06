/// A run that does not go on as it was, unless that is asked for by name.
public enum ResumeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The run's recipe was edited, and decides otherwise which samples come.
    case edited(recipe: String, step: Int, [RunChange])
    /// The data does not hold the samples that the run began with.
    case otherSamples(key: String, source: String, step: Int, found: Int, expected: Int, isGrown: Bool)
    /// The optimizer is another, for which the run's moments mean nothing.
    case otherOptimizer(run: String, old: String, new: String)
    /// Values that say how a run starts were asked for in one that has begun; `next` is the stage that could still take them.
    case settledAtStart(run: String, step: Int, [RunChange], next: Int? = nil)
    /// The recipe names another architecture than the run's.
    case otherModel(run: String, old: String?, new: String, differences: [String])
    /// The language model is not the one whose adapter the run trains.
    case otherLanguage(run: String, language: String, found: String, expected: String)
    /// The loss remembers something else than the run's did.
    case otherMemory(run: String, old: String, new: String)

    /// What was found, what it means, and what to do.
    public var description: String {
        switch self {
        case .edited(let recipe, let step, let changes):
            let lines = changes.map { change in
                "\(change.key) is \(change.new), and the run trained with \(change.old) up to step \(step): \(change.meaning). "
                    + "To go on so, give --set '\(change.key)=\(change.new)'"
            }
            return
                "\(recipe) was edited, and says something else than the run's checkpoint of what the run sees: "
                + lines.joined(separator: "; ") + "; otherwise put the old value back"
        case .otherSamples(let key, let source, let step, let found, let expected, let isGrown):
            let difference =
                isGrown
                ? "\(found) samples now, of which the first \(expected) are those that the run began with"
                : "\(found) samples now, which are not the \(expected) that the run began with (names and keys tell samples apart)"
            return
                "the data (\(key)) has \(difference): "
                + (found == expected
                    ? "each place in the order" : "an epoch has another length, and each place in its order")
                + " is another sample's from step \(step) on. "
                + "To go on with it, name it: --set '\(key)=\(source)'; otherwise name data with the samples of the run"
        case .otherOptimizer(let run, let old, let new):
            return
                "optimizer.kind is \(new), and the run trained with \(old), whose moments a run keeps. Put \(old) back; or add a "
                + "stage with `carry: {optimizer: reset}`, or start a new run from these weights: model.initialize=\(run)"
        case .settledAtStart(let run, let step, let changes, let next):
            let keys = changes.map(\.key).joined(separator: " and ")
            let isOne = changes.count == 1
            let settings = changes.map { "--set '\($0.key)=\($0.new)'" }.joined(separator: " ")
            let weights =
                changes.contains { $0.key == "model.initialize" }
                ? "" : "; model.initialize=\(run) there takes the weights of this one"
            let later = next.map { next in
                let settings = changes.map { "--set 'stages.\(next).\($0.key)=\($0.new)'" }
                return
                    "; if the stage that follows is to have \(isOne ? "it" : "them"), give \(settings.joined(separator: " "))"
            }
            return
                "\(keys) \(isOne ? "says" : "say") how a run starts, and this one has trained \(step) steps: another value "
                + "would have no effect. Leave \(isOne ? "it" : "them") out\(later ?? ""); or start a new run, "
                + "clip train \(run)/recipe.yaml \(settings)\(weights)"
        case .otherModel(let run, let old, let new, let differences):
            return
                "the run trains another architecture than model.config, \(new): \(differences.joined(separator: ", ")). "
                + "A run keeps its architecture: leave model as it was\(old.map { " (\($0))" } ?? ""); or start a new run, "
                + "whose weights may come from this one: model.initialize=\(run)"
        case .otherLanguage(let run, let language, let found, let expected):
            return
                "the language model '\(language)' is not the one whose adapter the run '\(run)' trains: its fingerprint, over weights "
                + "and tokenizer, is \(found.prefix(12))… and not \(expected.prefix(12))…. Name that one with "
                + "--set model.language=PATH; or start a new run"
        case .otherMemory(let run, let old, let new):
            return
                "the loss of the run remembers \(old), and the loss that the recipe names now remembers \(new). Resume with "
                + "--fresh-state to forget what is known and start that anew, or start a new run from these weights: "
                + "model.initialize=\(run)"
        }
    }
}
