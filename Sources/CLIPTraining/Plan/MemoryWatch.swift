/// What the memory of a stage is compared with after its first step.
struct MemoryWatch: Equatable {
    /// Bytes that the process may hold.
    let limit: Int
    /// What the stage takes by formula; nil where the memory of its towers is unknown.
    let estimate: Int?
    /// Pairs at a time.
    let microBatch: Int

    /// What `microBatch: auto` was chosen for.
    init(_ choice: MicroBatchChoice) {
        (limit, estimate, microBatch) = (choice.limit, choice.memory.peak, choice.memory.microBatch)
    }

    /// The limit of a recipe that says how many pairs are taken at a time, as a run's does once they were chosen.
    init(_ estimate: StageEstimate, limit: Int) {
        let memory = estimate.memory(microBatch: estimate.recipe.microBatch?.count)
        self.limit = limit
        self.estimate = estimate.knowsMemory ? memory.peak : nil
        microBatch = memory.microBatch
    }

    /// What a step has taken.
    func notice(peak: Int) -> String {
        let estimated = estimate.map { ", estimated \($0.gigabytes)" } ?? ""
        let found = "peak memory after the first step: \(peak.gigabytes)\(estimated)"
        guard peak > limit else { return found }
        let advice = microBatch > 1 ? " Set `microBatch` below \(microBatch)." : ""
        return
            "warning: \(found); this exceeds the limit of \(limit.gigabytes) (`memoryLimit`).\(advice)"
    }
}
