/// What a row of the stream of training takes, without its pixels.
package struct StreamSample: Sendable {
    /// The captions that are drawn at this visit.
    package var captions: [String]
    /// Bytes of the picture's file and of the captions.
    package var byteCount: Int
}

extension LoaderSettings {
    /// The first rows of the stream that these settings describe; bad ones are left out.
    ///
    /// - Throws: `ShardError`, `CaptionFileError` for data that cannot be read.
    package func firstSamples(_ count: Int, of source: any SampleSource) throws -> [StreamSample] {
        let (order, reader) = (sampleOrder(of: source), CaptionReader(policy: captions))
        return try (0..<count).compactMap { position in
            let visit = order.sample(at: position)
            let random = CounterRandom(
                seed: seed,
                stage: UInt64(stage),
                visit: UInt64(visit.visit),
                ordinal: UInt64(source.ordinal(at: visit.index)),
                purpose: .caption
            )
            do {
                let texts = try reader.captions(of: visit.index, in: source, random: random).map(\.text)
                let image = try source.image(imageFields, at: visit.index)
                return StreamSample(
                    captions: texts,
                    byteCount: texts.reduce(image.count) { $0 + $1.utf8.count }
                )
            } catch is SampleProblem {
                return nil
            }
        }
    }
}
