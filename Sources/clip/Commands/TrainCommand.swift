import ArgumentParser
import CLIPTraining
import Foundation

struct TrainCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model after a recipe, or go on with a run.",
        discussion: """
            The run directory gets the resolved recipe, metrics.jsonl and checkpoints. Ctrl-C saves \
            a checkpoint of the last step and leaves a run that --resume goes on with; a second one stops at once.

            A run resumes from any working directory, with the recipe and the architectures that it holds. It is refused \
            where its recipe was edited in seed, batch or data, or the data holds other samples than it began with; such \
            a change is asked for with --set seed=…, --set batch=… or --set data.train=…, and is said with what it means. \
            --set objective.preset=NAME changes to another preset ('clip recipe presets' lists them).

            Every key is in docs/recipes.md; docs/optimizers.md has the update rules (optimizer.kind), rates of some \
            parameters, and bfloat16 weights and moments (storage).

            EXAMPLE:
              clip train Examples/recipes/demo.yaml --run runs/demo
              clip train recipe.yaml --set batch=128 --set 'length=2 epochs' --run runs/short --json
              clip train recipe.yaml --set optimizer.kind=lion --set storage.moments=bfloat16
              clip train recipe.yaml --set 'stages.1.batch=64' --dry-run
              clip train --resume runs/demo
              clip train --resume runs/demo --set 'length=8 epochs' --dry-run
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
            "With --resume: forget what the objective remembers and start that anew.",
            discussion: "For a run whose states/ directory is lost, or that goes on with another objective."
        )
    )
    var freshState = false

    @Flag(
        name: .long,
        help:
            "Open the data, check everything and print the resolved recipe, without training or changing a run; with --resume, say where it would go on."
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
        if dryRun && newRun != nil {
            throw ValidationError("--dry-run makes no run; leave --run out.")
        }
        if resume != nil && newRun != nil {
            throw ValidationError("--run names a new run; --resume names the old one.")
        }
    }

    func run() throws {
        if dryRun {
            let plan = try Stopping.flag.abandoning { try self.plan() }
            if let place = plan.resumes {
                Console.note(
                    place.isFinished
                        ? "the run is finished at step \(place.step): there is nothing to train"
                        : "would go on from step \(place.step), \(place.checkpoint)"
                )
            }
            return try output.present(plan) { plan.recipe.trimmingCharacters(in: .newlines) }
        }
        Signals.outliveReaders()
        let interrupt = Stopping.flag
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
            report = try TrainingRun.start(recipe: readRecipe(), directory: directory, interrupt: interrupt)
        }
        try output.present(report) { Self.text(report) }
        if report.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }

    private func plan() throws -> TrainingPlan {
        guard let resume else { return try TrainingRun.plan(recipe: readRecipe(), stop: Stopping.signal) }
        return try TrainingRun.plan(
            resuming: URL(fileURLWithPath: resume),
            overrides: overrides,
            startsStateAfresh: freshState,
            stop: Stopping.signal
        )
    }

    private func readRecipe() throws -> Recipe {
        try Recipe(contentsOf: recipe ?? "", overrides: overrides) { Console.note($0) }
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
