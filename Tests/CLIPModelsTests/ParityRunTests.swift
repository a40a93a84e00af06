import CLIPModels
import Foundation
import Testing
import Torch

private let parityFolder = ProcessInfo.processInfo.environment["SWIFT_CLIP_PARITY"]

/// Real sizes against open_clip, with what scripts/compare/towers.py makes; runs when SWIFT_CLIP_PARITY names it.
@Suite(.serialized, .enabled(if: parityFolder != nil, "SWIFT_CLIP_PARITY names no folder"))
struct ParityRunTests {
    @Test(arguments: ["ViT-B-32", "ViT-S-16", "ViT-S-32"]) func model(_ name: String) throws {
        let golden = Golden(directory: "\(try #require(parityFolder))/\(name)")
        let model = try golden.model()
        let (images, texts) = try withoutGradient {
            (
                try difference(model.imageFeatures(golden.images()), golden.feature("image")),
                try difference(model.textFeatures(golden.texts()), golden.feature("text"))
            )
        }
        let result = try model.gradientDifference(golden)
        let loss = abs(try result.loss - golden.loss())
        model.computeType = .bfloat16
        let (halfImages, halfTexts) = try withoutGradient {
            (
                try relativeDifference(model.imageFeatures(golden.images()), golden.feature("image")),
                try relativeDifference(model.textFeatures(golden.texts()), golden.feature("text"))
            )
        }
        print("\(name): image \(images), text \(texts), loss \(loss), gradients \(result.difference)")
        print("\(name) in bfloat16, relative: image \(halfImages), text \(halfTexts)")
        #expect(halfImages < 0.02)
        #expect(halfTexts < 0.02)
        #expect(images < 1e-5)
        #expect(texts < 1e-5)
        #expect(loss < 1e-5)
        #expect(result.difference < 1e-4)
    }
}
