/// A part of a source and how often it is drawn, relative to the others.
public struct MixtureShare: Sendable, Hashable {
    /// The part's samples, as places in the source.
    public var samples: Range<Int>
    /// The weight; shares are proportional to it, whatever the number of samples.
    public var weight: Double

    /// Creates a share.
    public init(samples: Range<Int>, weight: Double) {
        self.samples = samples
        self.weight = weight
    }
}

extension LoaderSettings {
    /// The stream of samples that the settings describe.
    public func sampleOrder(of source: any SampleSource) -> any SampleOrder {
        if let parts = pairing?.parts, parts.count > 1, order != .sequential {
            return HomogeneousOrder(
                parts.enumerated().map { number, part in
                    MixedOrder.Part(
                        order: sampleOrder(of: part.samples, in: source, part: number),
                        start: part.samples.lowerBound,
                        weight: part.weight
                    )
                },
                batchSize: batchSize,
                seed: seed,
                stage: stage
            )
        }
        let shares = mixture.filter { !$0.samples.isEmpty }
        guard order != .sequential, let first = shares.first else {
            return sampleOrder(of: 0..<source.count, in: source)
        }
        if shares.count == 1, first.samples.lowerBound == 0 {
            return sampleOrder(of: first.samples, in: source)
        }
        return MixedOrder(
            shares.enumerated().map { number, share in
                MixedOrder.Part(
                    order: sampleOrder(of: share.samples, in: source, part: number),
                    start: share.samples.lowerBound,
                    weight: share.weight
                )
            },
            seed: seed,
            stage: stage
        )
    }

    /// The stream of a part, whose samples count from 0.
    ///
    /// Each part has a key of its own: parts of one length would have the same order otherwise, and where they describe
    /// the same pictures, these would meet in a batch.
    private func sampleOrder(
        of samples: Range<Int>,
        in source: any SampleSource,
        part: Int = 0
    ) -> any SampleOrder {
        let seed = part == 0 ? seed : CounterRandom.mix(seed ^ CounterRandom.mix(UInt64(part)))
        guard case .blocks(let window) = order else {
            return GlobalOrder(
                count: samples.count,
                seed: seed,
                stage: stage,
                isShuffled: order == .shuffled
            )
        }
        let blocks = source.blocks.map { block in
            let inside = block.clamped(to: samples)
            return inside.lowerBound - samples.lowerBound..<inside.upperBound - samples.lowerBound
        }
        return BlockOrder(blocks: blocks, window: window, seed: seed, stage: stage)
    }
}
