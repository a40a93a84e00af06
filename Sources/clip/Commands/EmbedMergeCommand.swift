import ArgumentParser
import CLIPData

struct EmbedMergeCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join the parts of caption features into one file.",
        discussion: """
            All parts of one work are needed, each once, in any order. The file has the bytes that the work in one piece \
            would have on a machine like theirs, with the model under the path that part 1 had it under; the parts stay.

            EXAMPLE:
              clip embed merge --out captions.features captions.part-1 captions.part-2
              clip embed merge --out captions.features 'captions.part-{1..8}' --json
            """
    )

    @Option(name: .long, help: "The file to write.", completion: .file(extensions: ["features"]))
    var out: String

    @Argument(help: "The parts: paths, globs or patterns.", completion: .file())
    var parts: [String]

    @OptionGroup var output: OutputOptions

    func run() throws {
        try WrittenFeatures.check(out)
        let status = StatusLine(every: 1)
        defer { status.finish() }
        try CaptionFeatureMerger.merge(parts, to: out, stop: Stopping.signal) { done, total in
            status.update("merging: \(Figures.grouped(done)) of \(Figures.grouped(total)) rows")
        }
        status.finish()
        let summary = try CaptionFeatureFile(out).summary
        try output.present(summary) { CaptionFeatureText.line(summary) }
    }
}
