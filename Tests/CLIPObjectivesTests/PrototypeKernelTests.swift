import Testing
import Torch
import TorchDistributed

@testable import CLIPObjectives

/// The fused steps against the same steps by plain operations.
@Suite struct PrototypeKernelTests {
    private struct Case {
        let embeddings, anchors, similarity, logMean: Tensor

        init(_ anchorCount: Int, prototypes: Int, width: Int, dtype: DType) throws {
            let generator = try RandomGenerator(seed: UInt64(anchorCount * 1000 + prototypes))
            func rows(_ count: Int) throws -> Tensor {
                let tensor = try Tensor.empty([count, width], dtype: .float64)
                try generator.fillNormal(tensor)
                return try tensor.normalized()
            }
            embeddings = try (rows(prototypes) * 1.5).to(dtype)
            let features = try rows(anchorCount)
            anchors = try features.to(dtype)
            similarity = try (features * (features + rows(anchorCount)).normalized()).sum(dims: [1]).to(dtype)
            let means = try Tensor.empty([anchorCount], dtype: .float64)
            try generator.fillUniform(means, in: -6..<1)
            logMean = try means.to(dtype)
        }

        func batch(scale: Double) throws -> PrototypeBatch {
            let text = AnchorStatistics(
                side: .text,
                similarity: similarity,
                positive: try similarity * scale,
                logSum: try logMean + similarity * scale,
                hardest: similarity,
                negatives: try Tensor.ones(similarity.shape, dtype: similarity.dtype)
            )
            return try PrototypeBatch(
                text,
                anchors: anchors,
                scale: Tensor.full([1], scale, dtype: similarity.dtype),
                collective: SingleProcess()
            )
        }
    }

    @Test(arguments: [(5, 3, 7), (16, 64, 32), (9, 130, 40), (1, 17, 16)], [1e-14, 1e-2])
    func fusedStepsAreThePlainOnes(sizes: (anchors: Int, prototypes: Int, width: Int), epsilon: Double) throws
    {
        let options = NetworkNormalizerOptions(prototypes: sizes.prototypes, steps: 4, learningRate: 0.03)
        func learned(_ dtype: DType, fused: Bool) throws -> Prototypes {
            let given = try Case(
                sizes.anchors,
                prototypes: sizes.prototypes,
                width: sizes.width,
                dtype: dtype
            )
            let prototypes = try Prototypes(given.embeddings)
            let batch = try given.batch(scale: 12)
            if fused {
                try prototypes.learn(from: batch, epsilon: epsilon, options)
            } else {
                for _ in 0..<options.steps { try prototypes.step(on: batch, epsilon: epsilon, options) }
            }
            return prototypes
        }
        let fused = try learned(.float32, fused: true)
        let plain = try learned(.float64, fused: false)
        let start = try Case(sizes.anchors, prototypes: sizes.prototypes, width: sizes.width, dtype: .float64)
        #expect(try distance(plain.rows, start.embeddings) > 0.01)
        // AdaGrad's first steps only have the gradient's sign, so that a tiny gradient may err by much.
        let scale = try plain.accumulator.maximum().item()
        #expect(try distance(fused.accumulator, plain.accumulator) < 1e-3 * scale)
        let difference = try (fused.rows.to(.float64) - plain.rows).abs().mean().item()
        #expect(difference < 1e-4)
    }

    @Test func oneStepHasThePlainGradient() throws {
        let options = NetworkNormalizerOptions(prototypes: 33, steps: 1, learningRate: 0.1)
        let given = try Case(12, prototypes: 33, width: 24, dtype: .float32)
        let fused = try Prototypes(given.embeddings)
        let batch = try given.batch(scale: 5)
        let gradient = try fused.gradient(on: batch, epsilon: 1e-14, logRatioLimit: options.logRatioLimit)
        try fused.learn(from: batch, epsilon: 1e-14, options)
        let found = try fused.accumulator.sqrt()
        let size = try gradient.abs().maximum().item()
        #expect(size > 1e-3)
        #expect(try distance(found, gradient.abs()) < 1e-5 * size)
    }

    @Test func anchorsThatAreNoNumbersMoveNothing() throws {
        let options = NetworkNormalizerOptions(prototypes: 20, steps: 3)
        let given = try Case(6, prototypes: 20, width: 9, dtype: .float32)
        let prototypes = try Prototypes(given.embeddings)
        let before = try prototypes.rows.cloned()
        try given.anchors.select(2).fill(.nan)
        try prototypes.learn(from: given.batch(scale: 5), epsilon: 1e-14, options)
        #expect(try distance(prototypes.rows, before) == 0)
        #expect(try prototypes.accumulator.abs().maximum().item() == 0)
    }

    @Test func tensorsThatDoNotFitAreRefused() throws {
        let rows = try Tensor.ones([4, 8])
        let error = #expect(throws: TorchError.self) {
            try PrototypeKernels.adagradDirections(
                rows,
                accumulator: .zeros([4, 8]),
                pulls: .zeros([8, 4]),
                inverseNorms: .ones([4]),
                rate: 0.1,
                epsilon: 1e-10
            )
        }
        #expect(error?.description.contains("pulls of shape [8, 4], not [4, 8]") == true)
    }
}
