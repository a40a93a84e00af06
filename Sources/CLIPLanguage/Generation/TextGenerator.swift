public import CLIPText
import Torch
import TorchNN

/// Continues texts with a language model that keeps keys and values of what it has read.
public final class TextGenerator {
    /// A text to continue.
    public struct Prompt: Sendable, Equatable {
        /// At least one id.
        public var ids: [Int32]
        /// The text's own number, which keys its draws: it is continued in the same way whatever texts are beside it.
        public var number: UInt64

        /// Describes a text.
        public init(ids: [Int32], number: UInt64) {
            self.ids = ids
            self.number = number
        }
    }

    /// The model.
    public let model: LanguageModel
    private let head: Tensor

    /// Takes a model with an output head.
    ///
    /// - Throws: ``LanguageModelError/missingTensor(path:tensor:expected:)`` for one without, such as an encoder's export.
    public init(model: LanguageModel) throws {
        self.model = model
        head = try withoutGradient { try model.outputHead().to(model.computeType) }
    }

    /// The new tokens of each prompt, without the one that ended it.
    ///
    /// All prompts are continued side by side; a text ends at one of `ends`, after `maximumNewTokens`, or where the model has no more
    /// positions.
    /// - Parameters:
    ///   - ends: Ids that end a text; the model's own where nil.
    ///   - beforeEachToken: Called before each pass, so that long work can be ended: what it throws is thrown.
    public func continuations(
        of prompts: [Prompt],
        maximumNewTokens: Int,
        sampling: TokenSampling = TokenSampling(),
        ends: Set<Int32>? = nil,
        beforeEachToken: () throws -> Void = {}
    ) throws -> [[Int32]] {
        guard !prompts.isEmpty, maximumNewTokens > 0 else { return prompts.map { _ in [] } }
        return try withoutGradient {
            let ends = ends ?? Set(model.configuration.endTokens)
            var texts = try GrowingTexts(prompts, maximumNewTokens: maximumNewTokens, model: model)
            try beforeEachToken()
            var states = try texts.begin(model)
            while true {
                let next = try tokens(states, texts.active.map { texts.key(of: $0) }, sampling)
                guard try texts.append(next, ends: ends, on: model.device) else { return texts.results }
                try beforeEachToken()
                states = try texts.advance(model)
            }
        }
    }

    /// The likeliest or drawn token of each row.
    private func tokens(
        _ states: Tensor,
        _ keys: [(text: UInt64, position: Int)],
        _ sampling: TokenSampling
    ) throws -> [Int32] {
        let logits = try states.to(head.dtype).linear(head, nil).to(.float32)
        if sampling.temperature <= 0 {
            return try logits.argmax(dim: 1).scalars(as: Int64.self).map { Int32($0) }
        }
        let values = try logits.scalars(as: Float.self)
        let count = logits.size(1)
        return keys.enumerated().map { row, key in
            sampling.token(values[row * count..<(row + 1) * count], text: key.text, position: key.position)
        }
    }
}

extension TextGenerator {
    /// Answers to texts, each a user's turn in the wrapper.
    ///
    /// - Parameter firstNumber: The first text's own number; the others follow.
    public func answers(
        to texts: [String],
        wrapper: SentenceEncoding.Wrapper,
        tokenizer: ByteLevelTokenizer,
        maximumNewTokens: Int,
        sampling: TokenSampling = TokenSampling(),
        firstNumber: UInt64 = 0,
        beforeEachToken: () throws -> Void = {}
    ) throws -> [String] {
        let prompts = texts.enumerated().map { number, text in
            let turn = wrapper.opening + wrapper.trimmed(text) + wrapper.closing + wrapper.answer
            return Prompt(
                ids: tokenizer.frame.start + tokenizer.encode(turn),
                number: firstNumber + UInt64(number)
            )
        }
        return try continuations(
            of: prompts,
            maximumNewTokens: maximumNewTokens,
            sampling: sampling,
            beforeEachToken: beforeEachToken
        )
        .map { tokenizer.decode($0) }
    }
}
