import CLIPModels
import CLIPText
import Foundation
import RemoteFiles
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPEvaluation

/// Evaluations in which a language model reads the texts; here a formula stands in for it.
@Suite struct LanguageTextsTests {
    /// Remembers what it was asked.
    private final class Reader {
        var asked: [[String]] = []
        var opened = 0

        func texts(width: Int = 4, room: Int = 1 << 20) -> LanguageTexts {
            LanguageTexts(room: room) { [self] in
                opened += 1
                return LanguageTexts.Reader(
                    width: width,
                    maximumTokens: 9,
                    isCut: { $0.split(separator: " ").count > 9 },
                    vectors: { [self] texts in
                        asked.append(texts)
                        return try Tensor(
                            texts.flatMap { Self.vector($0, width) },
                            shape: [texts.count, width]
                        )
                    }
                )
            }
        }

        static func vector(_ text: String, _ width: Int = 4) -> [Float] {
            (0..<width).map { place in
                text.utf8.enumerated().reduce(Float(place + 1)) { sum, byte in
                    sum + Float((Int(byte.element) * (byte.offset + place + 3)) % 17) - 8
                }
            }
        }
    }

    private func extractor(_ language: LanguageTexts?, stop: StopSignal? = nil) throws -> FeatureExtractor {
        let configuration = try ModelConfiguration(
            embeddingWidth: 16,
            vision: tinyModel().configuration.vision,
            text: AdapterTextConfiguration(width: 4, blocks: 1)
        )
        return try FeatureExtractor(
            CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1))),
            tokenizer: CLIPTokenizer.bundled(),
            language: language,
            options: EvaluationOptions(imageBatch: 4, textBatch: 3, stop: stop)
        )
    }

    private func expected(_ texts: [String], _ extractor: FeatureExtractor) throws -> Tensor {
        let rows = try Tensor(texts.flatMap { Reader.vector($0) }, shape: [texts.count, 4])
        return try extractor.textFeatures(of: .embeddings(rows))
    }

    private func distance(_ left: Tensor, _ right: Tensor) throws -> Double {
        try (left - right).abs().maximum().item()
    }

    @Test func textsGoThroughTheLanguageModelAndTheAdapter() throws {
        let reader = Reader()
        let extractor = try extractor(reader.texts())
        let texts = ["a red square", "eine Straße", "a red square", "中文", "", "a blue one", "a red square"]
        let found = try extractor.textFeatures(of: texts)
        #expect(try distance(found, expected(texts, extractor)) < 1e-6)
        // Each once, and once in all.
        #expect(reader.asked.joined().sorted() == Set(texts).sorted())
        #expect(reader.opened == 1)
        _ = try extractor.textFeatures(of: texts)
        #expect(reader.asked.joined().count == Set(texts).count)
    }

    /// Equal strings of other bytes have other tokens.
    @Test func textsAreToldApartByTheirBytes() throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        let rows = try rows(Reader().texts().vectors(of: [composed, decomposed]))
        #expect(rows == [Reader.vector(composed), Reader.vector(decomposed)])
        #expect(rows[0] != rows[1])
    }

    @Test func whatHasNoRoomIsComputedAgain() throws {
        let reader = Reader()
        let texts = reader.texts(room: 3 * 4)
        for asked in [["a", "b"], ["b", "c"], ["c", "d", "a"], ["e", "f", "g", "h", "e"]] {
            let found = try rows(texts.vectors(of: asked))
            #expect(found == asked.map { Reader.vector($0) })
        }
        #expect(reader.asked == [["a", "b"], ["c"], ["c", "d", "a"], ["e", "f", "g", "h"]])
    }

    @Test func longTextsAreCountedOnce() throws {
        let texts = Reader().texts()
        let long = String(repeating: "word ", count: 10)
        _ = try texts.vectors(of: ["short", "nine words are all that it reads of me"])
        #expect(texts.notice == nil)
        _ = try texts.vectors(of: [long, "short", long])
        #expect(texts.notice == "1 text was cut at the 9 tokens that the language model reads")
        _ = try texts.vectors(of: [long, long + "more"])
        #expect(texts.notice == "2 texts were cut at the 9 tokens that the language model reads")
    }

    @Test func manyLongTextsCanBeStopped() throws {
        let reader = Reader()
        let stop = StopSignal()
        let texts = reader.texts()
        let long = (0..<5).map { String(repeating: "\($0) word ", count: 1500) }
        _ = try texts.vectors(of: long, stop: stop)
        #expect(reader.asked.map(\.count) == [1, 1, 1, 1, 1])
        stop.stop()
        #expect(throws: RemoteError.self) { try texts.vectors(of: ["another"], stop: stop) }
        #expect(reader.asked.count == 5)
    }

    @Test func zeroShotPromptsAreRead() throws {
        let reader = Reader()
        let extractor = try extractor(reader.texts())
        let names = ["red", "blue", "green", "blue"]
        let templates = ["a {c} square", "the colour {c}"]
        let found = try ZeroShotClassification(extractor).classifier(classNames: names, templates: templates)
        for (number, name) in names.enumerated() {
            let prompts = try expected(["a \(name) square", "the colour \(name)"], extractor)
            let row = try prompts.mean(dims: [0]).normalized()
            #expect(try distance(found.slice(number..<(number + 1)), row.unsqueezed(0)) < 1e-6)
        }
        #expect(reader.asked.joined().count == 6)
    }

    @Test func retrievalReadsCaptionsWhole() throws {
        let folder = try TestFolder()
        let long = (0..<5).map { number in
            (0..<200).map { "word\(($0 * 7 + number) % 31)" }.joined(separator: " ") + " end \(number)"
        }
        let shard = try folder.shard(
            "0.tar",
            (0..<5).map {
                [
                    ("png", try picture($0)), ("json", Array(#"{"long": "\#(long[$0])"}"#.utf8)),
                    ("txt", Array("short".utf8)),
                ]
            }
        )
        let reader = Reader()
        let extractor = try extractor(reader.texts())
        let result = try Retrieval(extractor, cutoffs: [1, 5]).evaluate(
            RetrievalDataset.open([shard], captions: ["json:long", "txt"])
        )
        #expect(result.images == 5 && result.texts == 10)
        #expect(Set(reader.asked.joined()) == Set(long + ["short"]))
        #expect(reader.asked.joined().count == 6)
        // The same ranks as with features from outside.
        let images = try rows(
            extractor.pairFeatures(of: ShardDataset.open([shard]), captions: ["txt"]).images
        )
        let texts = try rows(expected(long, extractor))
        let short = try rows(expected(["short"], extractor))[0]
        let hits = images.indices.filter { image in
            images[image] == images.max { similarity($0, texts[image]) < similarity($1, texts[image]) }
        }.count
        let shortHit = images.indices.max { similarity(images[$0], short) < similarity(images[$1], short) }
        #expect(shortHit != nil)
        let recall = try #require(result.metrics["image_retrieval_recall@1"])
        #expect(abs(recall - Double(hits + 1) / 10) < 1e-9)
        // One text of each image.
        let pairs = try extractor.pairFeatures(of: ShardDataset.open([shard]), captions: ["json:long"])
        #expect(try distance(pairs.texts, expected(long, extractor)) < 1e-6)
    }

    @Test func withoutOneTextIsRefused() throws {
        #expect(throws: EvaluationError.takesEmbeddings(width: 4)) {
            try extractor(nil).textFeatures(of: ["a"])
        }
        let wide = EvaluationError.languageWidth(found: 5, expected: 4)
        #expect(throws: wide) { try extractor(Reader().texts(width: 5)).textFeatures(of: ["a"]) }
        struct Missing: Error {}
        let missing = LanguageTexts { throw Missing() }
        // Images need none.
        let folder = try TestFolder()
        let path = try folder.write(picture(1), "p.png")
        #expect(try extractor(missing).imageFeatures(ofFiles: [path]).shape == [1, 16])
        #expect(throws: Missing.self) {
            try ZeroShotClassification(extractor(missing)).classifier(classNames: ["a"], templates: ["{c}"])
        }
    }
}
