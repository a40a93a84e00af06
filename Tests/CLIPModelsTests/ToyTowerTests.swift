import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

/// A model whose towers are none of the package's: built in code, trained, averaged, saved and read.
@Suite struct ToyTowerTests {
    private let configuration = ModelConfiguration(
        embeddingWidth: 6,
        vision: MeanColour.Configuration(),
        text: MeanWord.Configuration(),
        objectiveParameters: ["margin": 0.5]
    )
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func model() throws -> CLIPModel {
        try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 3)))
    }

    private func images() throws -> Tensor {
        let pixels = try Tensor.empty([3, 3, 4, 4])
        try RandomGenerator(seed: 2).fillUniform(pixels, in: 0..<256)
        return try pixels.to(.uint8)
    }

    private let texts = TokenSequences([[1, 2], [3, 4, 5], [9]])

    private func trainStep(_ model: CLIPModel) throws -> Double {
        let loss = try model.contrastiveLoss(images(), texts)
        try backward([(loss, .ones([]))])
        try withoutGradient {
            for entry in model.parameters.trained {
                if let gradient = entry.tensor.gradient { try entry.tensor.add(gradient, scale: -0.1) }
                try entry.tensor.setGradient(nil)
            }
        }
        return try loss.item()
    }

    @Test func trains() throws {
        let model = try model()
        #expect(
            model.parameters.entries.map(\.name) == [
                "visual.norm.running_mean", "visual.proj.weight", "words", "logit_scale", "margin",
            ]
        )
        #expect(model.parameters.trainable.count == 4)
        #expect(ModelSummary(configuration).parameters == model.parameters.parameterCount)
        #expect(model.textKind == .tokens(contextLength: 5))
        let first = try trainStep(model)
        #expect(try trainStep(model) < first)
    }

    @Test func buffersAreSavedAndReadAndAveraged() throws {
        let model = try model()
        let tower = try #require(model.image as? MeanColour)
        let average = try ExponentialMovingAverage(model.parameters.entries, decay: 0.9)
        _ = try trainStep(model)
        try tower.follow(Tensor.ones([3, 3, 4, 4]))
        try average.update()
        // Parameters follow slowly; a buffer's average is the buffer.
        #expect(try difference(tower.runningMean, Tensor.full([3], 0.625)) < 1e-6)
        let averaged = try #require(average.averages["visual.norm.running_mean"])
        #expect(try difference(averaged, tower.runningMean) == 0)
        let words = try #require(model.parameters["words"])
        #expect(try difference(#require(average.averages["words"]), words) > 0)

        try model.save(to: folder.path("toy"))
        try model.save(to: folder.path("ema"), values: average.averages)
        let back = try CheckpointDirectory(folder.path("toy"), configuration: configuration).model()
        #expect(try back.textFeatures(texts).shape == [3, 6])
        for entry in model.parameters.entries {
            #expect(try difference(entry.tensor, #require(back.parameters[entry.name])) == 0, "\(entry.name)")
        }
        #expect(back.parameters.entries.map(\.isTrainable) == model.parameters.entries.map(\.isTrainable))
        #expect(back.parameters["visual.norm.running_mean"]?.requiresGradient == false)
    }

    /// A reader that knows no such towers says by which key it knows none, and touches nothing.
    @Test func aKindOfOnesOwnIsWrittenBesideOpenCLIPs() throws {
        try model().save(to: folder.path("toy"))
        let data = try Data(contentsOf: folder.url.appending(path: "toy/open_clip_config.json"))
        let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let own = try #require(root["swift_clip"] as? [String: Any])
        #expect(own.keys.sorted() == ["image", "objective_parameters", "pixels", "text"])
        #expect((root["model_cfg"] as? [String: Any])?.keys.sorted() == ["embed_dim"])
        #expect(throws: CheckpointError.self) { try CheckpointDirectory(folder.path("toy")) }
        #expect(configuration.openCLIPObstacles.count == 3)
    }

    @Test func configurationsOfDifferentKindsDiffer() throws {
        var other = configuration
        #expect(other == configuration)
        other.vision = MeanColour.Configuration(imageSize: 8)
        #expect(other != configuration)
        #expect(other.towerDifferences(from: configuration) == ["the settings of the mean colour differ"])
        let golden = try CheckpointDirectory(Golden("tiny-gelu").directory).configuration
        other.vision = golden.vision
        #expect(other != configuration)
        #expect(
            other.towerDifferences(from: configuration) == [
                "vision_cfg is a mean colour there and a vision transformer in model.config"
            ]
        )
        #expect(throws: ModelConfigurationError.self) { try configuration.resized(imageSize: 8) }
        #expect(throws: ModelConfigurationError.self) { try configuration.resized(contextLength: 8) }
    }

    @Test(arguments: ["logit_scale", "a.b", "", "1a", "words"])
    func namesOfTheLossAreChecked(name: String) {
        var configuration = configuration
        configuration.objectiveParameters = [name: 1]
        #expect(throws: (any Error).self) {
            try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 3)))
        }
    }
}
