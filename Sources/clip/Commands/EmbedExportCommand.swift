import ArgumentParser
import CLIPData

struct EmbedExportCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write caption features as archives beside shards, as they are published.",
        discussion: """
            For each shard NNNNN.tar an archive NNNNN_text_embeddings.tar with the same keys, and in it for each source a \
            member KEY.NAME of float32 numbers. Each sample needs just one caption from each source.

            EXAMPLE:
              clip embed export captions.features --data 'data/{00000..00099}.tar' --sources short=txt --members short=shortsv_captions --out features
              clip embed export captions.features --data data/train --sources long=json:long --members long=longsv_captions --out features --json
            """
    )

    @Argument(help: "Files of caption features.", completion: .file(extensions: ["features"]))
    var files: [String]

    @OptionGroup var captions: CaptionSourceOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "For each source, how its members' names end, NAME=MEMBER separated by commas.",
            valueName: "name=member,..."
        )
    )
    var members: NamedFields

    @Option(name: .long, help: "The folder for the archives, which is there.", completion: .directory)
    var out: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    private struct Report: Encodable {
        var archives: [String]
        var samples: Int
    }

    func run() throws {
        let features = try CaptionFeatures(files)
        let data = try captions.open(threads: threads.count)
        let sources = try captions.opened()
        let exporter = try CaptionFeatureExporter(
            features,
            of: data,
            sources: sources,
            to: CaptionArchives(
                members: members.values(of: sources.map(\.name), option: "--members"),
                folder: out
            )
        )
        let status = StatusLine(every: 1)
        defer { status.finish() }
        let archives = try exporter.write(stop: Stopping.signal) { done, total in
            status.update("exporting: \(Figures.grouped(done)) of \(Figures.grouped(total)) samples")
        }
        status.finish()
        let report = Report(archives: archives, samples: data.count)
        try output.present(report) {
            "\(out): \(archives.count) archives of \(Figures.grouped(data.count)) samples"
        }
    }
}
