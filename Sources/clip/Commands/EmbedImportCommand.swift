import ArgumentParser
import CLIPData

struct EmbedImportCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a file of caption features from published archives.",
        discussion: """
            LLM2CLIP's layout: beside each shard NNNNN.tar an archive NNNNN_text_embeddings.tar with the same keys in the \
            same order, and in it for each caption a member KEY.NAME of float32 numbers. Keys are compared. Name the shards \
            so that the archives are not among them.

            EXAMPLE:
              clip embed import --data 'data/{00000..00099}.tar' --sources short=json:shortSV,long=json:longSV --members short=shortsv_captions,long=longsv_captions --out captions.features
              clip embed import --data 'data/{00000..00099}.tar' --sources long=txt --members long=longsv_captions --archives features --model Llama-3-8B-CC --out long.features --json
            """
    )

    @OptionGroup var captions: CaptionSourceOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "For each source, how its members' names end, NAME=MEMBER separated by commas.",
            valueName: "name=member,..."
        )
    )
    var members: NamedFields

    @Option(
        name: .long,
        help: "The folder of the archives. (default: beside each shard)",
        completion: .directory
    )
    var archives: String?

    @Option(name: .long, help: "What the model that made them is called.")
    var model = "unknown (imported)"

    @Option(name: .long, help: "The file to write.", completion: .file(extensions: ["features"]))
    var out: String

    @Option(name: .long, help: "How numbers are stored: float16 or float32.")
    var type: CaptionFeatureType = .float32

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try WrittenFeatures.check(out)
        let data = try captions.open(threads: threads.count)
        let sources = try captions.opened()
        let archives = CaptionArchives(
            members: try members.values(of: sources.map(\.name), option: "--members"),
            folder: archives
        )
        var settings = CaptionFeatureWriter.Settings(
            width: try archives.width(for: data),
            model: .init(name: model)
        )
        settings.type = type
        var writer = try CaptionFeatureWriter(data, sources: sources, settings: settings, to: out)
        writer.note = Console.note
        let status = StatusLine(every: 1)
        defer { status.finish() }
        _ = try writer.write(importing: archives, stop: Stopping.signal) { progress in
            status.update(CaptionFeatureText.line(progress))
        }
        status.finish()
        let summary = try CaptionFeatureFile(out).summary
        try output.present(summary) { CaptionFeatureText.line(summary) }
    }
}
