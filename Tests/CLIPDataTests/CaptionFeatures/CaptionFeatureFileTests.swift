import Foundation
import LocalFiles
import Synchronization
import Testing

@testable import CLIPData

/// What a file of caption features gives back.
@Suite struct CaptionFeatureFileTests {
    private let fixture: FeatureFixture

    init() throws { fixture = try FeatureFixture() }

    private func texts(_ data: ShardDataset, _ index: Int, _ source: CaptionSource) -> [String] {
        ((try? CaptionReader.texts(of: source, at: index, in: data)) ?? []).filter { !$0.isEmpty }
    }

    @Test(arguments: CaptionFeatureType.allCases)
    func everyCaptionHasItsRow(_ type: CaptionFeatureType) throws {
        let data = try fixture.data()
        let file = try fixture.write { $0.type = type }
        #expect(file.header.type == type && file.header.width == FeatureFixture.width)
        #expect(file.header.model.fingerprint == "abc" && file.header.model.tokenizer == "def")
        // 19 short ones, as one is blank; 20 long ones, as one is not readable and one has two.
        #expect(file.header.sources.map(\.captions) == [19, 20])
        #expect(file.header.sources.map(\.samples) == [19, 19])
        #expect(file.header.captions == 39 && file.header.unreadable == 1)
        // Two of the first three share a row with the first, and a long text is a short one of its sample.
        #expect(file.header.rows == 36)
        try file.verify()
        // In another order than the file has them.
        let sources = [FeatureFixture.sources[1], FeatureFixture.sources[0]]
        let bound = try fixture.features().embeddings(of: fixture.policy(sources), in: data)
        #expect(bound.width == FeatureFixture.width)
        for index in 0..<data.count {
            for (number, source) in sources.enumerated() {
                for text in texts(data, index, source) {
                    let row = try bound.embedding(
                        ordinal: data.ordinal(at: index),
                        source: number,
                        key: CaptionKey.of(text),
                        text: text
                    )
                    let exact = FeatureFixture.vector(text)
                    #expect(row == (type == .float32 ? exact : exact.map { Float(Float16($0)) }))
                    #expect(
                        try row
                            == bound.embedding(
                                ordinal: data.ordinal(at: index),
                                source: number,
                                key: CaptionKey.of(text)
                            )
                    )
                }
            }
        }
    }

    @Test func sourcesAreFoundByNameOrField() throws {
        let data = try fixture.data()
        try fixture.write()
        let features = try fixture.features()
        // A recipe that lists plain fields.
        let fields = try CaptionPolicy(fields: ["json:long", "txt"], rule: .all)
        let bound = try features.embeddings(of: fields, in: data)
        let row = try bound.embedding(ordinal: 4, source: 1, key: CaptionKey.of("caption 4"))
        #expect(row == FeatureFixture.vector("caption 4"))
        let other = try fixture.policy([CaptionSource(field: "jpg", name: "raw")])
        let error = CaptionFeatureError.noSource(
            name: "raw",
            paths: [fixture.path("captions.features")],
            found: ["short", "long"]
        )
        #expect(throws: error) { try features.embeddings(of: other, in: data) }
        #expect(error.description.contains("have no source 'raw'; they have 'short', 'long'"))
    }

    @Test(arguments: ["another text", "Caption 4", "caption  4"])
    func aTextThatChangedIsNamed(_ text: String) throws {
        try fixture.write()
        try fixture.writeShard("0.tar", 0..<10) { $0 == 4 ? text : nil }
        let data = try fixture.data()
        let error = #expect(throws: LoaderError.self) {
            try fixture.features().embeddings(of: fixture.policy(), in: data)
        }
        let words = error.map { "\($0)" } ?? ""
        #expect(words.contains("'s4' in '\(fixture.path("0.tar"))'") && words.contains("'short'"), "\(words)")
        #expect(words.contains("is not the one that") && words.contains("clip embed captions"))
    }

    /// White space at the ends is no part of a caption.
    @Test func aTextThatIsTheSameIsTheSame() throws {
        try fixture.write()
        try fixture.writeShard("0.tar", 0..<10) { $0 == 4 ? " caption 4\n" : nil }
        _ = try fixture.features().embeddings(of: fixture.policy(), in: fixture.data())
    }

    @Test func dataThatGrewKeepsItsRows() throws {
        let before = try fixture.write()
        try fixture.writeShard("2.tar", 20..<27)
        let data = try fixture.data()
        #expect(data.ordinalCount == 27)
        let error = #expect(throws: CaptionFeatureError.self) {
            try fixture.features().embeddings(of: fixture.policy(), in: data)
        }
        let uncovered = CaptionFeatureError.uncovered(
            source: "short",
            samples: 7,
            total: 27,
            paths: [fixture.path("captions.features")],
            rest: .later
        )
        #expect(error == uncovered && uncovered.description.contains("they came later. Make the rest with"))
        // The samples that were there are as good as before.
        let old = try fixture.data(["0.tar", "1.tar"])
        _ = try fixture.features().embeddings(of: fixture.policy(), in: old)
        // The others come into a file of their own.
        let rest = try fixture.write("rest.features") { $0.first = before.header.whole.upperBound }
        #expect(rest.header.ordinals == 20..<27 && rest.header.captions == 14)
        let bound = try fixture.features(["captions.features", "rest.features"])
            .embeddings(of: fixture.policy(), in: data)
        for number in [4, 19, 20, 26] {
            let row = try bound.embedding(
                ordinal: number,
                source: 1,
                key: CaptionKey.of("a long text of \(number)")
            )
            #expect(row == FeatureFixture.vector("a long text of \(number)"))
        }
    }

    @Test func otherDataIsRefused() throws {
        let file = try fixture.write()
        let other = try FeatureFixture(samples: 20)
        try other.writeShard("1.tar", 30..<40)
        let path = fixture.path("captions.features")
        let same = CaptionFeatureError.otherData(path: path, samples: 20, found: 20)
        #expect(throws: same) {
            try fixture.features().embeddings(of: fixture.policy(), in: other.data())
        }
        #expect(same.description.contains("are of other data"))
        let small = try FeatureFixture(samples: 10)
        let fewer = CaptionFeatureError.otherData(path: path, samples: 20, found: 10)
        #expect(throws: fewer) {
            try fixture.features().embeddings(of: fixture.policy(), in: small.data())
        }
        #expect(file.header.whole == 0..<20)
    }

    @Test func filesOfTwoModelsDoNotMix() throws {
        try fixture.write()
        try fixture.write("other.features") { $0.model.fingerprint = "xyz" }
        let error = #expect(throws: CaptionFeatureError.self) {
            try fixture.features(["captions.features", "other.features"])
        }
        #expect(error?.description.contains("the model stand-in (xyz…) and not stand-in (abc…)") == true)
        #expect(throws: CaptionFeatureError.noFiles(pattern: fixture.path("x-*"))) {
            try CaptionFeatures([fixture.path("x-*")])
        }
    }

    @Test func threadsReadAtATime() throws {
        let data = try fixture.data()
        try fixture.write()
        let bound = try fixture.features().embeddings(of: fixture.policy(), in: data)
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 400) { turn in
            let number = turn % 20
            let text = "a long text of \(number)"
            let row = try? bound.embedding(ordinal: number, source: 1, key: CaptionKey.of(text), text: text)
            if number != 7, row != FeatureFixture.vector(text) { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
    }
}
