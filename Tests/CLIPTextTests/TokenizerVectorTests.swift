import CLIPText
import Foundation
import Testing

@Suite struct TokenizerVectorTests {
    @Test func idsEqualOpenClips() throws {
        let vectors = try Vector.fixtures()
        #expect(vectors.count > 300)
        for vector in vectors {
            let tokenizer = try Tokenizers.of(vector.mode ?? .lower)
            let text = String(repeating: vector.text, count: vector.repeat ?? 1)
            let ids = tokenizer.encode(text)
            if let expected = vector.ids {
                #expect(ids == expected, "\(vector.text.debugDescription), \(tokenizer.cleaning)")
            } else {
                let checksum = ids.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
                #expect(
                    ids.count == vector.count && checksum == vector.checksum,
                    "\(vector.text.debugDescription)"
                )
            }
        }
    }
}

/// Compares with the files of scripts/compare/tokenizer_cldr.py and tokenizer_fuzz.py; opt-in, since they are large.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["CLIP_TOKENIZER_VECTORS"] != nil))
struct TokenizerVectorFileTests {
    @Test(arguments: ["cldr", "cldr-latin1", "cldr-cp1252", "fuzz", "characters"])
    func idsEqualOpenClips(name: String) throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["CLIP_TOKENIZER_VECTORS"] ?? ".")
        let tokenizer = try Tokenizers.of()
        let file = folder.appending(path: "\(name).jsonl")
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        let lines = try Data(contentsOf: file).split(separator: 10)
        var different: [String] = []
        for line in lines {
            let vector = try JSONDecoder().decode(Vector.self, from: Data(line))
            if tokenizer.encode(vector.text) != vector.ids { different.append(vector.text) }
        }
        print("\(name): \(lines.count) texts, \(different.count) differ", different.prefix(20))
        // Characters newer than the peer's Unicode version may differ; names of CLDR have none.
        #expect(different.count * 100 <= lines.count * (name == "characters" ? 2 : name == "cldr" ? 0 : 1))
    }

    @Test(arguments: ["fuzz", "characters", "texts"])
    func wordPiecesEqualOpenClips(name: String) throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["CLIP_TOKENIZER_VECTORS"] ?? ".")
        let file = folder.appending(path: "wordpiece-\(name).jsonl")
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        let tokenizer = try TokenizerKind.bertUncased(cleaning: .whitespace, stripsSeparator: true)
            .tokenizer()
        let lines = try Data(contentsOf: file).split(separator: 10)
        var different: [String] = []
        for line in lines {
            let vector = try JSONDecoder().decode(Vector.self, from: Data(line))
            if tokenizer.encode(vector.text) != vector.ids { different.append(vector.text) }
        }
        let codes = different.prefix(300).map { $0.unicodeScalars.map { String($0.value, radix: 16) } }
        print("wordpiece \(name): \(lines.count) texts, \(different.count) differ", codes)
        #expect(different.isEmpty)
    }
}

/// Prints captions per second of processor time on one thread; opt-in, meaningful in a release build.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["CLIP_TOKENIZER_CAPTIONS"] != nil))
struct TokenizerSpeedTests {
    @Test func captionsPerSecond() throws {
        let file = ProcessInfo.processInfo.environment["CLIP_TOKENIZER_CAPTIONS"] ?? ""
        let captions = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(
            String.init
        )
        let tokenizer = try Tokenizers.of()
        var best = 0.0
        var tokens = 0
        for _ in 0..<6 {
            let start = clock()
            tokens = 0
            for _ in 0..<20 {
                for caption in captions { tokens += tokenizer.encode(caption).count }
            }
            best = max(best, Double(captions.count * 20) / (Double(clock() - start) / Double(CLOCKS_PER_SEC)))
        }
        print(
            #"{"captions": \#(captions.count), "tokens": \#(tokens / 20), "captions_per_second": \#(Int(best))}"#
        )
        #expect(tokens > 0)
    }
}
