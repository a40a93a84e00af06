extension Stage {
    /// How the memory after a step compares with the recipe's limit and the formula; nil where there is nothing to compare, or
    /// where that was said before.
    func takeMemoryNotice() -> String? {
        guard let watch = memoryWatch else { return nil }
        memoryWatch = nil
        // A stage before may have taken more.
        return watch.notice(peak: ProcessMemory.peakResidentBytes(since: peakBefore))
    }
}
