import ArgumentParser
import CLIPTraining

struct PlanCommand: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Estimate what a recipe takes: compute, memory, time, disk and network.",
        discussion: """
            No data is scanned or fetched: only the index and the first 1,024 samples are read, if they are \
            available. What 'clip train --dry-run' refuses without looking at data or weights is refused here too; files that \
            scripts/models fetches may still be missing. Only --measure builds the model and runs some steps. For each \
            stage: parameters, tokens, operations per pair and in total, the share of the compute at full length, memory, bytes of the data, checkpoints, and, with \
            --flops or --measure, the time. docs/plan.md has the formulas.

            EXAMPLE:
              clip plan Examples/recipes/demo.yaml
              clip plan recipe.yaml --set batch=4096 --set microBatch=auto --memory 20GiB
              clip plan recipe.yaml --ranks 8 --flops 120T
              clip plan recipe.yaml --measure --json
            """
    )

    @Argument(help: "A recipe, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var recipe: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a key of the recipe.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Processes that share each batch, for memory, time and network."
    )
    var ranks = 1

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Operations per second of one process, such as 300G or 120T; a multiply-add counts as two.",
        transform: Self.rate
    )
    var flops: Double?

    @Flag(
        name: .long,
        help: "Measure the rate with some steps of each stage's model on random pixels."
    )
    var measure = false

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Memory limit for 'microBatch: auto', such as 20GiB. (default: the recipe's)",
        transform: Self.memory
    )
    var memory: ByteCount?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(1...1 << 20).contains(ranks) {
            throw ValidationError("--ranks is \(ranks); expected 1 to 1048576.")
        }
        if measure, flops != nil {
            throw ValidationError("--flops gives the rate that --measure would find; leave one out.")
        }
    }

    func run() throws {
        let found = try Recipe(contentsOf: recipe, overrides: overrides) { Console.note($0) }
        for warning in found.warnings { Console.note("warning: \(warning)") }
        var settings = CostPlan.Settings()
        settings.ranks = ranks
        settings.flops = flops
        settings.measures = measure
        settings.memory = memory
        let plan = try CostPlan(found, settings)
        for sentence in plan.unknown { Console.note("note: \(sentence)") }
        try output.present(plan) { PlanText(plan).text }
    }
}

extension PlanCommand {
    /// Operations in a second, with a prefix: `300G`.
    static func rate(_ text: String) throws -> Double {
        let factors: [Character: Double] = ["M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15]
        let factor = text.last.flatMap { factors[$0] }
        let number = factor == nil ? Substring(text) : text.dropLast()
        guard let rate = Double(number).map({ $0 * (factor ?? 1) }), rate > 0, rate.isFinite else {
            throw ValidationError("expected a number above 0, such as 300G")
        }
        return rate
    }

    /// An amount of memory as recipes have it.
    static func memory(_ text: String) throws -> ByteCount {
        guard let count = ByteCount(text), count.bytes >= 1 << 20 else {
            throw ValidationError("expected 1MiB or more, such as 20GiB")
        }
        return count
    }
}
