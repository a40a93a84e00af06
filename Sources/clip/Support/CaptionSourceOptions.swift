import ArgumentParser
import CLIPData
import CLIPTraining
import Foundation

/// The data whose captions a command reads, and their sources.
struct CaptionSourceOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help:
            "Shards, tables, lists and folders: paths, globs, patterns; the same data as in the recipe that trains.",
        completion: .file()
    )
    var data: [String]

    @Option(
        name: .long,
        help:
            "The index file. (default: index.clipidx beside the shards or in the folder of pictures, NAME.csv.clipidx beside a table)"
    )
    var index: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sources of captions, NAME=FIELD separated by commas, as short=txt,long=json:long.",
            valueName: "name=field,..."
        )
    )
    var sources: NamedFields?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A recipe whose data.captions name the sources, side files among them.",
            valueName: "recipe"
        ),
        completion: .file()
    )
    var captionsFrom: String?

    @OptionGroup var cache: CacheOptions

    func validate() throws {
        guard (sources == nil) != (captionsFrom == nil) else {
            throw ValidationError("Give the sources of captions with either --sources or --captions-from.")
        }
        if let name = sources?.repeated {
            throw ValidationError("--sources names '\(name)' twice; give each source a name of its own.")
        }
    }

    /// Opens the data.
    func open(threads: Int) throws -> ShardDataset {
        try ShardDataset.opening(
            data,
            index: index,
            options: IndexOptions(threads: threads, remote: cache.remoteData)
        )
    }

    /// The sources, with their side files opened.
    func opened() throws -> [CaptionSource] {
        if let sources { return sources.sources }
        let recipe = try Recipe(ofRun: captionsFrom ?? "")
        return try recipe.captionPolicy(stop: Stopping.signal, output: .standardError).sources
    }
}
