import CLIPLanguage
import CLIPText
import Foundation
import Torch

/// A model whose tokens are bytes, `hi`, and a few special ones, so that ids can be written down by hand.
enum ByteModel {
    static let opening: Int32 = 256
    static let closing: Int32 = 257
    static let end: Int32 = 258
    static let start: Int32 = 259
    static let hi: Int32 = 260

    static func tokenizer(startsTexts: Bool = false) throws -> ByteLevelTokenizer {
        // GPT-2's characters of bytes: printable ones stand for themselves, the others for U+0100 and following.
        let printable = Set(33...126).union(161...172).union(174...255)
        var next = 0x100
        var tokens = (0..<256).map { byte in
            if printable.contains(byte) { return String(UnicodeScalar(UInt8(byte))) }
            defer { next += 1 }
            return String(UnicodeScalar(UInt16(next))!)
        }
        tokens += ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|begin|>", "hi"]
        return try ByteLevelTokenizer(
            preset: "gpt-2",
            tokens: tokens,
            merges: ["h i"],
            special: [opening, closing, end, start],
            userDefined: [],
            start: startsTexts ? start : nil,
            end: nil
        )
    }

    static func source(contextLength: Int = 4096) throws -> TensorSource {
        let configuration = LanguageModelConfiguration(
            vocabularySize: 261,
            width: 16,
            layers: 2,
            heads: 4,
            keyValueHeads: 2,
            hiddenWidth: 24,
            contextLength: contextLength,
            endTokens: [end]
        )
        let generator = try RandomGenerator(seed: 5)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in [
            ("embed_tokens", [261, 16]), ("self_attn.q_proj", [16, 16]), ("self_attn.k_proj", [8, 16]),
            ("self_attn.v_proj", [8, 16]), ("self_attn.o_proj", [16, 16]), ("mlp.gate_proj", [24, 16]),
            ("mlp.up_proj", [24, 16]), ("mlp.down_proj", [16, 24]), ("input_layernorm", [16]),
            ("post_attention_layernorm", [16]), ("norm", [16]),
        ] {
            let isOfBlock = name.contains(".") || name.contains("layernorm")
            for prefix in isOfBlock ? ["model.layers.0", "model.layers.1"] : ["model"] {
                let tensor = try Tensor.empty(shape)
                try generator.fillNormal(tensor, mean: shape.count == 1 ? 1 : 0, deviation: 0.3)
                tensors["\(prefix).\(name).weight"] = tensor
            }
        }
        return TensorSource(configuration, tensors)
    }

    static func encoder(
        startsTexts: Bool = false,
        contextLength: Int = 4096,
        adapter: LowRankAdapter? = nil,
        _ change: (inout SentenceEncoding) -> Void = { _ in }
    ) throws -> SentenceEncoder {
        var encoding = SentenceEncoding()
        change(&encoding)
        return try SentenceEncoder(
            model: LanguageModel(source(contextLength: contextLength), adapter: adapter),
            tokenizer: tokenizer(startsTexts: startsTexts),
            encoding: encoding
        )
    }

    static func bytes(_ text: String) -> [Int32] { text.utf8.map { Int32($0) } }
}
