import ArgumentParser
import CLIPTraining
import Foundation

struct TrainCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model after a recipe, or go on with a run.",
        discussion: """
            The run directory gets the resolved recipe, metrics.jsonl and checkpoints. Ctrl-C finishes the step, \
            saves a checkpoint and leaves a run that --resume goes on with; a second one stops at once.

            Every key is in docs/recipes.md; docs/optimizers.md has the update rules (optimizer.kind), rates of some \
            parameters, and bfloat16 weights and moments (storage).

            EXAMPLE:
              clip train Examples/recipes/demo.yaml --run runs/demo
              clip train recipe.yaml --set batch=128 --set 'length=2 epochs' --run runs/short --json
              clip train recipe.yaml --set optimizer.kind=lion --set storage.moments=bfloat16
              clip train recipe.yaml --set 'stages.1.batch=64' --dry-run
              clip train --resume runs/demo
            """
    )

    @Argument(
        help: "The recipe, a YAML file. Left out with --resume.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var recipe: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a key of the recipe.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Option(
        name: .customLong("run"),
        help: "The directory of the new run. (default: runs/ with the recipe's name and the time)",
        completion: .directory
    )
    var newRun: String?

    @Option(name: .long, help: "Go on with this run from its newest checkpoint.", completion: .directory)
    var resume: String?

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "With --resume: forget what the objective knew of each sample and start that anew.",
            discussion: "For a run whose states/ directory is lost, or an objective that is new to the run."
        )
    )
    var freshState = false

    @Flag(
        name: .long,
        help:
            "Open the data, check everything and print the resolved recipe, without training or making a run directory."
    )
    var dryRun = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        switch (recipe, resume) {
        case (nil, nil): throw ValidationError("Name a recipe, or a run with --resume.")
        case (_?, _?):
            throw ValidationError(
                "A run goes on with its own recipe; leave the recipe out, and change keys with --set."
            )
        default: break
        }
        if resume == nil && freshState {
            throw ValidationError("--fresh-state goes with --resume; a new run starts without state anyway.")
        }
        if dryRun && (resume != nil || newRun != nil) {
            throw ValidationError("--dry-run takes a recipe and makes no run; leave --run and --resume out.")
        }
        if resume != nil && newRun != nil {
            throw ValidationError("--run names a new run; --resume names the old one.")
        }
    }

    func run() throws {
        if dryRun {
            let recipe = try Recipe(contentsOf: recipe ?? "", overrides: overrides)
            let plan = try TrainingRun.plan(recipe: recipe)
            return try output.present(plan) { plan.recipe.trimmingCharacters(in: .newlines) }
        }
        Signals.outliveReaders()
        let interrupt = InterruptFlag()
        let report: TrainingReport
        if let resume {
            let directory = URL(fileURLWithPath: resume)
            report = try TrainingRun.resume(
                directory: directory,
                overrides: overrides,
                startsStateAfresh: freshState,
                interrupt: interrupt
            )
        } else {
            let recipe = try Recipe(contentsOf: recipe ?? "", overrides: overrides)
            report = try TrainingRun.start(recipe: recipe, directory: directory, interrupt: interrupt)
        }
        try output.present(report) { Self.text(report) }
        if report.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }

    private var directory: URL {
        if let newRun { return URL(fileURLWithPath: newRun) }
        let name = URL(fileURLWithPath: recipe ?? "run").deletingPathExtension().lastPathComponent
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        return URL(fileURLWithPath: "runs/\(name)-\(formatter.string(from: Date()))")
    }

    private static func text(_ report: TrainingReport) -> String {
        var table = TextTable()
        table.row("run", report.run + (report.isInterrupted ? " (interrupted; --resume goes on)" : ""))
        table.row("steps", "\(Figures.grouped(report.steps)), \(Figures.grouped(report.samples)) pairs")
        // A run that was finished before has neither.
        if report.samplesPerSecond > 0 {
            table.row("speed", "\(Figures.fixed(report.samplesPerSecond, 1)) pairs/s")
            table.row("waiting for data", Figures.percent(report.dataWaitShare))
        }
        if report.savingSeconds > 0 {
            let share = Figures.percent(report.savingShare)
            table.row(
                "saving checkpoints",
                "\(Figures.fixed(report.savingSeconds, 1)) s, \(share) of the time"
            )
        }
        if let loss = report.finalLoss {
            // Two losses under one name would look like a contradiction to the progress line.
            table.row(
                report.finalBatchLoss == nil ? "final loss" : "final loss of the objective",
                Figures.fixed(loss, 4)
            )
        }
        if let loss = report.finalBatchLoss {
            table.row("final loss within the batch", "\(Figures.fixed(loss, 4)), as in the progress line")
        }
        for (kind, count) in report.badSamples.sorted(by: { $0.key < $1.key }) {
            table.row("bad samples", "\(Figures.grouped(count)) \(kind)")
        }
        for (name, value) in report.evaluations.sorted(by: { Figures.precedes($0.key, $1.key) }) {
            table.row(name, Figures.fixed(value, 4))
        }
        if let checkpoint = report.checkpoint { table.row("checkpoint", checkpoint) }
        return table.text
    }
}
