import Foundation

/// Features of captions in one file or several, as a run uses them.
public struct CaptionFeatures: Sendable {
    /// The files, in the order in which they are looked through.
    public let files: [CaptionFeatureFile]

    /// Opens files, which must be of one model.
    ///
    /// - Parameter patterns: Paths, brace patterns or globs.
    /// - Throws: ``CaptionFeatureError``; `ShardError.file`, `.patternTooLarge`.
    public init(_ patterns: [String]) throws {
        var seen: Set<String> = []
        files = try Self.paths(patterns).filter { seen.insert(FilePath.absolute($0)).inserted }
            .map(CaptionFeatureFile.init)
        guard let first = files.first else {
            throw CaptionFeatureError.noFiles(pattern: patterns.joined(separator: " "))
        }
        for file in files.dropFirst() {
            var differences =
                first.header.width == file.header.width
                ? [] : ["width \(file.header.width) and not \(first.header.width)"]
            differences += file.header.model.differences(from: first.header.model)
            guard differences.isEmpty else {
                throw CaptionFeatureError.differs(
                    path: file.path,
                    from: first.path,
                    differences: differences
                )
            }
        }
    }

    /// What patterns stand for, in order.
    static func paths(_ patterns: [String]) throws -> [String] {
        var paths: [String] = []
        for pattern in patterns {
            for name in try BracePattern.expand(pattern) {
                let matches =
                    FilePath.isGlob(name) && FilePath.kind(of: name) == nil ? FilePath.glob(name) : [name]
                guard !matches.isEmpty else { throw CaptionFeatureError.noFiles(pattern: name) }
                paths += matches
            }
        }
        return paths
    }

    /// Numbers in each row.
    public var width: Int { files[0].header.width }

    /// One line for people: what made them, and how many there are.
    public var line: String {
        let header = files[0].header
        let captions = files.reduce(0) { $0 + $1.header.captions }
        return "caption features: \(CaptionCoverage.grouped(captions)) captions by \(header.model.text), "
            + "\(header.width) numbers each, \(header.type.rawValue)"
    }

    /// The features of the captions that a policy chooses in a data set, once both were compared.
    ///
    /// The data may have grown since: what was there then is what counts. A few captions are looked up, so that features of other
    /// texts are noticed before a run.
    /// - Throws: ``CaptionFeatureError``; `LoaderError.embeddings` for a caption that has none; `ShardError`.
    public func embeddings(of policy: CaptionPolicy, in data: ShardDataset) throws -> any CaptionEmbeddings {
        for file in files { try file.check(data) }
        let sources = try policy.sources.map { try places(of: $0) }
        for (source, places) in zip(policy.sources, sources) { try requireAll(source, places, in: data) }
        let bound = BoundCaptionFeatures(
            files: files,
            sources: zip(policy.sources, sources).map { .init(name: $0.name, places: $1) }
        )
        try bound.probe(policy, in: data)
        return bound
    }

    /// Where a source's captions are: the files that have it, and its number there.
    private func places(of source: CaptionSource) throws -> [BoundCaptionFeatures.Place] {
        func places(_ fits: (CaptionFeatureHeader.Source) -> Bool) -> [BoundCaptionFeatures.Place] {
            files.enumerated().compactMap { number, file in
                file.header.sources.firstIndex(where: fits).map { .init(file: number, source: $0) }
            }
        }
        var found = places { $0.name == source.name }
        if found.isEmpty, let field = source.field?.description {
            // Fields that are named without a name of their own; texts are compared anyway.
            found = places { $0.origin == field }
        }
        guard !found.isEmpty else {
            var names: [String] = []
            for name in files.flatMap({ $0.header.sources.map(\.name) }) where !names.contains(name) {
                names.append(name)
            }
            throw CaptionFeatureError.noSource(name: source.name, paths: files.map(\.path), found: names)
        }
        return found
    }

    private func requireAll(
        _ source: CaptionSource,
        _ places: [BoundCaptionFeatures.Place],
        in data: ShardDataset
    ) throws {
        var missing = IndexSet()
        for part in data.parts { missing.insert(integersIn: part.ordinals) }
        let files = places.map { self.files[$0.file] }
        for file in files { missing.subtract(file.header.covered) }
        guard let first = missing.first else { return }
        throw CaptionFeatureError.uncovered(
            source: source.name,
            samples: missing.count,
            total: data.count,
            paths: files.map(\.path),
            rest: Self.rest(of: files, from: first)
        )
    }

    /// Where samples that files do not have are to come from.
    private static func rest(of files: [CaptionFeatureFile], from first: Int) -> CaptionFeatureError.Rest {
        for file in files where file.header.parts > 1 {
            let header = file.header
            let there = files.filter { $0.header.parts == header.parts && $0.header.whole == header.whole }
            let missing = Set(1...header.parts).subtracting(there.map(\.header.part))
            if !missing.isEmpty { return .parts(missing.sorted(), of: header.parts) }
        }
        return files.allSatisfy { $0.header.whole.upperBound <= first } ? .later : .shards
    }
}

extension CaptionFeatureFile {
    /// Refuses data that is not what the file was made of; it may have grown since.
    ///
    /// - Throws: ``CaptionFeatureError/otherData(path:samples:found:)``.
    func check(_ data: ShardDataset) throws(CaptionFeatureError) {
        let samples = header.whole.upperBound
        guard samples <= data.ordinalCount,
            DataFingerprint(data, count: samples).value == UInt64(header.fingerprint, radix: 16)
        else { throw .otherData(path: path, samples: samples, found: data.ordinalCount) }
    }
}
