public import ArgumentParser
public import CLIPData

struct DataPackCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Clean pictures with captions and pack them as WebDataset shards.",
        discussion: """
            INPUT is .jsonl, .csv or .tsv listings of pictures and captions, or folders of pictures with .txt or \
            other files beside them, or tar shards, which are packed anew with all their fields. Pictures and files \
            beside them stay byte for byte unless --format or --max-side says otherwise. Bad pictures are dropped \
            and counted; manifest.json lists what was written. Until all is written, the output is a hidden folder \
            .NAME.packing beside OUT, which the next packing replaces.

            EXAMPLE:
              clip data pack pictures.jsonl --out data/shards --max-side 256
              clip data pack 'tables/*.csv' --out data/shards --alpha white
              clip data pack 'data/raw/{00..31}.tar' --out data/clean --captions json:caption --near-duplicates 4
              clip data pack held-out --out data/eval --layout benchmark --json
            """
    )

    @Argument(
        help:
            "Listings, folders of pictures, or shards: a path, folder, glob or pattern, several joined by '::'.",
        completion: .file()
    )
    var input: String

    @Option(name: .long, help: "The folder for the shards; it must be new or empty.", completion: .directory)
    var out: String

    @Flag(name: .long, help: "Replace the shards of an earlier packing in the folder.")
    var force = false

    @Option(name: .long, parsing: .unconditional, help: "Samples in each shard.")
    var shardSize: Int?

    @Option(
        name: .long,
        help: "How shards are named: webdataset (00000.tar), or benchmark (test/0.tar, for CLIP_benchmark)."
    )
    var layout: ShardPacker.Layout = .webdataset

    @Option(
        name: .long,
        help:
            "How pictures are stored: keep (as they are unless scaled), png or jpeg."
    )
    var format: ShardPacker.ImageFormat = .keep

    @Option(
        name: .long,
        help:
            "Transparency where pictures are compared or written anew: drop or white. (default: drop, as training reads them, but white where they are written anew)"
    )
    var alpha: ImageDecoder.Alpha?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Scale pictures down to at most so many pixels on the longer side."
    )
    var maxSide: Int?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Drop pictures with fewer pixels on the shorter side."
    )
    var minSide: Int?

    @Option(name: .long, parsing: .unconditional, help: "Drop pictures whose header declares more pixels.")
    var maxPixels: Int?

    @Option(
        name: .long,
        help:
            "Fields of captions, separated by commas, as txt, title.txt or json:KEY; the first found becomes 'txt'."
    )
    var captions: FieldList?

    @Flag(
        name: .long,
        help: "Write all captions into 'txt', one on each line, as retrieval benchmarks read them."
    )
    var joinCaptions = false

    @Flag(name: .long, help: "Keep pictures without a caption.")
    var keepUncaptioned = false

    @Flag(name: .long, help: "Keep pictures of one colour.")
    var keepBlank = false

    @Flag(name: .long, help: "Keep samples that equal an earlier one.")
    var keepDuplicates = false

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Drop pictures that look like an earlier one, up to so many of 64 bits (0 to 8)."
    )
    var nearDuplicates: Int?

    @OptionGroup var cache: CacheOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let status = StatusLine(every: 1)
        let packer = try ShardPacker(packing)
        let show = { (progress: PackProgress) in
            status.update("packing: \(progress.done) of \(progress.total) pictures")
        }
        let report =
            try isShards
            ? packer.run(
                ShardDataset.opening(
                    [input],
                    options: IndexOptions(threads: threads.count, remote: cache.remoteData)
                ),
                stop: Stopping.signal,
                progress: show
            )
            : packer.run(stop: Stopping.signal, progress: show)
        status.finish()
        try output.present(report) { Self.text(report, folder: out) }
    }

    private var isShards: Bool { ShardList.namesShards(input) }

    private var packing: ShardPacker.Configuration {
        var packing = ShardPacker.Configuration(input: input, output: out)
        packing.force = force
        packing.layout = layout
        packing.imageFormat = format
        packing.alpha = alpha
        packing.maximumSide = maxSide
        packing.joinCaptions = joinCaptions
        packing.requireCaption = !keepUncaptioned
        packing.dropBlank = !keepBlank
        packing.dropDuplicates = !keepDuplicates
        packing.nearDistance = nearDuplicates
        packing.threads = threads.count
        if let shardSize { packing.samplesPerShard = shardSize }
        if let minSide { packing.minimumSide = minSide }
        if let maxPixels { packing.maximumPixels = maxPixels }
        if let captions {
            packing.captionFields = captions.names
            packing.shardCaptions = captions.names
        }
        return packing
    }

    private static func text(_ report: PackReport, folder: String) -> String {
        var table = TextTable()
        table.row("shards", "\(report.shards.count) in \(folder), \(Figures.bytes(report.bytes))")
        table.row(
            "samples",
            "\(Figures.grouped(report.samples)) of \(Figures.grouped(report.candidates)) pictures"
        )
        if report.downscaled > 0 { table.row("scaled down", Figures.grouped(report.downscaled)) }
        for (reason, count) in report.drops.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            let examples = (report.examples[reason] ?? []).prefix(3).joined(separator: ", ")
            table.row("dropped", "\(Figures.grouped(count)) \(PackDrop.words(reason)): \(examples)")
        }
        if report.missesNearDuplicates == true {
            table.row(
                "near duplicates",
                "some may be left: very many pictures look similar, and not all were compared"
            )
        }
        for (suffix, count) in report.fields.sorted(by: { $0.key < $1.key }) {
            table.row("field", "\(suffix): \(Figures.grouped(count))")
        }
        return table.text
    }
}

extension ImageDecoder.Alpha: ExpressibleByArgument {}
extension ShardPacker.Layout: ExpressibleByArgument {}
extension ShardPacker.ImageFormat: ExpressibleByArgument {}
