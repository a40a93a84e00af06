import Torch

extension Stage {
    /// How the memory after a step compares with the formula by which the micro-batch was chosen; nil where none was, or
    /// where that was said before.
    func takeMemoryNotice() -> String? {
        guard let choice = unconfirmedChoice else { return nil }
        unconfirmedChoice = nil
        // What another device holds was tried out before the run began.
        guard setup.device == .cpu else { return nil }
        return choice.notice(peak: ProcessMemory.peakResidentBytes)
    }
}

extension MicroBatchChoice {
    /// What a step has taken.
    func notice(peak: Int) -> String {
        let found = "peak memory after the first step: \(peak.gigabytes), by formula \(memory.peak.gigabytes)"
        guard peak > limit else { return found }
        return
            "warning: \(found); that is more than the \(limit.gigabytes) that may be taken (`memoryLimit`). Give a smaller "
            + "number than \(memory.microBatch) for `microBatch`."
    }
}
