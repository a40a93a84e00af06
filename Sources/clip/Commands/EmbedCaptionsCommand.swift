import ArgumentParser
import CLIPData
import CLIPLanguage
import RemoteFiles
import Torch

struct EmbedCaptionsCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "captions",
        abstract: "Write a language model's vectors of all captions, once.",
        discussion: """
            The file is what data.captions.features of a recipe names. A command that was ended goes on where it stopped \
            when it is given again. With --part 1/N to N/N, on as many machines, each part is a file of its own, and \
            'clip embed merge' joins them. With --after, the captions of samples that came later get a file of their own.

            EXAMPLE:
              clip embed captions --language-model models/smollm2.gguf --data 'shards/*.tar' --sources short=txt --out captions.features
              clip embed captions --language-model llm --adapter runs/tuned --data data/train --sources short=txt,long=json:long --out captions.part-2 --part 2/8
              clip embed captions --language-model llm --wrapper chatML --data data/train --captions-from recipe.yaml --out captions.features --json
            """
    )

    @OptionGroup var language: CaptionEncoderOptions
    @OptionGroup var captions: CaptionSourceOptions

    @Option(name: .long, help: "The file to write.", completion: .file(extensions: ["features"]))
    var out: String

    @Option(name: .long, help: "How numbers are stored: float16 or float32.")
    var type: CaptionFeatureType = .float16

    @Option(name: .long, help: ArgumentHelp("Make one part of so many.", valueName: "i/n"))
    var part = PartOption()

    @Option(
        name: .long,
        help: "A file of features that was made before the data grew; only later samples are embedded.",
        completion: .file(extensions: ["features"])
    )
    var after: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        do {
            try CaptionFeatureWriter.Settings.check(part: part.part, of: part.parts)
        } catch {
            throw ValidationError("--part: \(error)")
        }
    }

    func run() throws {
        try WrittenFeatures.check(out)
        try threads.apply()
        let data = try captions.open(threads: threads.count)
        let sources = try captions.opened()
        try CaptionFeatureWriter.check(sources, in: data)
        let earlier = try after.map { try CaptionFeatureFile($0) }
        let encoder = try language.encoder()
        var settings = CaptionFeatureWriter.Settings(
            width: encoder.width,
            model: try language.description(of: encoder)
        )
        settings.type = type
        (settings.part, settings.parts) = (part.part, part.parts)
        settings.first = earlier?.header.whole.upperBound ?? 0
        var writer = try CaptionFeatureWriter(data, sources: sources, settings: settings, to: out)
        writer.note = Console.note
        if let earlier { try writer.check(after: earlier) }
        let status = StatusLine(every: 1)
        defer { status.finish() }
        do {
            _ = try writer.write(
                stop: Stopping.signal,
                progress: { progress in status.update(CaptionFeatureText.line(progress)) },
                encode: { texts in
                    let rows = try encoder.vectors(of: texts) { try Stopping.signal.check() }
                    return try rows.scalars(as: Float.self)
                }
            )
        } catch {
            status.finish()
            if Stopping.signal.isStopped {
                Console.note("what is done is kept beside '\(out)'; the same command goes on there")
            }
            throw error
        }
        status.finish()
        let summary = try CaptionFeatureFile(out).summary
        try output.present(summary) { CaptionFeatureText.line(summary) }
    }
}
