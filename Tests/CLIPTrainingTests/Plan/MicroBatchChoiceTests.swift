import CLIPModels
import Testing
import Torch

@testable import CLIPTraining

/// `microBatch: auto`: the fewest even parts that fit.
@Suite struct MicroBatchChoiceTests {
    private func limit(for size: Int, _ estimate: StageEstimate) -> Int {
        estimate.memory(microBatch: size).peak
    }

    @Test func theWholeBatchIsTakenWhereItFits() throws {
        let estimate = try StageEstimateTests.estimate("batch: 100", "microBatch: auto")
        let choice = try MicroBatchChoice(estimate, limit: estimate.memory(microBatch: nil).peak)
        #expect(choice.microBatch == nil)
        #expect(choice.memory == estimate.memory(microBatch: nil))
        #expect(choice.text.hasPrefix("microBatch: auto uses the whole batch of 100 pairs: an estimated "))
    }

    /// Up to 40 pairs fit: that is three parts of 100, of 34 pairs at most.
    @Test(arguments: [(40, 34), (50, 50), (33, 25), (26, 25), (20, 20)])
    func partsAreAsEvenAsCanBe(_ fitting: Int, expected: Int) throws {
        let estimate = try StageEstimateTests.estimate("batch: 100", "microBatch: auto")
        let choice = try MicroBatchChoice(estimate, limit: limit(for: fitting, estimate))
        #expect(choice.microBatch == expected)
        #expect(choice.memory.peak <= choice.limit)
    }

    @Test func whatCannotFitIsRefusedWithNumbers() throws {
        let estimate = try StageEstimateTests.estimate("batch: 100", "microBatch: auto")
        let error = try #require(throws: RecipeError.self) {
            try MicroBatchChoice(estimate, limit: limit(for: 1, estimate) - 1)
        }
        #expect(error.problems.map(\.path) == ["microBatch"])
        #expect(error.description.contains("not even one pair at a time fits"))
        #expect(error.description.contains(estimate.memory(microBatch: 1).peak.gigabytes))
    }

    /// Gradients of narrow weights cannot be summed over parts.
    @Test func narrowWeightsAllowNoParts() throws {
        let estimate = try StageEstimateTests.estimate(
            "batch: 100",
            "microBatch: auto",
            "storage: {weights: bfloat16}"
        )
        let whole = try MicroBatchChoice(estimate, limit: estimate.memory(microBatch: nil).peak)
        #expect(whole.microBatch == nil)
        let error = try #require(throws: RecipeError.self) {
            try MicroBatchChoice(estimate, limit: whole.memory.peak - 1)
        }
        #expect(error.description.contains("storage.weights"))
    }

    @Test func aTrialThatRunsOutOfMemoryHalvesThePart() throws {
        let estimate = try StageEstimateTests.estimate("batch: 100", "microBatch: auto")
        let choice = try MicroBatchChoice(estimate, limit: limit(for: 50, estimate))
        var tried: [Int] = []
        let confirmed = try choice.confirmed(estimate) { size in
            tried.append(size)
            if size > 13 {
                throw TorchError(operation: "linear", reason: "CUDA out of memory. Tried to allocate")
            }
        }
        #expect(tried == [50, 25, 13])
        #expect(confirmed.microBatch == 13)
        #expect(confirmed.memory == estimate.memory(microBatch: 13))
        #expect(throws: TorchError.self) {
            try choice.confirmed(estimate) { _ in throw TorchError(operation: "linear", reason: "another") }
        }
        #expect(throws: TorchError.self) {
            try choice.confirmed(estimate) { _ in
                throw TorchError(operation: "linear", reason: "out of memory")
            }
        }
    }

    @Test func aPeakAboveTheLimitIsAWarning() throws {
        let estimate = try StageEstimateTests.estimate("batch: 100", "microBatch: auto")
        let choice = try MicroBatchChoice(estimate, limit: limit(for: 50, estimate))
        let watch = MemoryWatch(choice)
        #expect(watch.notice(peak: choice.limit).hasPrefix("peak memory after the first step"))
        #expect(watch.notice(peak: choice.limit + 1).hasPrefix("warning: peak memory"))
        #expect(watch.notice(peak: choice.limit + 1).hasSuffix(" Set `microBatch` below 50."))
    }

    @Test func freeMemoryIsReadFromTheSystem() throws {
        #expect(FreeMemory.systemBytes("MemTotal: 9 kB\nMemAvailable:   1024 kB\n") == 1 << 20)
        #expect(FreeMemory.systemBytes("MemTotal: 9 kB\n") == nil)
        #expect(try FreeMemory.limit(on: .cpu) > 0)
        // What is held already is not free, and part of the limit.
        #expect(FreeMemory.limit(free: 1000, held: 50) == 950)
    }

    @Test(arguments: [
        ("CUDA out of memory. Tried to allocate 2 GiB", true),
        ("out of memory: the system gave no 8 bytes", true),
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true),
        ("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", true),
        ("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", true),
        ("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED", false),
    ])
    func librariesThatTakeMemoryThemselvesSayItInTheirWords(_ reason: String, isOutOfMemory: Bool) {
        #expect(TorchError(operation: "linear", reason: reason).isOutOfMemory == isOutOfMemory)
    }

    /// A trial has texts and memory of the formula, not the longest that may be.
    @Test func aTrialIsWhatTheFormulaCounts() throws {
        var samples = SampleStatistics(limit: 77, whole: 77)
        samples.tokens = TokenLengths(of: [10, 10, 10, 30])
        let recipe = try Recipe(
            yaml:
                "{model: {config: ViT-B-16}, data: {train: none}, length: 10 steps, batch: 100, ema: {decay: 0.9}}"
        )
        let whole = try ModelCatalog.configuration("ViT-B-16")
        let estimate = try StageEstimate(recipe, whole, whole: whole, on: .cpu, samples: samples)
        // A mean of 15 and a deviation of √75: (100 · 15 + 3 · √75 · 10) / 100 = 17.6.
        #expect(estimate.trialTokens(microBatch: 100) == 18)
        #expect(estimate.trialTokens(microBatch: 1) == 30)
        let memory = estimate.memory(microBatch: 25)
        #expect(memory.average > 0 && memory.objective > 0 && memory.batches > 0)
        let sum = memory.moments + memory.average + memory.objective + memory.batches
        #expect(estimate.trialBallast(microBatch: 25) == sum)
    }

    @Test func aCacheOfNoDeviceIsEmpty() throws { try Device.cpu.emptyCache() }
}
