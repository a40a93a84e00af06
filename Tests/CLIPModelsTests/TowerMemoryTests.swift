import CLIPModels
import Testing
import Torch
import TorchNN

/// What the layers keep, counted by hand for one shape.
@Suite struct TowerMemoryTests {
    /// Two blocks of width 8 with 2 heads and a hidden layer of 32; 5 rows, one of which is read.
    static let work = TowerWorkload(
        width: 8,
        layers: 2,
        heads: 2,
        mlpWidth: 32,
        tokens: TokenLengths(5),
        patches: 4,
        patchValues: 12,
        inputValues: 48,
        normalizesInput: true
    )
    static let block = 64 + 4 * (48 + 64) + 8 + 16
    /// The last block: one sum, normalised rows, queries, keys, values, what they attend to; and one row of the rest.
    static let last = 5 * (24 * 8 + 8 + 8) + (4 * 8 + 4 * (16 + 64) + 8)
    /// The first normalisation, patches, and the feature.
    static let rest = 5 * (32 + 8) + 4 * 48 + 160

    @Test func everythingIsKeptForOnePass() {
        let memory = TowerMemory(Self.work, TowerTraining(layers: 2), count: 1, computeBytes: 4)
        #expect(memory.activations == Double(5 * Self.block + Self.last + Self.rest))
        #expect(memory.recomputedBlock == 0)
        let three = TowerMemory(Self.work, TowerTraining(layers: 2), count: 3, computeBytes: 4)
        #expect(three.activations == 3 * memory.activations)
    }

    @Test func checkpointedBlocksKeepTheirOutputs() {
        let training = TowerTraining(layers: 2, checkpointsBlocks: true)
        let memory = TowerMemory(Self.work, training, count: 1, computeBytes: 4)
        #expect(memory.activations == Double(2 * 5 * 64 + Self.rest))
        #expect(memory.recomputedBlock == Double(5 * (Self.block + 2 * 64)))
    }

    /// Numbers inside of blocks take half; sums do not, and copies of the matrices come to them.
    @Test func narrowProductsKeepCopiesOfMatrices() {
        let (wide, narrow) = (4, 2)
        let training = TowerTraining(layers: 2)
        let whole = TowerMemory(Self.work, training, count: 1, computeBytes: wide)
        let half = TowerMemory(Self.work, training, count: 1, computeBytes: narrow)
        let inBlocks = 5 * 4 * (48 + 64) + 5 * 20 * 8 + 4 * (16 + 64) + 4 * 48
        let copies = 2 * (2 * 8 * (32 + 64) + 12 * 8)
        #expect(whole.activations - half.activations == Double(inBlocks / 2 - copies))
        let stored = TowerMemory(Self.work, training, count: 1, computeBytes: narrow, weightBytes: 2)
        #expect(half.activations - stored.activations == Double(copies))
    }

    @Test func frozenTowersKeepNothing() {
        let memory = TowerMemory(
            Self.work,
            TowerTraining(layers: 2, isTrained: false),
            count: 4,
            computeBytes: 4
        )
        #expect(memory.activations == 0)
        #expect(memory.unrecordedPass > 0)
        #expect(memory.tableGradient == 0)
    }

    /// A model of shapes alone has the names and shapes of one with values.
    @Test func shapesNeedNoValues() throws {
        let configuration = try Golden("tiny-gelu").model().configuration
        let shapes = try CLIPModel(configuration, parameters: ParameterStore(.unset)).parameters.entries
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 0)))
        #expect(shapes.map(\.name) == model.parameters.entries.map(\.name))
        #expect(shapes.map(\.tensor.shape) == model.parameters.entries.map(\.tensor.shape))
    }
}
