import CLIPData
import CLIPTraining
import Foundation

extension DataStatsCommand {
    /// Which samples have captions from which source of a recipe.
    func showCoverage(of source: ShardDataset, recipe path: String) throws {
        let policy = try Recipe(ofRun: path).captionPolicy(output: .standardError)
        let coverage = try CaptionCoverage.check(source, policy, threads: threads.count, limit: limit)
        for warning in coverage.warnings { Console.note("warning: \(warning)") }
        try output.present(coverage) { Self.text(coverage) }
    }

    private static func text(_ coverage: CaptionCoverage) -> String {
        var table = TextTable()
        let note =
            coverage.isEstimate ? " examined, drawn at random: the figures are an estimate" : " examined"
        table.row(
            "samples",
            "\(Figures.grouped(coverage.samples)), \(Figures.grouped(coverage.examined))\(note)"
        )
        if coverage.damaged > 0 { table.row("unreadable", Figures.grouped(coverage.damaged)) }
        var sources = TextTable()
        sources.row("source", "samples", "degenerate", "texts", "rows", "repeated", "rows without sample")
        for source in coverage.sources {
            sources.row(
                source.name,
                Figures.grouped(source.usable),
                Figures.grouped(source.degenerate),
                Figures.grouped(source.texts),
                source.rows.map(Figures.grouped) ?? "",
                source.repeatedRows.map(Figures.grouped) ?? "",
                source.rowsWithoutSample.map(Figures.grouped) ?? ""
            )
        }
        var combinations = TextTable()
        combinations.row("samples", "have captions from")
        for combination in coverage.combinations {
            combinations.row(
                Figures.grouped(combination.count),
                combination.sources.isEmpty ? "none" : combination.sources.joined(separator: ", ")
            )
        }
        return [table.text, sources.text, combinations.text].joined(separator: "\n\n")
    }
}
