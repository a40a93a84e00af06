import RemoteFiles

/// Captions whose features a model computes.
struct EncodedCaptions: CaptionFeatureProvider {
    /// So many texts go to the model at a time.
    static let batch = 256

    let data: ShardDataset
    let sources: [CaptionSource]
    let settings: CaptionFeatureWriter.Settings
    let stop: StopSignal?
    let encode: ([String]) throws -> [Float]

    func chunk(_ samples: [OrdinalSamples.Sample]) throws -> CaptionFeatureChunk {
        var chunk = CaptionFeatureChunk(width: settings.width, type: settings.type)
        // By bytes: texts that are equal to Unicode are not to a tokenizer.
        var rows: [[UInt8]: Int] = [:]
        var texts: [(text: String, index: Int, source: Int)] = []
        for sample in samples {
            for (number, source) in sources.enumerated() {
                let found: [String]
                do {
                    found = try CaptionReader.texts(of: source, at: sample.index, in: data)
                } catch is SampleProblem {
                    chunk.unreadable += 1
                    continue
                }
                for text in found where !text.isEmpty {
                    let bytes = Array(text.utf8)
                    let row = rows[bytes] ?? texts.count
                    if row == texts.count {
                        rows[bytes] = row
                        texts.append((text, sample.index, number))
                    }
                    chunk.append(text, ordinal: sample.ordinal, source: number, row: row)
                }
            }
        }
        for start in stride(from: 0, to: texts.count, by: Self.batch) {
            try stop?.check()
            let part = texts[start..<min(texts.count, start + Self.batch)]
            let values = try encode(part.map(\.text))
            guard values.count == part.count * settings.width else {
                throw CaptionFeatureWorkError.count(
                    found: values.count,
                    expected: part.count * settings.width
                )
            }
            for (place, text) in part.enumerated() {
                let row = values[place * settings.width..<(place + 1) * settings.width]
                if let bad = chunk.append(row) {
                    throw CaptionFeatureWorkError.number(
                        label: data.label(at: text.index),
                        source: sources[text.source].name,
                        value: bad,
                        type: settings.type
                    )
                }
            }
        }
        return chunk
    }
}
