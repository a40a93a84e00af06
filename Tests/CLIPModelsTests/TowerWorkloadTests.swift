import CLIPModels
import Testing

/// The rule by which CLIPA counts compute, and what a training step makes of it.
@Suite struct TowerWorkloadTests {
    /// 10⁹ multiply-adds for images of 64, 96, 112, 160 and 224 pixels in patches of 16.
    static let images: [(name: String, gigamacs: [Double])] = [
        ("ViT-S-16", [0.368, 0.809, 1.099, 2.268, 4.598]),
        ("ViT-B-16", [1.459, 3.189, 4.322, 8.825, 17.563]),
        ("ViT-L-16", [5.161, 11.269, 15.261, 31.081, 61.554]),
    ]
    /// For texts of 8, 16 and 32 tokens.
    static let texts: [(name: String, gigamacs: [Int: Double])] = [
        ("ViT-S-16", [32: 0.689]), ("ViT-B-16", [16: 0.607, 32: 1.221]),
        ("ViT-L-16", [8: 0.681, 16: 1.364, 32: 2.737]),
    ]

    @Test(arguments: images)
    func imagesCostWhatThePaperCounts(_ name: String, gigamacs: [Double]) throws {
        let configuration = try ModelCatalog.configuration(name)
        for (size, expected) in zip([64, 96, 112, 160, 224], gigamacs) {
            let work = try #require(configuration.resized(imageSize: size).vision.workload(keeping: .none))
            #expect(abs(work.multiplyAdds / 1e9 - expected) <= 0.0005, "\(name) at \(size)")
        }
    }

    @Test(arguments: texts)
    func textsCostWhatThePaperCounts(_ name: String, gigamacs: [Int: Double]) throws {
        let configuration = try ModelCatalog.configuration(name)
        for (tokens, expected) in gigamacs.sorted(by: { $0.key < $1.key }) {
            let work = try #require(configuration.text.workload(of: TokenLengths(tokens)))
            #expect(abs(work.multiplyAdds / 1e9 - expected) <= 0.0005, "\(name) at \(tokens)")
        }
    }

    /// Twice the multiply-adds, and the projections of the features, are what a summary counts.
    @Test(arguments: ["ViT-B-16", "ViT-B-32", "ViT-L-14", "ViT-S-16"])
    func summariesCountTheProjectionsToo(_ name: String) throws {
        let configuration = try ModelCatalog.configuration(name)
        let image = try #require(configuration.vision.workload(keeping: .none))
        let text = try #require(configuration.text.workload(of: TokenLengths(77)))
        let projections = Double((image.width + text.width) * configuration.embeddingWidth)
        let gigaflops = 2 * (image.multiplyAdds + text.multiplyAdds + projections) / 1e9
        #expect(abs(gigaflops - ModelSummary(configuration).gigaflops) < 1e-9)
    }

    @Test func maskedPatchesAreNotCounted() throws {
        let vision = try ModelCatalog.configuration("ViT-B-16").vision
        let work = try #require(vision.workload(keeping: .random(drop: 0.5)))
        #expect(work.tokens == TokenLengths(99))
        #expect(work.patches == 98)
        let width = 768.0, rows = 99.0
        let expected = 12 * (12 * width * width * rows + 2 * width * rows * rows) + 98 * 768 * width
        #expect(work.multiplyAdds == expected)
        // As much as smaller images with as many patches.
        let grid = try #require(vision.workload(keeping: .grid(.fixed)))
        let small = try #require(vision.resized(imageSize: 112).workload(keeping: .none))
        #expect(grid.multiplyAdds == small.multiplyAdds)
    }

    @Test func textsOfDifferentLengthsCostTheMean() throws {
        let text = try ModelCatalog.configuration("ViT-B-16").text
        let work = try #require(text.workload(of: TokenLengths(of: [8, 32])))
        let parts = try [8, 32].map { try #require(text.workload(of: TokenLengths($0))).multiplyAdds }
        #expect(abs(work.multiplyAdds / ((parts[0] + parts[1]) / 2) - 1) < 1e-12)
    }

    @Test func aTrainingStepIsThreePasses() throws {
        let text = try ModelCatalog.configuration("ViT-B-16").text
        let work = try #require(text.workload(of: TokenLengths(16)))
        let forward = work.multiplyAdds
        #expect(work.multiplyAdds(of: TowerTraining(layers: 12)) == 3 * forward)
        #expect(work.multiplyAdds(of: TowerTraining(layers: 12, isInParts: true)) == 4 * forward)
        #expect(
            work.multiplyAdds(of: TowerTraining(layers: 12, isInParts: true, checkpointsBlocks: true))
                == 5 * forward
        )
        let frozen = TowerTraining(layers: 12, isTrained: false, isInParts: true, checkpointsBlocks: true)
        #expect(work.multiplyAdds(of: frozen) == forward)
    }

    /// Pixels have no gradients, so the patches' projection counts twice.
    @Test func patchesHaveNoGradientOfTheirInput() throws {
        let vision = try ModelCatalog.configuration("ViT-B-16").vision
        let work = try #require(vision.workload(keeping: .none))
        let step = work.multiplyAdds(of: TowerTraining(layers: 12))
        #expect(abs(step - (3 * work.multiplyAdds - work.patchProducts)) < 1)
    }

    @Test func blocksBeforeTheFirstTrainedOneAreOnlyPassed() throws {
        let text = try ModelCatalog.configuration("ViT-B-16").text
        let work = try #require(text.workload(of: TokenLengths(16)))
        var training = TowerTraining(layers: 12)
        (training.recordedLayers, training.trainedLayers) = (4, 2)
        let block = work.blockProducts + work.attentionProducts
        let expected =
            12 * block + 4 * (work.blockProducts + 2 * work.attentionProducts) + 2 * work.blockProducts
        #expect(abs(work.multiplyAdds(of: training) / expected - 1) < 1e-12)
    }

    @Test func manyTextsTogetherAreNearTheirMean() {
        let lengths = TokenLengths(of: [10, 20, 30, 20])
        #expect(lengths.mean == 20)
        #expect(lengths.most(of: 1) == 30)
        #expect(abs(lengths.most(of: 10_000) / 200_000 - 1) < 0.02)
        #expect(TokenLengths(16).most(of: 5) == 80)
    }
}
