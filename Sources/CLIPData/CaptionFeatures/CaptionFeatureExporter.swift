import Foundation
import LocalFiles
public import RemoteFiles

/// Writes features of captions as they are published: an archive for each shard.
public struct CaptionFeatureExporter {
    private let features: any CaptionEmbeddings
    private let data: ShardDataset
    private let sources: [CaptionSource]
    private let archives: CaptionArchives

    /// Describes an export.
    ///
    /// - Parameter archives: With the folder that they go to, which must be there.
    /// - Throws: ``CaptionFeatureError``, ``CaptionArchiveError``, ``CaptionFeatureWorkError``; `LoaderError`.
    public init(
        _ features: CaptionFeatures,
        of data: ShardDataset,
        sources: [CaptionSource],
        to archives: CaptionArchives
    ) throws {
        try archives.validate(sources: sources)
        self.features = try features.embeddings(of: CaptionPolicy(sources: sources), in: data)
        self.data = data
        self.sources = sources
        self.archives = archives
        var shards: [String: String] = [:]
        for container in data.shards.containers {
            let path = try archives.path(of: container)
            if let other = shards.updateValue(container.name, forKey: path) {
                throw CaptionArchiveError.sameName(archive: path, first: other, second: container.name)
            }
            try CaptionFeatureWriter.check(path)
        }
    }

    /// Writes the archives; each appears when it is whole.
    ///
    /// - Parameter progress: Told how many samples are written.
    /// - Returns: The archives' paths.
    /// - Throws: ``CaptionArchiveError``; `LoaderError.embeddings`; `ShardError`; `RemoteError.stopped`.
    public func write(stop: StopSignal? = nil, progress: ((_ done: Int, _ total: Int) -> Void)? = nil) throws
        -> [String]
    {
        var written: [String] = []
        var done = 0
        for (number, container) in data.shards.containers.enumerated() {
            let path = try archives.path(of: container)
            let part = "\(path).\(getpid())"
            defer { unlink(part) }
            var writer = try TarWriter(creating: part)
            for place in data.parts where place.list == number {
                for index in place.start..<place.start + place.ordinals.count {
                    try stop?.check()
                    try append(index, to: &writer)
                    done += 1
                    progress?(done, data.count)
                }
            }
            _ = try writer.finish()
            do {
                try DurableFile.rename(URL(fileURLWithPath: part), to: URL(fileURLWithPath: path))
            } catch {
                throw ShardError.file(path: path, action: "write", reason: SystemReason.text(of: error))
            }
            written.append(path)
        }
        return written
    }

    private func append(_ index: Int, to writer: inout TarWriter) throws {
        let label = data.label(at: index)
        for (number, source) in sources.enumerated() {
            let texts: [String]
            do {
                texts = try CaptionReader.texts(of: source, at: index, in: data).filter { !$0.isEmpty }
            } catch is SampleProblem {
                texts = []
            }
            guard texts.count == 1 else {
                throw CaptionArchiveError.texts(label: label, source: source.name, found: texts.count)
            }
            let row: [Float]?
            do {
                row = try features.embedding(
                    ordinal: data.ordinal(at: index),
                    source: number,
                    key: CaptionKey.of(texts[0]),
                    text: texts[0]
                )
            } catch {
                throw LoaderError.embeddings(label: label, reason: "\(error)")
            }
            var bytes: [UInt8] = []
            _ = CaptionFeatureType.float32.append(row ?? [], to: &bytes)
            try writer.append(name: "\(label.key).\(archives.members[number])", content: bytes)
        }
    }
}
