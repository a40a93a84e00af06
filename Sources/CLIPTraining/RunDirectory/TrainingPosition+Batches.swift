extension TrainingPosition {
    /// A moment at which the number of pairs in a step changed.
    public struct BatchChange: Codable, Equatable, Sendable {
        /// Optimizer steps of the run done with the batches before.
        public var step: Int
        /// Pairs of the run seen in them.
        public var samples: Int

        /// Describes a change.
        public init(step: Int, samples: Int) {
            self.step = step
            self.samples = samples
        }
    }

    /// Notes that the steps that follow have so many pairs each, if those before had another number.
    mutating func continueStage(withBatch batch: Int) {
        let last = batchChanges.last ?? BatchChange(step: stageStart.step, samples: stageStart.samples)
        let (expected, overflows) = (step - last.step).multipliedReportingOverflow(by: batch)
        guard overflows || samples - last.samples != expected else { return }
        batchChanges.append(BatchChange(step: step, samples: samples))
    }
}
