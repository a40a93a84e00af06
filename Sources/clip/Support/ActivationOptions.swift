public import ArgumentParser
public import CLIPTraining

/// What of a batch is in memory at a time.
struct ActivationOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Pairs whose activations are in memory at a time. (default: the whole batch)"
    )
    var microBatch: Int?

    @Option(name: .long, help: "Compute blocks again in the backward pass: none or blocks.")
    var activationCheckpointing: Recipe.ActivationCheckpointing = .none
}

extension Recipe.ActivationCheckpointing: ExpressibleByArgument {}
