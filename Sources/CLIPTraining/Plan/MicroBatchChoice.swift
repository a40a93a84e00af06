import CLIPModels
import Foundation
import Torch

/// The micro-batch that `microBatch: auto` stands for.
struct MicroBatchChoice: Equatable {
    /// Pairs at a time; nil for the whole batch.
    let microBatch: Int?
    /// What the stage takes with it, by formula.
    let memory: StageMemory
    /// What it may take.
    let limit: Int
    private let batch: Int

    /// The fewest parts of equal size that fit.
    ///
    /// - Parameter limit: Bytes that the process may hold.
    /// - Throws: `RecipeError` where not even single pairs fit, or the weights allow no parts.
    init(_ estimate: StageEstimate, limit: Int) throws {
        guard estimate.knowsMemory else {
            let reason =
                "`auto` cannot be used: the memory of this model's towers is unknown; give a number, or `null`."
            throw Self.problem(reason)
        }
        let batch = estimate.localBatch
        func fits(_ size: Int) -> Bool { estimate.memory(microBatch: size).peak <= limit }
        self.limit = limit
        self.batch = batch
        let whole = estimate.memory(microBatch: nil)
        if whole.peak <= limit {
            (microBatch, memory) = (nil, whole)
            return
        }
        if estimate.recipe.storage.weights == .bfloat16 {
            let why =
                "the whole batch of \(batch) pairs would take \(whole.peak.gigabytes) of \(limit.gigabytes), and "
            throw RecipeError([Recipe.narrowParts(why)])
        }
        guard fits(1) else {
            let single = estimate.memory(microBatch: 1)
            let state = single.weights + single.gradients + single.moments + single.average
            let reason =
                "not even one pair at a time fits: it takes \(single.peak.gigabytes), of which weights, gradients, moments and "
                + "averages are \(state.gigabytes), and the limit is \(limit.gigabytes) (`memoryLimit`); raise it, use a smaller "
                + "model or batch, or set `storage.moments: bfloat16`."
            throw Self.problem(reason)
        }
        // The largest size that fits, then parts as equal as possible.
        var (low, high) = (1, batch)
        while high - low > 1 {
            let middle = (low + high) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        let parts = (batch + low - 1) / low
        let size = (batch + parts - 1) / parts
        (microBatch, memory) = (size, estimate.memory(microBatch: size))
    }

    /// The same for what may be taken: as given, else as the recipe says, else what is free.
    init(_ estimate: StageEstimate, memory: ByteCount? = nil) throws {
        let limit = memory ?? estimate.recipe.memoryLimit
        try self.init(estimate, limit: limit?.bytes ?? FreeMemory.limit(on: estimate.device))
    }

    private init(halving choice: MicroBatchChoice, _ estimate: StageEstimate) {
        let size = (choice.memory.microBatch + 1) / 2
        (microBatch, memory) = (size, estimate.memory(microBatch: size))
        (limit, batch) = (choice.limit, choice.batch)
    }

    private static func problem(_ reason: String) -> RecipeError {
        RecipeError([RecipeProblem(.conflict(reason: reason), path: "microBatch")])
    }

    /// The choice, or half of it as often as a trial runs out of memory.
    ///
    /// - Parameter trial: Computes a part of so many pairs.
    /// - Throws: What the trial throws other than a lack of memory, or where there is nothing left to halve.
    func confirmed(_ estimate: StageEstimate, by trial: (Int) throws -> Void) throws -> MicroBatchChoice {
        var choice = self
        while true {
            do {
                try trial(choice.memory.microBatch)
                return choice
            } catch let error as TorchError where error.isOutOfMemory && choice.memory.microBatch > 1 {
                if estimate.recipe.storage.weights == .bfloat16 { throw RecipeError([Recipe.narrowParts()]) }
                choice = MicroBatchChoice(halving: choice, estimate)
            }
        }
    }

    /// The choice, for the start of a run.
    var text: String {
        let size =
            microBatch.map { "\($0) of \(batch) pairs at a time" } ?? "the whole batch of \(batch) pairs"
        return
            "microBatch: auto uses \(size): an estimated \(memory.peak.gigabytes) of \(limit.gigabytes), "
            + "\(memory.activations.gigabytes) of it activations"
    }
}

extension TorchError {
    /// Whether a device has no memory left, in the words of libtorch or of a library that takes memory itself.
    var isOutOfMemory: Bool {
        [
            "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        ].contains { reason.localizedCaseInsensitiveContains($0) }
    }
}

extension Int {
    /// Bytes as `3.61 GB`.
    var gigabytes: String { String(format: "%.2f GB", Double(self) / 1e9) }
}
