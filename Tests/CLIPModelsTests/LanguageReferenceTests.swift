import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// The language model that a checkpoint names: opened, missed, exchanged, and copied beside the checkpoint.
@Suite struct LanguageReferenceTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: Self.gguf.path, toPath: folder.path("tiny.gguf"))
    }

    /// A language model of width 32 whose tokens are bytes.
    private static var gguf: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf")
    }

    private func encoder(_ adapter: LowRankAdapter? = nil) throws -> SentenceEncoder {
        let source = try LanguageModels.open(folder.path("tiny.gguf"))
        var encoding = SentenceEncoding()
        encoding.wrapper = .chatML
        return try SentenceEncoder(
            model: LanguageModel(source, adapter: adapter),
            tokenizer: source.tokenizer(),
            encoding: encoding
        )
    }

    private func reference(adapter: String? = nil, _ encoder: SentenceEncoder) throws -> LanguageReference {
        LanguageReference(
            path: folder.path("tiny.gguf"),
            adapter: adapter,
            fingerprint: try encoder.fingerprint(),
            encoding: encoder.encoding
        )
    }

    /// An adapter that changes something, in PEFT's layout.
    private func writeAdapter(_ name: String) throws -> LowRankAdapter {
        let pair = LowRankAdapter.Pair(
            down: try Tensor.full([2, 32], 0.3),
            up: try Tensor.full([32, 2], 0.2)
        )
        var options = LowRankAdapter.Options()
        (options.rank, options.targets) = (2, ["q_proj"])
        let pairs = (0..<2).map { ("model.layers.\($0).self_attn.q_proj", pair) }
        let adapter = LowRankAdapter(options: options, pairs: Dictionary(uniqueKeysWithValues: pairs))
        try adapter.write(to: folder.path(name))
        return adapter
    }

    private static let texts = ["a cat", "a dog in the snow", ""]

    @Test func theOneThatIsNamedIsOpened() throws {
        let direct = try encoder()
        let opened = try reference(direct).encoder(computingIn: .float32)
        #expect(try difference(opened.vectors(of: Self.texts), direct.vectors(of: Self.texts)) == 0)
        #expect(opened.encoding == direct.encoding)
        let narrow = try reference(direct).encoder(computingIn: .bfloat16)
        #expect(narrow.model.computeType == .bfloat16)
        // Relative paths count from a directory.
        var relative = try reference(direct)
        relative.path = "tiny.gguf"
        _ = try relative.encoder(in: folder.url.path)
    }

    @Test func itsAdapterCounts() throws {
        let plain = try encoder()
        let adapted = try encoder(writeAdapter("tuned"))
        let named = try reference(adapter: folder.path("tuned"), adapted)
        let vectors = try named.encoder().vectors(of: Self.texts)
        #expect(try difference(vectors, adapted.vectors(of: Self.texts)) < 1e-6)
        #expect(try difference(vectors, plain.vectors(of: Self.texts)) > 1e-4)
        var without = named
        without.adapter = nil
        #expect(throws: LanguageReferenceError.self) { try without.encoder() }
        var gone = named
        gone.adapter = folder.path("gone")
        #expect(throws: LanguageReferenceError.missing(path: folder.path("gone"), isAdapter: true)) {
            try gone.encoder()
        }
    }

    @Test func oneThatHasMovedOrChangedIsRefused() throws {
        let named = try reference(encoder())
        let path = folder.path("tiny.gguf")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 5] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: path))
        let changed = #expect(throws: LanguageReferenceError.self) { try named.encoder() }
        let text = changed.map { "\($0)" } ?? ""
        #expect(
            text.contains(path) && text.contains("\(named.fingerprint.prefix(12))…")
                && text.contains("--language-model")
        )
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: LanguageReferenceError.missing(path: path, isAdapter: false)) { try named.encoder() }
        var other = named
        other.encoding.pooling = .last
        other.path = Self.gguf.path
        #expect(throws: LanguageReferenceError.self) { try other.encoder() }
        other.encoding.pooling = named.encoding.pooling
        _ = try other.encoder()
    }

    private func checkpoint(_ language: LanguageReference?) throws -> CheckpointDirectory {
        let json = """
            {"model_cfg": {"embed_dim": 6, "vision_cfg": {"image_size": 8, "patch_size": 4, "width": 8,
             "head_width": 4, "layers": 1}}, "swift_clip": {"text": {"kind": "adapter", "width": 32, "blocks": 1}}}
            """
        var configuration = try ModelConfiguration(json: Data(json.utf8))
        configuration.text = AdapterTextConfiguration(width: 32, blocks: 1, language: language)
        try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1))).save(
            to: folder.path("model")
        )
        return try CheckpointDirectory(folder.path("model"))
    }

    @Test func aCheckpointInItsPlaceIsNamed() throws {
        var named = try reference(encoder())
        named.path = try checkpoint(named).path
        let error = #expect(throws: LanguageReferenceError.self) { try named.encoder() }
        #expect(error == .isCheckpoint(path: folder.path("model")))
        #expect(error.map { "\($0)".contains("a language model is expected here") } == true)
    }

    @Test func aSelfContainedCopyCanBeMoved() throws {
        let adapted = try encoder(writeAdapter("tuned"))
        let original = try checkpoint(reference(adapter: folder.path("tuned"), adapted))
        try original.copy(to: folder.path("shared"), isSelfContained: true)
        try FileManager.default.moveItem(atPath: folder.path("shared"), toPath: folder.path("moved"))
        for name in ["tiny.gguf", "tuned"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
        let moved = try CheckpointDirectory(folder.path("moved"))
        let language = try #require((moved.configuration.text as? AdapterTextConfiguration)?.language)
        #expect(language.path == "language/tiny.gguf" && language.adapter == "language/adapter")
        let vectors = try language.encoder(in: moved.path).vectors(of: Self.texts)
        #expect(try difference(vectors, adapted.vectors(of: Self.texts)) < 1e-6)
        let (left, right) = (try original.tensors(), try moved.tensors())
        #expect(try left.allSatisfy { try difference($0.value, #require(right[$0.key])) == 0 })
        // A plain copy of it says where the files are.
        try moved.copy(to: folder.path("plain"))
        let plain = try CheckpointDirectory(folder.path("plain"))
        let absolute = (plain.configuration.text as? AdapterTextConfiguration)?.language
        #expect(absolute?.path == folder.path("moved/language/tiny.gguf"))
        _ = try absolute?.encoder(in: plain.path)
        // What is there already stays as it is.
        #expect(throws: CheckpointError.self) { try moved.copy(to: folder.path("plain")) }
    }

    @Test func nothingIsLeftOfACopyThatFails() throws {
        let named = try reference(encoder())
        let original = try checkpoint(named)
        try FileManager.default.removeItem(atPath: folder.path("tiny.gguf"))
        #expect(throws: LanguageReferenceError.self) {
            try original.copy(to: folder.path("shared"), isSelfContained: true)
        }
        #expect(folder.names() == ["model"])
        var moved = named
        moved.path = Self.gguf.path
        try original.copy(to: folder.path("shared"), language: moved, isSelfContained: true)
        #expect(FileManager.default.fileExists(atPath: folder.path("shared/language/llama-f32.gguf")))
    }

    @Test func withoutALanguageModelThereIsNothingToContain() throws {
        let unnamed = try checkpoint(nil)
        #expect(throws: LanguageReferenceError.unnamed(checkpoint: unnamed.path)) {
            try unnamed.copy(to: folder.path("copy"), isSelfContained: true)
        }
        try unnamed.copy(to: folder.path("copy"))
        #expect(try CheckpointDirectory(folder.path("copy")).configuration == unnamed.configuration)
    }
}
