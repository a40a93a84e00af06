import Foundation
import LocalFiles

/// Caption features by the numbers that a policy gives its sources.
struct BoundCaptionFeatures: CaptionEmbeddings {
    /// A file that has a source, and the source's number there.
    struct Place {
        var file: Int
        var source: Int
    }

    /// A source of the policy.
    struct Source {
        var name: String
        var places: [Place]
    }

    /// So many samples are looked up before a run.
    static let probes = 256

    let files: [CaptionFeatureFile]
    let sources: [Source]

    var width: Int { files[0].header.width }

    var origin: CaptionEmbeddingsOrigin? {
        let model = files[0].header.model
        guard let path = model.path, let fingerprint = model.fingerprint, let encoding = model.encoding else {
            return nil
        }
        return CaptionEmbeddingsOrigin(
            path: path,
            adapter: model.adapter,
            fingerprint: fingerprint,
            encoding: Data(encoding.utf8)
        )
    }

    func embedding(ordinal: Int, source: Int, key: UInt64) throws -> [Float]? {
        try features(ordinal, sources[source]) { $0.key == key }
    }

    func embedding(ordinal: Int, source: Int, key: UInt64, text: String) throws -> [Float]? {
        let hash = ContentHash.of(text)
        return try features(ordinal, sources[source]) { $0.key == key && $0.text == hash }
    }

    private func features(
        _ ordinal: Int,
        _ source: Source,
        _ isWanted: (CaptionFeatureEntry) -> Bool
    ) throws -> [Float] {
        var other: CaptionFeatureFile?
        for place in source.places {
            let file = files[place.file]
            for entry in try file.entries(of: ordinal) where entry.source == place.source {
                if isWanted(entry) { return try file.row(entry.row) }
                other = other ?? file
            }
        }
        if let other { throw CaptionFeatureError.changed(source: source.name, path: other.path) }
        let path = files[source.places.first { files[$0.file].header.ordinals.contains(ordinal) }?.file ?? 0]
            .path
        throw CaptionFeatureError.missing(source: source.name, path: path)
    }

    /// Looks up the captions of some samples, evenly spaced.
    ///
    /// - Throws: `LoaderError.embeddings`; `ShardError`, `CaptionFileError`.
    func probe(_ policy: CaptionPolicy, in data: ShardDataset) throws {
        let probes = min(Self.probes, data.count)
        for probe in 0..<probes {
            let (whole, part) = (data.count - 1).quotientAndRemainder(dividingBy: max(probes - 1, 1))
            let index = whole * probe + part * probe / max(probes - 1, 1)
            for (number, source) in policy.sources.enumerated() {
                let texts: [String]
                do {
                    texts = try CaptionReader.texts(of: source, at: index, in: data)
                } catch is SampleProblem {
                    continue
                }
                for text in texts where !text.isEmpty {
                    do {
                        _ = try embedding(
                            ordinal: data.ordinal(at: index),
                            source: number,
                            key: CaptionKey.of(text),
                            text: text
                        )
                    } catch {
                        throw LoaderError.embeddings(label: data.label(at: index), reason: "\(error)")
                    }
                }
            }
        }
    }
}
