package import Torch
import TorchNN

/// What becomes of weights whose features have another width than the model's, or that have another text side.
public enum HeadTransfer: String, Sendable, CaseIterable {
    /// Such weights are refused.
    case refuse
    /// The image tower is taken, but for its projection where the width differs; that and another text side are those of a
    /// fresh model. The temperature is taken, too.
    case fresh
}

extension ModelConfiguration {
    /// Whether weights of the other could give this model's image tower all but its projection, though not the whole model:
    /// the width of the features or the text side differs.
    public func needsFreshHead(over other: ModelConfiguration) -> Bool {
        embeddingWidth != other.embeddingWidth || !hasTextSide(of: other)
    }

    /// The other with this one's text side and width of features: what its weights are once their head is fresh.
    package func givingHead(to other: ModelConfiguration) -> ModelConfiguration {
        var given = other
        (given.embeddingWidth, given.text) = (embeddingWidth, text(inPlaceOf: other))
        given.nestsTextParameters = nestsTextParameters
        return given
    }

    /// Whether both have one text side, which may have another number of positions: these can be changed to fit.
    private func hasTextSide(of other: ModelConfiguration) -> Bool {
        text(inPlaceOf: other).differences(from: other.text).isEmpty
    }

    /// The text side, with the other's number of positions where that is all that differs.
    private func text(inPlaceOf other: ModelConfiguration) -> any TextTowerConfiguration {
        guard text.kind.contextLength != nil, let length = other.text.kind.contextLength,
            let resized = try? text.resized(contextLength: length),
            resized.differences(from: other.text).isEmpty
        else { return text }
        return resized
    }

    /// The tensors of a model of another head, completed by those of a fresh model of this head.
    ///
    /// The image tower is that of the tensors, whatever its size: ``fitted(_:from:positions:seed:)`` changes it afterwards.
    /// - Parameters:
    ///   - other: The configuration of the tensors.
    ///   - seed: The seed of the fresh model. The same seed gives the same values.
    package func withFreshHead(_ tensors: [String: Tensor], from other: ModelConfiguration, seed: UInt64)
        throws
        -> [String: Tensor]
    {
        let change = try headChange(from: other)
        var kept = tensors
        for name in change.leftOut.map(\.name) { kept[name] = nil }
        let names = Set(change.fresh.map(\.name))
        let fresh = try CLIPModel(
            givingHead(to: other),
            parameters: ParameterStore(seed: seed, drawingOnly: names)
        ).parameters
        for name in names.sorted() { kept[name] = try fresh[name]?.detached() }
        return kept
    }

    /// Which tensors ``withFreshHead(_:from:seed:)`` leaves out, and which it adds.
    package func headChange(from other: ModelConfiguration) throws -> HeadChange {
        let old = try CLIPModel(other, parameters: ParameterStore(.unset))
        let new = try CLIPModel(givingHead(to: other), parameters: ParameterStore(.unset))
        // Two kinds of text sides may have a name in common, and mean two things by it.
        let keepsText =
            hasTextSide(of: other) && nestsTextParameters == other.nestsTextParameters
        func isKept(_ entry: ParameterStore.Entry, in model: CLIPModel) -> Bool {
            let isOfText =
                !entry.name.hasPrefix("\(Self.imagePath).") && old.objectiveParameters[entry.name] == nil
            return model.parameters[entry.name]?.shape == entry.tensor.shape && (keepsText || !isOfText)
        }
        let fresh = new.parameters.entries.filter { !isKept($0, in: old) }
        let leftOut = old.parameters.entries.filter { !isKept($0, in: new) }
        return HeadChange(
            leftOut: leftOut.map { .init(name: $0.name, count: $0.tensor.count) },
            fresh: fresh.map { .init(name: $0.name, count: $0.tensor.count) }
        )
    }
}

/// Tensors that a fresh head takes the place of, and those of the head.
package struct HeadChange: Equatable, Sendable {
    /// One tensor.
    package struct Entry: Equatable, Sendable {
        package var name: String
        /// Its number of values.
        package var count: Int
    }

    package var leftOut, fresh: [Entry]
}
