import ArgumentParser
import CLIPData

struct DataIndexCommand: ParsableCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Read shards, tables, lists or folders once and write their index.",
        discussion: """
            Training makes the index by itself; this command makes it ahead of time and shows what the data hold. \
            What changed since is taken up: data that was only copied or touched is recognised, new shards, rows, lines \
            and pictures come last, and what was edited is read again. Samples keep their numbers.

            EXAMPLE:
              clip data index 'data/train/{00000..00099}.tar'
              clip data index data/train/pairs.csv --verify
              clip data index data/train --rebuild --json
            """
    )

    @OptionGroup var data: ShardOptions

    @Flag(
        name: .long,
        help:
            "Start anew, which numbers the samples again; where the index knows other data, too, all numbers stay."
    )
    var rebuild = false

    @Flag(
        name: .long,
        help:
            "Read again what has the size and time that it had, ask servers and commands again, and check all of the index."
    )
    var verify = false

    @Flag(
        name: .long,
        help:
            "Leave out and count what cannot be read, instead of stopping: the rest of a damaged shard, ragged rows of a table and what follows a stray quotation mark, bad lines of a list."
    )
    var keepReadable = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let options = IndexOptions(
            threads: threads.count,
            keepsReadable: keepReadable,
            rebuilds: rebuild,
            verifies: verify,
            askingTime: nil
        )
        let dataset = try data.open(options: options)
        if let report = dataset.remoteReport { Console.note("read from servers: \(report)") }
        let summary = dataset.summary
        for note in dataset.fileNotes { Console.note("note: \(note)") }
        try output.present(summary) { Self.text(summary) }
    }

    private static func text(_ summary: IndexSummary) -> String {
        var table = TextTable()
        table.row("samples", Figures.grouped(summary.samples))
        table.row("shards", "\(Figures.grouped(summary.shards)), \(Figures.bytes(summary.bytes))")
        for (suffix, count) in summary.fields.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            table.row("field", "\(suffix): \(Figures.grouped(count))")
        }
        if summary.duplicateKeys > 0 { table.row("duplicate keys", Figures.grouped(summary.duplicateKeys)) }
        if summary.ignoredMembers > 0 { table.row("ignored files", Figures.grouped(summary.ignoredMembers)) }
        for damage in summary.damage { table.row("damage", damage) }
        table.row("index", summary.index)
        return table.text
    }
}
