import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// Sizes and costs without building a model.
@Suite struct ModelSummaryTests {
    /// Parameters in millions and GFLOPs as open_clip's model profile lists them.
    @Test(arguments: [("ViT-B-32", 151.28, 14.78), ("ViT-B-16", 149.62, 41.09), ("ViT-L-14", 427.62, 175.33)])
    func agreesWithOpenCLIP(_ name: String, millions: Double, gigaflops: Double) throws {
        let summary = try ModelSummary(ModelCatalog.configuration(name))
        #expect(abs(Double(summary.parameters) / 1e6 - millions) < 0.006)
        #expect(abs(summary.gigaflops - gigaflops) < 0.006)
    }

    @Test func exactCounts() throws {
        let summary = try ModelSummary(ModelCatalog.configuration("ViT-B-32"))
        #expect(summary.parameters == 151_277_313)
        #expect(summary.image.parameters == 87_849_216)
        #expect(summary.image.tokens == 50)
        #expect(summary.text.tokens == 77)
    }

    @Test(arguments: ["tiny-gelu", "tiny-average"]) func countsWhatIsBuilt(_ name: String) throws {
        let model = try Golden(name).model()
        let summary = ModelSummary(model.configuration)
        #expect(summary.parameters == model.parameters.parameterCount)
        let image = model.parameters.trainable.filter { $0.name.hasPrefix("visual.") }
        #expect(summary.image.parameters == image.reduce(0) { $0 + $1.tensor.count })
        let data = try JSONEncoder().encode(summary)
        #expect(try JSONDecoder().decode(ModelSummary.self, from: data) == summary)
    }
}
