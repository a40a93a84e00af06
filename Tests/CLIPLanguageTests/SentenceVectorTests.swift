import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@Suite struct SentenceVectorTests {
    private let texts = ["a cat", "hi", "", "a much longer caption of a cat that sits on a wall", "hi hi"]

    private func states(_ encoder: SentenceEncoder, _ text: SentenceEncoder.EncodedText) throws -> [[Double]]
    {
        let states = try encoder.model.states(of: [text.ids], isCausal: encoder.encoding.isCausal)
        return try (0..<states.size(0)).map { try states.select($0).scalars(as: Double.self) }
    }

    @Test(arguments: SentenceEncoding.Pooling.allCases, [false, true])
    func pooling(_ pooling: SentenceEncoding.Pooling, isCausal: Bool) throws {
        let encoder = try ByteModel.encoder {
            $0.wrapper = .chatML
            $0.pooling = pooling
            $0.isCausal = isCausal
            $0.instruction = "Find"
        }
        let vectors = try encoder.vectors(of: texts)
        #expect(vectors.dtype == .float32)
        #expect(vectors.shape == [5, 16])
        for (number, text) in texts.enumerated() {
            let encoded = encoder.encode(text)
            let rows = try states(encoder, encoded), pooled = rows.suffix(encoded.pooledCount)
            let expected: [Double]
            switch pooling {
            case .mean:
                expected = (0..<16).map { column in
                    pooled.reduce(0) { $0 + $1[column] } / Double(pooled.count)
                }
            case .weightedMean:
                let total = Double(pooled.count * (pooled.count + 1)) / 2
                expected = (0..<16).map { column in
                    pooled.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element[column] } / total
                }
            case .last: expected = try #require(rows.last)
            case .first: expected = try #require(rows.first)
            }
            #expect(try relativeDifference(vectors.select(number), Tensor(expected)) < 1e-5)
        }
    }

    @Test func oneTokenIsItsOwnMean() throws {
        let found = try [SentenceEncoding.Pooling.mean, .weightedMean].map { pooling in
            let encoder = try ByteModel.encoder { $0.pooling = pooling }
            let vector = try encoder.vectors(of: ["hi"]).scalars(as: Double.self)
            #expect(try vector == states(encoder, encoder.encode("hi"))[0])
            return vector
        }
        #expect(found[0] == found[1])
    }

    @Test func anInstructionChangesTheVector() throws {
        let plain = try ByteModel.encoder().vectors(of: ["a cat"])
        let instructed = try ByteModel.encoder { $0.instruction = "Find" }.vectors(of: ["a cat"])
        #expect(try relativeDifference(instructed, plain) > 1e-3)
    }

    /// Vectors come in the order of the texts, whatever is packed with what.
    @Test(arguments: [1, 9, 30, 4096]) func packingChangesNothing(tokensAtATime: Int) throws {
        let encoder = try ByteModel.encoder()
        let alone = try Tensor.concatenate(texts.map { try encoder.vectors(of: [$0]) })
        var passes = 0
        let found = try encoder.vectors(of: texts, tokensAtATime: tokensAtATime) { passes += 1 }
        #expect(try relativeDifference(found, alone) < 1e-5)
        #expect(passes == [1: 5, 9: 3, 30: 2, 4096: 1][tokensAtATime])
        #expect(!found.requiresGradient)
        #expect(try encoder.vectors(of: [String]()).shape == [0, 16])
    }

    @Test func workCanBeEnded() throws {
        struct Stop: Error {}
        var passes = 0
        #expect(throws: Stop.self) {
            try ByteModel.encoder().vectors(of: texts, tokensAtATime: 1) {
                passes += 1
                if passes == 2 { throw Stop() }
            }
        }
        #expect(passes == 2)
    }

    @Test func noGraphIsBuiltOutsideTraining() throws {
        let adapter = try LowRankAdapter.random(rank: 2, source: ByteModel.source())
        let encoder = try ByteModel.encoder(adapter: adapter)
        let encoded = texts.map { encoder.encode($0) }
        #expect(try !encoder.vectors(of: texts).requiresGradient)
        let recorded = try encoder.pooled(encoded)
        #expect(recorded.requiresGradient)
        #expect(try relativeDifference(recorded, encoder.vectors(of: texts)) < 1e-5)
        try backward([(recorded, .ones(recorded.shape))])
        #expect(
            try adapter.pairs.values.allSatisfy { try #require($0.up.gradient).abs().maximum().item() > 0 }
        )
    }

    /// Gradients through the pooling, with and without a tape, against differences.
    @Test func gradientsOfVectors() throws {
        let adapter = try LowRankAdapter.random(rank: 2, source: ByteModel.source())
        let encoder = try ByteModel.encoder(adapter: adapter) { $0.pooling = .weightedMean }
        let encoded = texts.map { encoder.encode($0) }
        let pair = try #require(adapter.pairs["model.layers.0.mlp.down_proj"])
        let upstream = try Tensor.empty([5, 16])
        try RandomGenerator(seed: 3).fillNormal(upstream)
        let tape = ActivationTape()
        try tape.backward([(encoder.pooled(encoded, tape: tape), upstream)])
        let gradient = try #require(pair.up.gradient).scalars(as: Double.self)
        let values = try pair.up.scalars(as: Float.self)
        for place in [0, 7, 31] {
            let sides = try [Float(0.001), -0.001].map { step in
                var moved = values
                moved[place] += step
                try withoutGradient { try pair.up.copy(from: Tensor(moved, shape: pair.up.shape)) }
                return try withoutGradient {
                    try (encoder.pooled(encoded) * upstream).to(.float64).sum().item()
                }
            }
            try withoutGradient { try pair.up.copy(from: Tensor(values, shape: pair.up.shape)) }
            #expect(
                abs((sides[0] - sides[1]) / 0.002 - gradient[place]) < 0.02 * max(1, abs(gradient[place]))
            )
        }
    }
}

extension LowRankAdapter {
    /// An adapter with random values in both matrices, which require gradients.
    static func random(rank: Int, source: any LanguageModelSource) throws -> LowRankAdapter {
        var options = Options()
        options.rank = rank
        options.dropout = 0
        let generator = try RandomGenerator(seed: 17)
        var pairs: [String: Pair] = [:]
        for name in source.tensorNames where name.hasSuffix("_proj.weight") {
            let shape = try #require(try source.tensor(name)).shape
            let pair = Pair(down: try .empty([rank, shape[1]]), up: try .empty([shape[0], rank]))
            for tensor in [pair.down, pair.up] {
                try generator.fillNormal(tensor, deviation: 0.3)
                try tensor.setRequiresGradient(true)
            }
            pairs[String(name.dropLast(".weight".count))] = pair
        }
        return LowRankAdapter(options: options, pairs: pairs)
    }
}
