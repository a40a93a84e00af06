import ArgumentParser
import CLIPEvaluation
import CLIPTraining
import Foundation

struct EvalNormalizerCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalizer",
        abstract: "Measure how well a run estimates the softmax denominators of its loss.",
        discussion: """
            A contrastive loss divides by a sum over all samples, which a batch sees only in part; the objective's \
            normalizer estimates it. At each checkpoint the whole training set passes through the towers, and for a \
            fixed choice of samples the logarithms that the run's estimator knows, and those that random batches of \
            the run's size show, are compared with the exact ones. Each checkpoint is judged by the loss, batch and data \
            with which it was saved. The run must not be training.

            EXAMPLE:
              clip eval normalizer runs/demo
              clip eval normalizer runs/demo --newest --json
              clip eval normalizer runs/demo --plot normalizers.svg
            """
    )

    @Argument(help: ArgumentHelp("A run directory.", valueName: "run"), completion: .directory)
    var directory: String

    @Option(name: .long, parsing: .unconditional, help: "Samples whose estimates are checked.")
    var anchors = 1024

    @Option(name: .long, parsing: .unconditional, help: "Random batches for each of them.")
    var draws = 20

    @Flag(name: .long, help: "Look at the newest checkpoint only.")
    var newest = false

    @Option(name: .long, help: "Draw the errors over the steps into this SVG file.", completion: .file())
    var plot: String?

    @OptionGroup var pixels: PixelOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard anchors >= 1 else { throw ValidationError("--anchors is \(anchors); it must be 1 or more.") }
        guard draws >= 1 else { throw ValidationError("--draws is \(draws); it must be 1 or more.") }
    }

    func run() throws {
        try threads.apply()
        let status = StatusLine(every: 1)
        var measurement = RunNormalizers(
            run: URL(fileURLWithPath: directory),
            anchors: anchors,
            draws: draws
        )
        measurement.pixels = pixels.changes
        let reports = try measurement.evaluate(
            allCheckpoints: !newest,
            progress: { step in status.update("encoding at \(step)") },
            report: { Console.note($0) },
            onRetry: { Console.note($0) },
            stop: Stopping.signal
        )
        status.finish()
        if let plot { try NormalizerPlot(reports).write(to: URL(fileURLWithPath: plot)) }
        try output.present(Report(run: directory, checkpoints: reports)) { Self.text(reports) }
    }

    private struct Report: Encodable {
        var run: String
        var checkpoints: [NormalizerReport]
    }

    private static func text(_ reports: [NormalizerReport]) -> String {
        var table = TextTable()
        table.row("step", "estimator", "image: mse", "bias", "median", "text: mse", "bias", "median")
        for report in reports {
            for (name, pair) in [("batch", report.batchErrors), (report.estimator, report.estimatorErrors)] {
                guard let pair else { continue }
                let cells = [pair.image, pair.text].flatMap { errors in
                    [
                        Figures.fixed(errors.meanSquaredError, 4), Figures.fixed(errors.bias, 3),
                        Figures.fixed(errors.quantiles["50"] ?? .nan, 3),
                    ]
                }
                table.row([Figures.grouped(report.step), name] + cells)
            }
        }
        guard !reports.isEmpty else { return table.text }
        // Stages may differ in data and batch.
        func each(_ value: (NormalizerReport) -> Int) -> String {
            Set(reports.map(value)).sorted().map(Figures.grouped).joined(separator: " or ")
        }
        return table.text
            + "\n\(each(\.anchors)) anchors of \(each(\.samples)) samples, batches of \(each(\.batch)); "
            + "errors of ln(ε + g), exact over all samples"
    }
}
