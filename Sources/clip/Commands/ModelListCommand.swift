import ArgumentParser
import CLIPModels

struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the named architectures.",
        discussion: """
            The names are open_clip's. Those that need towers which this tool does not have are left out; --all shows \
            them with the reason.

            EXAMPLE:
              clip model list
              clip model list --all --json
            """
    )

    @Flag(name: .long, help: "Show those that cannot be built, too.")
    var all = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let entries = try ModelCatalog.names().map(Entry.init).filter { all || $0.summary != nil }
        try output.present(["models": entries]) { Self.text(entries) }
    }

    private static func text(_ entries: [Entry]) -> String {
        var table = TextTable()
        table.row("name", "image", "patch", "features", "parameters", "GFLOPs")
        var unsupported = TextTable()
        for entry in entries {
            if let summary = entry.summary {
                table.row(
                    entry.name,
                    "\(summary.imageSize)",
                    summary.image.patchSize.map(String.init) ?? "-",
                    "\(summary.embeddingWidth)",
                    "\(Figures.fixed(Double(summary.parameters) / 1e6, 1)) M",
                    Figures.fixed(summary.gigaflops, 1)
                )
            } else {
                unsupported.row(entry.name, entry.unsupported ?? "")
            }
        }
        // Reasons are long, so they are no cells of the table.
        return unsupported.isEmpty ? table.text : table.text + "\n\nnot supported:\n" + unsupported.text
    }

    /// One architecture, with what it amounts to or why it cannot be built.
    private struct Entry: Encodable {
        var name: String
        var summary: ModelSummary?
        var unsupported: String?

        init(_ name: String) throws {
            self.name = name
            do {
                summary = ModelSummary(try ModelCatalog.configuration(name))
            } catch let error as ModelConfigurationError {
                unsupported = error.description
            }
        }
    }
}
