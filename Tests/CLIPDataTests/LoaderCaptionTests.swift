import Testing

@testable import CLIPData

@Suite struct LoaderCaptionTests {
    private func shares(_ policy: CaptionPolicy, among available: [Int], draws: Int = 6000) -> [Double] {
        var counts = [Double](repeating: 0, count: policy.fields.count)
        for draw in 0..<draws {
            var random = CounterRandom(seed: 1, ordinal: UInt64(draw), purpose: .caption)
            for field in choose(policy, available, &random) { counts[field] += 1 }
        }
        return counts.map { $0 / Double(draws) }
    }

    /// Chooses among sources with one text each.
    private func choose(_ policy: CaptionPolicy, _ available: [Int], _ random: inout CounterRandom) -> [Int] {
        let usable = policy.sources.indices.map { available.contains($0) ? [true] : [] }
        return policy.choose(among: usable, using: &random).map(\.source)
    }

    @Test func drawsByRule() throws {
        let fields = ["a.txt", "b.txt", "c.txt"]
        #expect(try shares(CaptionPolicy(fields: fields), among: [1, 2]) == [0, 1, 0])
        #expect(try shares(CaptionPolicy(fields: fields, rule: .all), among: [0, 2]) == [1, 0, 1])
        for share in try shares(CaptionPolicy(fields: fields, rule: .uniform), among: [0, 1, 2]) {
            #expect(abs(share - 1 / 3) < 0.03)
        }
        let weighted = try CaptionPolicy(fields: fields, rule: .weighted, weights: [1, 2, 5])
        for (share, expected) in zip(shares(weighted, among: [0, 1, 2]), [0.125, 0.25, 0.625]) {
            #expect(abs(share - expected) < 0.03)
        }
        for (share, expected) in zip(shares(weighted, among: [0, 2]), [1.0 / 6, 0, 5.0 / 6]) {
            #expect(abs(share - expected) < 0.03)
        }
    }

    @Test func severalCaptionsAreDrawnWithoutReplacement() throws {
        let policy = try CaptionPolicy(fields: ["a", "b", "c"], rule: .uniform, captionsPerImage: 3)
        for seed in 0..<50 {
            var random = CounterRandom(seed: UInt64(seed), purpose: .caption)
            #expect(choose(policy, [0, 1, 2], &random).sorted() == [0, 1, 2])
            let twice = choose(policy, [0, 2], &random)
            #expect(twice.count == 3 && Set(twice) == [0, 2])
            #expect(choose(policy, [1], &random) == [1, 1, 1])
        }
    }

    @Test func refusesNonsense() {
        #expect(throws: LoaderError.self) { try CaptionPolicy(fields: []) }
        #expect(throws: LoaderError.self) { try CaptionPolicy(fields: ["a", ".A"]) }
        #expect(throws: LoaderError.self) {
            try CaptionPolicy(fields: ["a"], rule: .weighted, weights: [1, 2])
        }
        #expect(throws: LoaderError.self) { try CaptionPolicy(fields: ["a"], rule: .weighted, weights: [0]) }
        #expect(throws: LoaderError.self) {
            try CaptionPolicy(fields: ["a"], rule: .weighted, weights: [.nan])
        }
        #expect(throws: LoaderError.self) { try CaptionPolicy(fields: ["a"], rule: .uniform, weights: [1]) }
        #expect(throws: LoaderError.self) { try CaptionPolicy(captionsPerImage: 0) }
    }

    @Test func equalCaptionsHaveEqualKeys() {
        #expect(CaptionKey.of("A  red\tBall\n") == CaptionKey.of("a red ball"))
        #expect(CaptionKey.of("a redball") != CaptionKey.of("a red ball"))
        #expect(CaptionKey.of("ÉCOLE") == CaptionKey.of("école"))
    }

    @Test(
        arguments: [
            "", " ", "A  Red\tBall\r\n", "\u{0B}a\u{0C}B\u{1C}c\u{1F}", "[@Z`az{]", "\u{0}a b\u{7F}",
            "\r\n\r\nx",
        ]
    )
    func asciiCaptionsHaveTheSameKeyOnBothPaths(caption: String) {
        #expect(CaptionKey.of(caption) == CaptionKey.ofUnicode(caption))
    }

    @Test func readsTextAndJSONFields() throws {
        let directory = try TestDirectory()
        var tar = TestTar()
        tar.add("a.jpg", "0")
        tar.add("a.json", #"{"caption": " from json ", "width": 3, "none": null}"#)
        tar.add("a.title.txt", "\u{FEFF}a title\n")
        tar.add("b.jpg", "1")
        tar.add("b.json", "{broken")
        tar.add("c.jpg", "2")
        tar.add("c.title.txt", " \n")
        tar.add("d.jpg", "3")
        try directory.write(tar.closed, "0.tar")
        let data = try ShardDataset.open([directory.path])
        func read(_ fields: [String], _ index: Int) throws -> [String] {
            let reader = CaptionReader(policy: try CaptionPolicy(fields: fields, rule: .all))
            return try reader.captions(
                of: index,
                in: data,
                random: CounterRandom(seed: 0, purpose: .caption)
            ).map { "\($0.source) \($0.text)" }
        }
        #expect(try read(["title.txt", "json:caption"], 0) == ["0 a title", "1 from json"])
        func kind(_ fields: [String], _ index: Int) -> FaultKind? {
            do {
                _ = try read(fields, index)
                return nil
            } catch {
                return (error as? any SampleFaultError)?.faultKind
            }
        }
        #expect(kind(["json:width"], 0) == .missingCaption)
        #expect(kind(["json:none"], 0) == .missingCaption)
        #expect(kind(["json:caption"], 1) == .damagedField)
        #expect(kind(["title.txt"], 2) == .emptyCaption)
        #expect(kind(["title.txt", "json:caption"], 3) == .missingCaption)
    }
}
