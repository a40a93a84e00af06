import ArgumentParser
import CLIPData
import CLIPText
import CLIPTraining
import Foundation

struct DataCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say before training what is wrong with shards, and what to do.",
        discussion: """
            Reads every caption and decodes every image, or a random sample of them: faults by kind, misnamed fields, \
            duplicates and images that look alike, captions that would be cut, images that would be enlarged. Leaves \
            with 65 where more samples are bad than training bears. Ctrl-C reports on what was read so far.

            EXAMPLE:
              clip data check data/train --out report.html
              clip data check 'data/{000..099}.tar' --sample 20000 --captions txt,json:caption --json
            """
    )

    @OptionGroup var data: ShardOptions

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Read so many samples, drawn at random. (default: all)"
    )
    var sample: Int?

    @Option(name: .long, help: "Caption fields in order of preference, separated by commas.")
    var captions = FieldList(names: ["txt"])

    @Option(name: .long, help: "Suffixes of the image field in order of preference, separated by commas.")
    var imageFields = FieldList(names: UsualNames.imageFields)

    @Option(
        name: .long,
        parsing: .unconditional,
        help:
            "The model's context length, as model.contextLength of a recipe; longer captions are reported. (default: that of --config or --checkpoint, or 77)"
    )
    var context: Int?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "The side of the images that the model takes, in pixels."
    )
    var size = 224

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "The share of bad samples above which the data is not usable."
    )
    var maxBad = DataCheckSettings().maximumBadShare

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Bits of 64 in which the hashes of images that look alike may differ, 0 to 8."
    )
    var nearDistance = DataCheckSettings().nearDistance ?? 0

    @Option(
        name: .long,
        help: "Transparency where pictures are compared, as data.alpha of a recipe: drop or white."
    )
    var alpha = DataCheckSettings().alpha

    @Option(name: .long, parsing: .unconditional, help: "Images with more pixels are faults.")
    var maxPixels: Int?

    @Option(name: .long, parsing: .unconditional, help: "The seed of the random sample, 0 or more.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "Write a page with tables, histograms and pictures.", completion: .file())
    var out: String?

    @Flag(
        name: .long,
        help:
            "Report on the readable part of damaged shards, tables and lists, and name the damage, instead of stopping at it."
    )
    var keepReadable = false

    @OptionGroup var model: TokenizerOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try TextLength.check("--context", context)
    }

    func run() throws {
        let (tokenizer, contextLength) = try model.model()
        let settings = settings(contextLength: context ?? contextLength ?? 77)
        let check = try DataCheck(settings, countTokens: { tokenizer.encode($0).count })
        if let out { try Self.checkFolder(of: out) }
        let interrupt = Stopping.flag
        let source = try interrupt.abandoning {
            try data.open(
                options: IndexOptions(
                    threads: settings.threads,
                    keepsReadable: keepReadable,
                    verifies: data.areLocal
                )
            )
        }
        interrupt.tell {
            Console.note("stopping: reporting on what was read; press Ctrl-C again to stop at once")
        }
        let progress = CheckProgressLine()
        let report = try check.run(
            source,
            progress: { progress.update($0) },
            isInterrupted: { interrupt.isRaised }
        )
        progress.finish()
        if let out {
            let sheet = DataCheckSheet(
                report,
                source: source,
                settings: settings,
                title: data.shards.map(ShardList.redacted).joined(separator: " ")
            )
            try Data(try sheet.text().utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
        }
        try output.present(report) { DataCheckText(report).text + (out.map { "\n\nsheet  \($0)" } ?? "") }
        if !output.json { Console.note(progress.summary(of: report.examined)) }
        if report.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !report.isUsable { throw ExitCode(ExitStatus.data.rawValue) }
    }

    private func settings(contextLength: Int) -> DataCheckSettings {
        var settings = DataCheckSettings()
        settings.captions = captions.names
        settings.imageFields = imageFields.names
        settings.contextLength = contextLength
        settings.imageSize = size
        settings.alpha = alpha
        settings.sampleLimit = sample
        settings.seed = seed
        settings.maximumBadShare = maxBad
        settings.nearDistance = nearDistance
        settings.threads = threads.count
        if let maxPixels { settings.maximumPixels = maxPixels }
        return settings
    }

    /// A long check should not end with a page that cannot be written.
    private static func checkFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ToolError.noFolder(file: path, folder: folder)
        }
        if FileManager.default.fileExists(atPath: path) { throw ToolError.outputExists(path) }
    }
}
