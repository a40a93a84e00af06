public import Torch

/// Texts as a model takes them.
public enum TextInput {
    /// Token ids.
    case tokens(TokenSequences)
    /// Features of another model, for example of a language model, float `[N, d]`: one row a text.
    case embeddings(Tensor)

    /// The number of texts.
    public var count: Int {
        switch self {
        case .tokens(let texts): texts.count
        case .embeddings(let rows): rows.rank == 0 ? 0 : rows.size(0)
        }
    }

    /// Some of the texts, which follow each other.
    public func slice(_ texts: Range<Int>) throws -> TextInput {
        switch self {
        case .tokens(let all): .tokens(all.slice(texts))
        case .embeddings(let rows): .embeddings(try rows.slice(texts))
        }
    }
}

/// In which form a model takes texts.
public enum TextKind: Sendable, Hashable {
    /// Token ids, at most `contextLength` per text.
    case tokens(contextLength: Int)
    /// Embeddings of captions that another model computed, of this width.
    case embeddings(width: Int)

    /// The smallest context length that leaves a text a token between its start and its end.
    package static let shortestContext = 3

    /// The largest number of tokens a text; nil for a model of embeddings.
    public var contextLength: Int? {
        if case .tokens(let contextLength) = self { contextLength } else { nil }
    }
}
