import Foundation
import LocalFiles

@testable import CLIPData

/// Two shards of samples with captions in `.txt` and in the key `long` of `.json`, and a model that makes numbers of bytes.
final class FeatureFixture {
    static let width = 6

    let directory: TestDirectory
    /// The texts that the model was asked for, by call.
    private(set) var calls: [[String]] = []
    /// The call at which the model fails, from 0.
    var failsAt: Int?

    struct Failure: Error {}

    init(samples: Int = 20) throws {
        directory = try TestDirectory()
        try writeShard("0.tar", 0..<samples / 2)
        try writeShard("1.tar", samples / 2..<samples)
    }

    /// - Parameter short: Takes the place of a sample's caption.
    func writeShard(_ name: String, _ numbers: Range<Int>, short: (Int) -> String? = { _ in nil }) throws {
        var tar = TestTar()
        for number in numbers {
            tar.add("s\(number).jpg", "\(number)")
            // The first three share a text; the fifth has a blank one.
            let text = short(number) ?? (number < 3 ? "the same" : number == 5 ? " \n" : "caption \(number)")
            tar.add("s\(number).txt", text)
            // Two texts, of which one is the short one; the seventh is no JSON.
            let long = number == 3 ? #"["caption 3", "a long text of 3"]"# : #""a long text of \#(number)""#
            tar.add("s\(number).json", number == 7 ? "{" : #"{"long": \#(long)}"#)
        }
        try directory.write(tar.closed, name)
    }

    func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    func data(_ shards: [String]? = nil) throws -> ShardDataset {
        try ShardDataset.open(shards?.map(path) ?? [path("*.tar")], index: path("index.clipidx"))
    }

    static let sources = [
        CaptionSource(field: "txt", name: "short"), CaptionSource(field: "json:long", name: "long"),
    ]

    func settings(_ change: (inout CaptionFeatureWriter.Settings) -> Void = { _ in })
        -> CaptionFeatureWriter.Settings
    {
        var settings = CaptionFeatureWriter.Settings(
            width: Self.width,
            model: .init(name: "stand-in", fingerprint: "abc", tokenizer: "def", encoding: "mean")
        )
        settings.type = .float32
        settings.chunk = 4
        change(&settings)
        return settings
    }

    /// The features of a text, and nothing else's.
    static func vector(_ text: String) -> [Float] {
        (0..<width).map { place in
            Float(Int64(bitPattern: ContentHash.of(text, seed: UInt64(place))) >> 40) / 4096
        }
    }

    func encode(_ texts: [String]) throws -> [Float] {
        if calls.count == failsAt { throw Failure() }
        calls.append(texts)
        return texts.flatMap(Self.vector)
    }

    @discardableResult
    func write(
        _ name: String = "captions.features",
        of data: ShardDataset? = nil,
        sources: [CaptionSource] = FeatureFixture.sources,
        _ change: (inout CaptionFeatureWriter.Settings) -> Void = { _ in }
    ) throws -> CaptionFeatureFile {
        let writer = try CaptionFeatureWriter(
            data ?? self.data(),
            sources: sources,
            settings: settings(change),
            to: path(name)
        )
        let header = try writer.write(encode: encode)
        let file = try CaptionFeatureFile(path(name))
        precondition(file.header == header)
        return file
    }

    func policy(_ sources: [CaptionSource] = FeatureFixture.sources) throws -> CaptionPolicy {
        try CaptionPolicy(sources: sources, rule: .all)
    }

    func features(_ names: [String] = ["captions.features"]) throws -> CaptionFeatures {
        try CaptionFeatures(names.map(path))
    }
}
