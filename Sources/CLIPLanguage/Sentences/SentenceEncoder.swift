public import CLIPText
import Torch

/// Texts to vectors by a language model.
public final class SentenceEncoder {
    /// A text as ids, and how many of the last ones are pooled.
    public struct EncodedText: Sendable, Equatable {
        /// All ids.
        public var ids: [Int32]
        /// How many of the last ones make the vector.
        public var pooledCount: Int

        /// Describes a text.
        public init(ids: [Int32], pooledCount: Int) {
            self.ids = ids
            self.pooledCount = pooledCount
        }
    }

    /// The model.
    public let model: LanguageModel
    /// The tokenizer.
    public let tokenizer: ByteLevelTokenizer
    /// How texts become vectors.
    public let encoding: SentenceEncoding

    /// Width of the vectors.
    public var width: Int { model.configuration.width }

    /// Puts an encoder together.
    ///
    /// - Throws: ``LanguageModelError/frame(path:tokens:limit:)`` where what stands around a text leaves no token of its own.
    public init(model: LanguageModel, tokenizer: ByteLevelTokenizer, encoding: SentenceEncoding) throws {
        self.model = model
        self.tokenizer = tokenizer
        self.encoding = encoding
        try framing(instruction: nil).check(path: model.path)
    }

    /// The ids of a text: the wrapper's opening, the instruction, the text and the closing, tokenised as one; the text with the closing
    /// tokenised alone says how many of the last ones are pooled.
    ///
    /// A text that is too long loses whole words at its end, and where that does not help, tokens. A text without any token is the
    /// model's end token. At least one id is pooled.
    /// - Parameter instruction: Takes the place of the encoding's own.
    public func encode(_ text: String, instruction: String? = nil) -> EncodedText {
        framing(instruction: instruction).encode(text)
    }

    private func framing(instruction: String?) -> TextFraming {
        TextFraming(
            tokenizer: tokenizer,
            encoding: encoding,
            instruction: instruction ?? encoding.instruction,
            limit: tokenLimit,
            end: model.configuration.endTokens.first
        )
    }
}
