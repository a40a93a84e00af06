/// Texts that a model cannot take.
public enum TextInputError: Error, Equatable, CustomStringConvertible {
    /// The offsets do not rise from 0 to the number of ids.
    case offsets(ids: Int)
    /// A text without tokens.
    case empty(index: Int)
    /// A text with more tokens than the tower has positions.
    case tooLong(index: Int, count: Int, limit: Int)
    /// A token id outside of the vocabulary.
    case unknownToken(index: Int, id: Int, limit: Int)
    /// Token ids for a model that takes embeddings of this width.
    case tokensForEmbeddings(count: Int, width: Int)
    /// Embeddings of this shape for a model that takes token ids.
    case embeddingsForTokens(shape: [Int], contextLength: Int)
    /// Embeddings of another shape than `[N, width]`.
    case embeddingShape(found: [Int], width: Int)

    /// Which text, what is wrong with it, and what to do.
    public var description: String {
        switch self {
        case .offsets(let ids):
            "the offsets of the texts do not rise from 0 to the number of token ids, \(ids)"
        case .empty(let index):
            "text \(index) has no tokens; even an empty caption has its start and end tokens"
        case .tooLong(let index, let count, let limit):
            "text \(index) has \(count) tokens, and this model takes at most \(limit); cut texts to \(limit) tokens when "
                + "they are tokenized"
        case .unknownToken(let index, let id, let limit):
            "text \(index) has the token \(id), and this model's vocabulary has \(limit); is it another tokenizer's?"
        case .tokensForEmbeddings(let count, let width):
            "found \(count) texts as token ids, and this model takes caption embeddings of width \(width); give it the "
                + "embeddings of these texts by the language model that it was trained with"
        case .embeddingsForTokens(let shape, let contextLength):
            "found caption embeddings of shape \(shape), and this model takes token ids, at most \(contextLength) a "
                + "text; tokenize the texts, or configure a text side of the kind 'embeddings'"
        case .embeddingShape(let found, let width):
            "the caption embeddings have shape \(found), and this model takes [N, \(width)]; are they another language "
                + "model's?"
        }
    }
}
