import Foundation

/// A change of what decides which samples a run sees: asked for by name, or found.
public struct RunChange: Equatable, Sendable {
    /// The key, as `--set` takes it.
    public var key: String
    /// What the run trained with, and what its recipe says now.
    public var old, new: String
    /// What going on with the new value means.
    public var meaning: String

    /// The change, for one who asked for it.
    func notice(step: Int) -> String {
        "\(key) is \(new) in place of \(old) from step \(step) on: \(meaning)"
    }

    /// The keys whose change is refused unless it is asked for, with what it means.
    private static let guarded: [(key: String, meaning: String)] = [
        (
            "seed",
            "order, crops and choice of captions are drawn anew, so that samples of this epoch may come twice or not at all, "
                + "and the run is not the one that either seed gives"
        ),
        (
            "batch",
            "the place in the data stays and an epoch has another number of steps; set optimizer.learningRate too if it "
                + "was meant for the old batch"
        ),
        ("data.shuffle", "the order is another, so that samples of this epoch may come twice or not at all"),
        ("data.window", "the order is another, so that samples of this epoch may come twice or not at all"),
        ("data.imageFields", "pictures of samples that have several may be others"),
        ("data.captions", "captions are chosen by other rules"),
    ]

    /// What differs between two recipes of one stage.
    static func between(_ old: Recipe, _ new: Recipe) -> [RunChange] {
        let (before, after) = (old.trainingNode, new.trainingNode)
        return guarded.compactMap { key, meaning in
            guard let was = before.value(at: key), let found = after.value(at: key), was != found else {
                return nil
            }
            let meaning = key == "batch" ? batchMeaning(old, new) ?? meaning : meaning
            return RunChange(key: key, old: was.inlineText, new: found.inlineText, meaning: meaning)
        }
            + weights(old, new)
    }

    /// What another batch means where the learning rate goes by the batch.
    private static func batchMeaning(_ old: Recipe, _ new: Recipe) -> String? {
        guard new.optimizer.learningRate.pairs != nil else { return nil }
        return
            "the place in the data stays, an epoch has another number of steps, and the learning rate follows the batch: its "
            + "peak is \(new.peakText) in place of \(old.peakText)"
    }

    private static func weights(_ old: Recipe, _ new: Recipe) -> [RunChange] {
        let (before, after) = (old.data.train, new.data.train)
        guard before.entries.map(\.weight) != after.entries.map(\.weight) else { return [] }
        let meaning = "sources are drawn in other shares, and the order is another"
        return [RunChange(key: "data.train", old: before.text, new: after.text, meaning: meaning)]
    }
}
