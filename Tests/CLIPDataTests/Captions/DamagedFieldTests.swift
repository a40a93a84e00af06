import Foundation
import Testing

@testable import CLIPData

/// A field that cannot be read spoils no sample that has another caption.
@Suite struct DamagedFieldTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func open(_ samples: [[(suffix: String, content: [UInt8])]]) throws -> ShardDataset {
        var tar = TestTar()
        for (number, fields) in samples.enumerated() {
            tar.add("s\(number).jpg", "\(number)")
            for field in fields { tar.add("s\(number).\(field.suffix)", field.content) }
        }
        try directory.write(tar.closed, "0.tar")
        return try ShardDataset.open([directory.path])
    }

    private func captions(
        _ policy: CaptionPolicy,
        of index: Int,
        in data: ShardDataset
    ) throws -> [String] {
        try CaptionReader(policy: policy).captions(
            of: index,
            in: data,
            random: CounterRandom(seed: 3, ordinal: UInt64(index), purpose: .caption)
        ).map(\.text)
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func pythonsObjectsHoldCaptions() throws {
        let data = try open([
            [("json", Self.text(JSONRowTests.python))],
            [("json", Self.text(#"{"caption": ["a \udc00", 3, NaN, "b"], "x": [[-Infinity]]}"#))],
        ])
        let policy = try CaptionPolicy(fields: ["json:caption"], rule: .all)
        #expect(try captions(policy, of: 0, in: data) == ["the last"])
        #expect(try captions(policy, of: 1, in: data) == ["a \u{FFFD}", "b"])
        #expect(try captions(CaptionPolicy(fields: ["json:cut"]), of: 0, in: data) == ["a cat \u{FFFD}"])
    }

    @Test(arguments: [CaptionPolicy.Rule.first, .uniform, .all])
    func aGoodTextIsTakenInPlaceOfABadOne(rule: CaptionPolicy.Rule) throws {
        let latin: [UInt8] = Self.text("caf") + [0xE9]
        let data = try open([
            [("json", Self.text("{oops")), ("txt", Self.text("good"))],
            [("json", latin), ("txt", Self.text("good"))],
            [("json", Self.text(#"{"caption": "good"}"#)), ("txt", latin)],
            [("json", Self.text("[]")), ("txt", latin)],
        ])
        for fields in [["json:caption", "txt"], ["txt", "json:caption"]] {
            let policy = try CaptionPolicy(fields: fields, rule: rule)
            for index in 0..<3 { #expect(try captions(policy, of: index, in: data) == ["good"], "\(index)") }
            let error = #expect(throws: SampleProblem.self) { try captions(policy, of: 3, in: data) }
            #expect(error?.kind == .damagedField)
        }
    }

    @Test func aMixTakesAnotherSource() throws {
        let data = try open((0..<20).map { _ in [("json", Self.text("{")), ("txt", Self.text("good"))] })
        let policy = try CaptionPolicy(
            sources: [CaptionSource(field: "json:caption"), CaptionSource(field: "txt")],
            rule: .mix,
            weights: [0.9, 0.1]
        )
        for index in 0..<20 { #expect(try captions(policy, of: index, in: data) == ["good"]) }
        let coverage = try CaptionCoverage.gather(data, policy)
        #expect(coverage.damaged == 20 && coverage.sources.map(\.usable) == [0, 20])
        #expect(coverage.combinations == [.init(sources: ["txt"], count: 20)])
    }

    @Test func addressesAreFoundInPythonsObjects() throws {
        let data = try open([
            [("json", Self.text(#"{"url": "x", "NSFW": NaN, "url": " https://e.org/a ", "exif": "\ud83d"}"#))]
        ])
        #expect(try CaptionJoin.url.value(at: 0, in: data) == "https://e.org/a")
    }

    @Test func imageFieldsAreNamedInAnyCase() throws {
        let data = try open([[("txt", Self.text("a"))]])
        let settings = try LoaderSettings(
            batchSize: 1,
            captions: CaptionPolicy(),
            order: .sequential,
            imageFields: [".JPG", "jpg", "PNG"]
        )
        #expect(settings.imageFields == ["jpg", "png"])
        _ = try DataLoader(data, settings)
        let error = #expect(throws: ShardError.self) { try data.requireImages(["TIFF"]) }
        #expect(error?.description.contains("expected 'tiff'") == true)
        #expect(error?.description.contains("data.imageFields, otherwise with --image-fields") == true)
        try data.requireCaptions([.json("caption"), .text("txt")])
        let none = #expect(throws: ShardError.self) { try data.requireCaptions([.json("caption")]) }
        #expect(none?.description.contains("expected 'json:caption', found") == true)
    }
}
