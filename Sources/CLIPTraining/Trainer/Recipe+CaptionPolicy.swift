public import CLIPData
public import Foundation
public import RemoteFiles

extension Recipe {
    /// The policy that the recipe describes, with its side files opened.
    ///
    /// - Parameters:
    ///   - stop: Ends the making of tables.
    ///   - output: Receives a line for each table of rows that has to be made first.
    /// - Throws: `LoaderError.captionPolicy`, `CaptionFileError`, `ShardError`.
    public func captionPolicy(stop: StopSignal? = nil, output: FileHandle = .nullDevice) throws
        -> CaptionPolicy
    {
        let captions = data.captions
        let sources: [CaptionSource]
        if let entries = captions.sources?.entries {
            sources = try entries.map { entry in
                switch entry.origin {
                case .field(let field): return CaptionSource(field: field, name: entry.name)
                case .file(let file):
                    return CaptionSource(
                        name: entry.name,
                        origin: .file(
                            try CaptionFile.open(file.settings, stop: stop) { progress in
                                let rows = "\(progress.rows) rows of captions for '\(entry.name)'"
                                Self.say(
                                    progress.isComplete ? "read \(rows)" : "reading captions: \(rows)",
                                    to: output
                                )
                            }
                        )
                    )
                }
            }
        } else {
            sources = captions.sourceNames.map { CaptionSource(field: $0) }
        }
        let (rule, weights): (CaptionPolicy.Rule, [Double]?) =
            switch captions.rule {
            case .first: (.first, nil)
            case .uniform: (.uniform, nil)
            // Weights beside another rule have no effect, of which the recipe warns; the policy would refuse them.
            case .weighted: (.weighted, captions.weights)
            case .mix(let shares):
                (
                    .mix,
                    captions.sourceNames.map { name in shares.first { $0.source == name }?.share ?? 0 }
                )
            }
        return try CaptionPolicy(
            sources: sources,
            rule: rule,
            weights: weights,
            captionsPerImage: captions.perImage,
            degenerate: DegenerateCaptions(
                minimumWords: captions.degenerate.minimumWords,
                maximumWords: captions.degenerate.maximumWords
            )
        )
    }

    /// Says what the sources of captions cover, where the recipe names sources.
    ///
    /// - Throws: `CaptionFileError` for a side file that fits nothing, or samples that share a key; `ShardError`.
    func reportCaptions(
        _ policy: CaptionPolicy,
        of samples: any SampleSource,
        threads: Int,
        to output: FileHandle
    ) throws {
        guard data.captions.sources != nil else { return }
        let coverage = try CaptionCoverage.check(samples, policy, threads: threads, seed: seed)
        for line in coverage.lines { Self.say(line, to: output) }
        for warning in coverage.warnings { Self.say("warning: \(warning)", to: output) }
    }

    private static func say(_ line: String, to output: FileHandle) {
        try? output.write(contentsOf: Data("\(line)\n".utf8))
    }
}

extension CaptionSideFile {
    /// As the reader of side files takes it.
    var settings: CaptionFileSettings {
        CaptionFileSettings(
            paths: file.texts,
            join: join == .key ? .key : .url,
            columns: column?.texts ?? [],
            joinColumn: joinColumn,
            isMulti: multi,
            table: table
        )
    }
}
