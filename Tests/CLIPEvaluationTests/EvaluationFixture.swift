import CLIPEvaluation
import CLIPModels
import CLIPText
import Foundation
import Torch
import TorchNN

@testable import CLIPData

/// A folder that is removed when the test is over.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "clip-evaluation-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders above it.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try write(Array(text.utf8), name)
    }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return url.path
    }

    /// Writes a shard of samples, each with its members by suffix.
    @discardableResult
    func shard(_ name: String, _ samples: [[(suffix: String, content: [UInt8])]]) throws -> String {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: "\(path)/\(name)").deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        var writer = try TarWriter(creating: "\(path)/\(name)")
        for (number, members) in samples.enumerated() {
            for member in members {
                try writer.append(
                    name: "sample-\(number).\(member.suffix)",
                    content: member.content
                )
            }
        }
        _ = try writer.finish()
        return "\(path)/\(name)"
    }
}

/// A PNG of 16 × 16 pixels that differs for each number.
func picture(_ number: Int) throws -> [UInt8] {
    var random = SystemLikeRandom(state: UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1)
    let pixels = (0..<16 * 16 * 3).map { _ in UInt8(truncatingIfNeeded: random.next() >> 33) }
    return try ImageEncoder.png(level: 0).encode(RGBImage(width: 16, height: 16, pixels: pixels))
}

/// The pixels of ``picture(_:)`` as the loader lays them out, `[3, 16, 16]`.
func planes(_ number: Int) throws -> [UInt8] {
    let pixels = try ImageDecoder().decode(picture(number)).pixels
    return (0..<3).flatMap { channel in stride(from: channel, to: pixels.count, by: 3).map { pixels[$0] } }
}

struct SystemLikeRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}

/// A model of two narrow towers with random weights.
func tinyModel(seed: UInt64 = 7) throws -> CLIPModel {
    let json = """
        {"embed_dim": 16,
         "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 32, "layers": 1, "head_width": 16},
         "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}}
        """
    return try CLIPModel(
        ModelConfiguration(json: Data(json.utf8)),
        parameters: ParameterStore(.initialize(seed: seed))
    )
}

/// The merges are read once for all tests.
private let sharedTokenizer = Result { try CLIPTokenizer.bundled() }

/// A tiny model's extractor.
func extractor(_ options: EvaluationOptions = EvaluationOptions(imageBatch: 4, textBatch: 5)) throws
    -> FeatureExtractor
{
    try FeatureExtractor(tinyModel(), tokenizer: sharedTokenizer.get(), options: options)
}

/// Rows of features as plain numbers.
func rows(_ tensor: Tensor) throws -> [[Float]] {
    let (values, width) = (try tensor.scalars(as: Float.self), tensor.size(1))
    return (0..<tensor.size(0)).map { Array(values[$0 * width..<($0 + 1) * width]) }
}

/// The similarity by the plainest loop there is.
func similarity(_ lhs: [Float], _ rhs: [Float]) -> Float {
    Float(zip(lhs, rhs).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
}

/// The rank of a candidate by sorting all of them, equal ones in their order.
func sortedRank(of target: Int, query: [Float], candidates: [[Float]]) -> Int {
    let scores = candidates.map { similarity(query, $0) }
    return candidates.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.firstIndex(of: target) ?? -1
}
