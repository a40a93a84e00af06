import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Testing
import Torch

@testable import CLIPTraining

@Suite struct DeviceBatchTests {
    /// With weights, a source of its own length passes through itself more or less often than the stream does.
    @Test func theEpochOfAMixtureIsTheStreams() throws {
        let fixture = try TrainingFixture()
        let shards = ["train-0.tar", "train-1.tar"].map { fixture.url($0).path }
        let data = try ShardDataset.open(shards)
        let settings = LoaderSettings(
            batchSize: 8,
            captions: try CaptionPolicy(),
            seed: 1,
            mixture: [MixtureShare(samples: 0..<20, weight: 9), MixtureShare(samples: 20..<40, weight: 1)]
        )
        let loader = try DataLoader(
            source: data,
            settings: settings,
            images: TrainingImages(TrainTransform(height: 16, width: 16)),
            tokenize: { _ in [1, 49_407] }
        )
        defer { loader.shutdown() }
        #expect(loader.epochLength == 40)
        var others = 0
        for number in 0..<15 {
            let batch = try #require(try loader.next())
            let found = try DeviceBatch(batch, on: .cpu, epochLength: loader.epochLength)
            #expect(found.epoch == number * 8 / 40)
            #expect(found.ordinals == batch.ordinals)
            #expect(found.input.position == number * 8)
            #expect(found.captionsPerImage == 1)
            if batch.visits.contains(where: { Int($0) != found.epoch }) { others += 1 }
        }
        #expect(others > 5, "rows of the first source have passed through it more often")
    }

    /// One part of four samples that half of all draws go to, beside one of forty: it is passed through ten times in the
    /// time of one epoch.
    @Test(arguments: [LoaderSettings.Order.shuffled, .blocks(window: 1)])
    func anInnerRateFallsThroughAMixture(order: LoaderSettings.Order) throws {
        let fixture = try TrainingFixture()
        let shards = ["train-0.tar", "train-1.tar"].map { fixture.url($0).path }
        let data = try ShardDataset.open(shards)
        let mixture = [
            MixtureShare(samples: 0..<4, weight: 5), MixtureShare(samples: 4..<40, weight: 5),
        ]
        let loader = try DataLoader(
            source: data,
            settings: LoaderSettings(
                batchSize: 8,
                captions: try CaptionPolicy(),
                seed: 1,
                order: order,
                mixture: mixture
            ),
            images: TrainingImages(TrainTransform(height: 16, width: 16)),
            tokenize: { _ in [1, 49_407] }
        )
        defer { loader.shutdown() }
        let rate = InnerRate.cosine(minimum: 0.2, epochs: 6)
        var rates: [Double] = [], passes: Set<Int64> = []
        for number in 0..<30 {
            let batch = try #require(try loader.next())
            let epoch = try DeviceBatch(batch, on: .cpu, epochLength: loader.epochLength).epoch
            #expect(epoch == number / 5)
            rates.append(rate.rate(epoch: epoch))
            passes.formUnion(batch.visits)
        }
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 } && Set(rates).count == 6)
        #expect(passes.max() ?? 0 >= 29, "the small part has passed by far more often than six times")
    }

    @Test func embeddingsBecomeRows() throws {
        let fixture = try TrainingFixture()
        let data = try ShardDataset.open([fixture.url("train-0.tar").path])
        let rows = try (0..<data.count).map { index in
            MemoryCaptionEmbeddings.Row(
                ordinal: data.ordinal(at: index),
                key: CaptionKey.of(try #require(try data.field("txt", at: index)?.text)),
                values: [Float(data.ordinal(at: index)), 1]
            )
        }
        let loader = try DataLoader(
            source: data,
            settings: LoaderSettings(batchSize: 4, captions: CaptionPolicy(captionsPerImage: 2)),
            images: TrainingImages(TrainTransform(height: 16, width: 16)),
            texts: .embeddings(MemoryCaptionEmbeddings(width: 2, rows: rows))
        )
        defer { loader.shutdown() }
        let batch = try #require(try loader.next())
        let found = try DeviceBatch(batch, on: .cpu, epochLength: loader.epochLength)
        guard case .embeddings(let texts) = found.input.texts else {
            Issue.record("no embeddings")
            return
        }
        #expect(texts.shape == [8, 2])
        #expect(found.captionsPerImage == 2)
        #expect(try found.perImage(found.captionKeys).shape == [4, 2])
        let expected: [Float] = batch.ordinals.flatMap { [Float($0), Float(1), Float($0), Float(1)] }
        #expect(try texts.scalars(as: Float.self) == expected)
    }
}
