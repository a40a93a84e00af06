import CLIPData
import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPEvaluation

@Suite struct FeatureExtractorTests {
    @Test func imageFilesKeepTheirOrder() throws {
        let folder = try TestFolder()
        let numbers = [4, 0, 3, 3, 1, 2, 6, 5, 9, 8, 7]
        let paths = try numbers.map { try folder.write(picture($0), "p\($0).png") }
        let features = try extractor().imageFeatures(ofFiles: paths)
        #expect(features.shape == [11, 16])
        #expect(features.dtype == .float32)
        let model = try tinyModel()
        for (number, row) in zip(numbers, try rows(features)) {
            let pixels = try Tensor(planes(number), shape: [1, 3, 16, 16])
            let expected = try rows(withoutGradient { try model.imageFeatures(pixels) })[0]
            #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(abs(similarity(row, row) - 1) < 1e-5)
        }
    }

    @Test func textsKeepTheirOrderInWhateverBatches() throws {
        let texts = (0..<13).map { String(repeating: "word ", count: $0 * 2) + "\($0)" } + ["", "é 🙂"]
        var pieces: [Int] = []
        var last: EvaluationProgress?
        let small = try extractor()
        try small.textFeatures(of: texts, progress: { last = $0 }) { pieces.append($0.size(0)) }
        #expect(pieces == [5, 5, 5])
        #expect(last == .init(phase: .texts, done: 15, total: 15))
        let one = try rows(small.textFeatures(of: texts))
        let other = try rows(extractor(.init(textBatch: 1)).textFeatures(of: texts))
        #expect(one.count == 15)
        for (one, other) in zip(one, other) { #expect(similarity(one, other) > 1 - 1e-5) }
        #expect(similarity(one[0], one[1]) < 1 - 1e-5)
    }

    @Test func aBadImageFileIsNamed() throws {
        let folder = try TestFolder()
        var paths = try (0..<9).map { try folder.write(picture($0), "p\($0).png") }
        paths.insert(try folder.write("plain text", "note.png"), at: 6)
        paths.append("\(folder.path)/missing.png")
        let error = #expect(throws: EvaluationError.self) { try extractor().imageFeatures(ofFiles: paths) }
        guard case .image(let path, let reason) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(path == paths[6])
        #expect(!reason.isEmpty)
        #expect(throws: EvaluationError.self) { try extractor().imageFeatures(ofFiles: [paths[10]]) }
    }

    @Test func nothingInGivesNothingOut() throws {
        #expect(try extractor().imageFeatures(ofFiles: []).shape == [0, 16])
        #expect(try extractor().textFeatures(of: []).shape == [0, 16])
    }

    @Test func noGradientsAreRecorded() throws {
        let extractor = try extractor()
        let features = try extractor.textFeatures(of: ["a", "b"])
        #expect(!features.requiresGradient)
        let stillTrained = extractor.model.parameters.trainable.filter { $0.tensor.requiresGradient }
        #expect(!stillTrained.isEmpty)
    }

    @Test func theTransformIsTheModels() throws {
        let json =
            #"{"embed_dim": 8, "vision_cfg": {"image_size": 24, "patch_size": 8, "width": 8, "layers": 1, "#
            + #""head_width": 8}, "text_cfg": {"width": 8, "heads": 1, "layers": 1, "context_length": 8}}"#
        let model = try CLIPModel(
            ModelConfiguration(json: .init(json.utf8)),
            preprocessing: .init(
                interpolation: .bilinear,
                resizeMode: .squash,
                pixels: .init(alpha: .white, orientation: .apply, gray16: .scale)
            ),
            parameters: ParameterStore(.initialize(seed: 1))
        )
        let images = EvaluationImages(for: model)
        #expect(images.transform.resizeMode == .squash)
        #expect(images.transform.resampler.filter == .bilinear)
        #expect((images.height, images.width) == (24, 24))
        #expect(images.decoder == ImageDecoder(alpha: .white, orientation: .apply, gray16: .scale))
        let changed = EvaluationImages(for: model, changes: .init(alpha: .drop), maxPixels: 9)
        #expect(changed.decoder == ImageDecoder(maxPixels: 9, orientation: .apply, gray16: .scale))
    }

    @Test func optionsMustBePositive() throws {
        for options in [
            EvaluationOptions(imageBatch: 0), .init(textBatch: -1), .init(threads: 0), .init(scoreBlock: 0),
        ] {
            #expect(throws: EvaluationError.self) { try extractor(options) }
        }
    }
}
