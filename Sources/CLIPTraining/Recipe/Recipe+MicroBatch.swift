extension Recipe {
    /// Parts that the batch or the weights do not allow.
    var microBatchProblems: [RecipeProblem] {
        guard let size = microBatch?.count else { return [] }
        var problems: [RecipeProblem] = []
        if size > batch, batch > 0 {
            let reason =
                "a part of \(size) pairs is larger than the batch of \(batch); give fewer, or `null`."
            problems.append(RecipeProblem(.conflict(reason: reason), path: "microBatch"))
        }
        // `auto` may find that no parts are needed.
        if storage.weights == .bfloat16 { problems.append(Self.narrowParts()) }
        return problems
    }

    /// Parts of a batch with weights that cannot sum up their gradients.
    static func narrowParts(_ why: String = "") -> RecipeProblem {
        let reason =
            "\(why)gradients of bfloat16 weights would be summed over the parts in bfloat16, where small ones are lost; take "
            + "float32 weights (`storage.weights`), or no parts."
        return RecipeProblem(.conflict(reason: reason), path: "microBatch")
    }

    /// Settings of parts without effect.
    var microBatchWarnings: [RecipeWarning] {
        var warnings: [RecipeWarning] = []
        if microBatch?.count == batch {
            let reason = "it is the whole batch, whose activations are in memory anyway."
            warnings.append(RecipeWarning(path: "microBatch", reason: reason))
        }
        // On the CPU, what a step takes is compared with it.
        if memoryLimit != nil, microBatch == nil, case .cuda = device {
            let reason = "it is for `microBatch: auto`, and the batch is taken whole."
            warnings.append(RecipeWarning(path: "memoryLimit", reason: reason))
        }
        return warnings
    }
}
