import CLIPLanguage
import Foundation
import Testing
import Torch

@Suite struct SentenceFingerprintTests {
    private func fingerprint(
        _ folder: URL,
        weights: String = "weights",
        adapter: LowRankAdapter? = nil,
        startsTexts: Bool = false,
        ends: [Int32] = [ByteModel.end],
        _ change: (inout SentenceEncoding) -> Void = { _ in }
    ) throws -> String {
        let file = folder.appending(path: UUID().uuidString)
        try Data(weights.utf8).write(to: file)
        let source = try TensorSource(ByteModel.source()) { $0.endTokens = ends }
        source.weightFiles = [file.path]
        var encoding = SentenceEncoding()
        change(&encoding)
        let encoder = try SentenceEncoder(
            model: LanguageModel(source, adapter: adapter),
            tokenizer: ByteModel.tokenizer(startsTexts: startsTexts),
            encoding: encoding
        )
        return try encoder.fingerprint()
    }

    @Test func allThatDecidesCounts() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "fingerprint-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let adapter = try LowRankAdapter.random(rank: 2, source: ByteModel.source())
        let moved = try LowRankAdapter.random(rank: 2, source: ByteModel.source())
        try withoutGradient { try moved.pairs["model.layers.1.self_attn.k_proj"]?.up.slice(0..<1).add(0.5) }
        var scaled = adapter
        scaled.options.alpha = 7
        let plain = try fingerprint(folder)
        let all = [
            plain, try fingerprint(folder, weights: "other"), try fingerprint(folder, adapter: adapter),
            try fingerprint(folder, adapter: moved), try fingerprint(folder, adapter: scaled),
            try fingerprint(folder, ends: [ByteModel.closing]), try fingerprint(folder, ends: []),
            try fingerprint(folder, startsTexts: true), try fingerprint(folder) { $0.isCausal = true },
            try fingerprint(folder) { $0.instruction = "Find" },
            try fingerprint(folder) { $0.wrapper = .chatML },
            try fingerprint(folder) { $0.pooling = .last }, try fingerprint(folder) { $0.maximumTokens = 64 },
        ]
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
        // The file's name, ends of answers, and what training alone needs, do not.
        #expect(try fingerprint(folder) == plain)
        #expect(try fingerprint(folder, ends: [ByteModel.end, ByteModel.closing]) == plain)
        var dropping = adapter
        dropping.options.dropout = 0.5
        #expect(try fingerprint(folder, adapter: dropping) == fingerprint(folder, adapter: adapter))
    }

    @Test func aMissingFileIsNamed() throws {
        let source = try ByteModel.source()
        source.weightFiles = ["/nowhere/model.safetensors"]
        let encoder = try SentenceEncoder(
            model: LanguageModel(source),
            tokenizer: ByteModel.tokenizer(),
            encoding: SentenceEncoding()
        )
        #expect { try encoder.fingerprint() } throws: { "\($0)".contains("'/nowhere/model.safetensors'") }
    }
}
