import CLIPLanguage
import CLIPText
import Foundation
import Testing

/// Models that are not run, and metadata that cannot be.
@Suite struct GGUFRefusalTests {
    private static func message(_ model: TinyGGUF) -> String {
        let error = #expect(throws: GGUFError.self) { try model.model() }
        return error?.description ?? ""
    }

    @Test func otherArchitecturesAreNamedWithTheList() throws {
        #expect(
            Self.message(try TinyGGUF("gemma3"))
                .hasSuffix("general.architecture is 'gemma3', expected one of: llama, qwen2")
        )
    }

    @Test(arguments: [
        ("block_count", "there is no key llama.block_count"),
        ("embedding_length", "there is no key llama.embedding_length"),
        ("feed_forward_length", "there is no key llama.feed_forward_length"),
        ("context_length", "there is no key llama.context_length"),
        ("attention.head_count", "there is no key llama.attention.head_count"),
        ("epsilon", "there is no key llama.attention.layer_norm_rms_epsilon"),
        ("embeddings", "there is no tensor 'token_embd.weight'"),
    ]) func missingPartsAreNamed(part: String, says: String) throws {
        #expect(Self.message(try TinyGGUF(without: [part])).contains(says))
    }

    @Test(arguments: [
        ("split.count", 3, "split.count is 3, expected one file: join the parts"),
        ("llama.expert_count", 8, "llama.expert_count is 8, expected 0"),
        (
            "llama.attention.value_length", 6,
            "llama.attention.value_length is 6, expected the width of a head, 4"
        ),
    ]) func whatIsNotRunIsNamed(key: String, value: Int, says: String) throws {
        var model = try TinyGGUF()
        model.bytes.add(key, value)
        #expect(Self.message(model).contains(says))
    }

    @Test func moreBlocksThanTensorsAreRefused() throws {
        var model = try TinyGGUF(without: ["block_count"])
        model.bytes.add("llama.block_count", 2_000_000_000)
        #expect(
            Self.message(model).contains("llama.block_count is 2000000000, expected at most 1, the number")
        )
    }

    @Test func valuesThatCannotBeAreNamed() throws {
        var model = try TinyGGUF(without: ["attention.head_count"])
        model.bytes.add("llama.attention.head_count", [Int32(2), 2])
        #expect(
            Self.message(model).contains(
                "llama.attention.head_count is a list of 2 elements of type 5, expected a whole number from 1 to"
            )
        )
        model = try TinyGGUF(without: ["epsilon"])
        model.bytes.add("llama.attention.layer_norm_rms_epsilon", Float.nan)
        #expect(Self.message(model).contains("layer_norm_rms_epsilon is nan, expected a positive number"))
        model = try TinyGGUF(without: ["attention.head_count_kv"])
        model.bytes.add("llama.attention.head_count_kv", 3)
        #expect(Self.message(model).contains("head_count_kv is 3, expected a divisor of 2 heads"))
        #expect(
            Self.message(try TinyGGUF(headWidth: 2)).contains("rope.dimension_count is 2, expected the width")
        )
        model = try TinyGGUF()
        model.bytes.add("tokenizer.ggml.tokens", ["a", "b", "c"])
        #expect(
            Self.message(model).contains(
                "the number of tokens is 3, expected 4, the rows of 'token_embd.weight'"
            )
        )
    }

    @Test(arguments: [
        "blk.1.attn_q.weight", "blk.0.attn_q_norm.weight", "blk.0.attn_q", "blk.00.attn_q.weight",
        "cls.weight",
    ])
    func foreignTensorsAreNamed(name: String) throws {
        var model = try TinyGGUF()
        model.bytes.addTensor(name, [1])
        #expect(Self.message(model).contains("the tensor '\(name)' is none of a plain decoder of 1 blocks"))
    }

    @Test func aProjectionToOtherHeadsIsAnError() throws {
        var file = try TinyGGUF()
        file.bytes.addTensor("blk.0.attn_q.weight", Array(repeating: 0, count: 48), rows: 6)
        let model = try file.model()
        let error = #expect(throws: GGUFError.self) {
            try model.tensor("model.layers.0.self_attn.q_proj.weight")
        }
        #expect(error?.description.contains("is [6, 8], expected 8 rows") ?? false)
    }

    @Test(arguments: [
        ("llama", "tokenizer.ggml.model is 'llama', expected 'gpt2'"),
        ("bert", "tokenizer.ggml.model is 'bert', expected 'gpt2'"),
    ]) func otherTokenizersAreNamed(kind: String, says: String) throws {
        var file = try TinyGGUF()
        file.bytes.add("tokenizer.ggml.model", kind)
        let model = try file.model()
        let error = #expect(throws: GGUFError.self) { try model.tokenizer() }
        #expect(error?.description.contains(says) ?? false)
    }

    @Test func incompleteTokenizersAreNamed() throws {
        var file = try TinyGGUF()
        #expect(Self.tokenizerMessage(file).contains("there is no key tokenizer.ggml.model"))
        file.bytes.add("tokenizer.ggml.model", "gpt2")
        #expect(Self.tokenizerMessage(file).contains("there is no key tokenizer.ggml.tokens"))
        file.bytes.add("tokenizer.ggml.tokens", ["a", "b", "c", "d"])
        #expect(Self.tokenizerMessage(file).contains("there is no key tokenizer.ggml.merges"))
        file.bytes.add("tokenizer.ggml.merges", [String]())
        file.bytes.add("tokenizer.ggml.token_type", [Int32(1)])
        #expect(
            Self.tokenizerMessage(file).contains("the length of tokenizer.ggml.token_type is 1, expected 4")
        )
    }

    @Test func aStartTokenMustBeThere() throws {
        var file = try TinyGGUF()
        file.bytes.add("tokenizer.ggml.model", "gpt2")
        file.bytes.add("tokenizer.ggml.tokens", ["a", "b", "c", "d"])
        file.bytes.add("tokenizer.ggml.merges", [String]())
        file.bytes.add("tokenizer.ggml.add_bos_token", true)
        #expect(Self.tokenizerMessage(file).contains("there is no key tokenizer.ggml.bos_token_id, which"))
        file.bytes.add("tokenizer.ggml.bos_token_id", 4)
        #expect(
            Self.tokenizerMessage(file).contains("bos_token_id is 4, expected a whole number from 0 to 3")
        )
    }

    private static func tokenizerMessage(_ file: TinyGGUF) -> String {
        let error = #expect(throws: GGUFError.self) { try file.model().tokenizer() }
        return error?.description ?? ""
    }
}
