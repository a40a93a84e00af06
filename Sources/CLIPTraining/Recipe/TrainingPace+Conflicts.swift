extension TrainingPace {
    /// Durations of a recipe that contradict each other.
    ///
    /// Without the size of the data only those that do so for data of any size.
    static func conflicts(in recipe: Recipe, samplesPerEpoch: Int? = nil) -> [RecipeProblem] {
        func problem(_ path: String, _ reason: String) -> [RecipeProblem] {
            [RecipeProblem(.conflict(reason: reason), path: path)]
        }
        let length = recipe.length, warmup = recipe.schedule.warmup
        if case .percent = length {
            return problem(
                "length",
                "a run cannot last a percentage of itself; give epochs, steps, samples or a time."
            )
        }
        guard warmup.amount > 0, length.amount > 0 else { return [] }
        if case .seconds = warmup {
            guard case .seconds = length else {
                let reason =
                    "a warm-up by the clock needs a length by the clock, and the length is \(length.text)."
                return problem("schedule.warmup", reason)
            }
        }
        guard let share = share(of: warmup, in: length, recipe.batch, samplesPerEpoch), share >= 1 else {
            return []
        }
        // A step has as many pairs as the batch, which may have become larger.
        let pairs =
            switch (warmup, length) {
            case (.steps, .epochs), (.steps, .samples): " of \(recipe.batch) pairs"
            default: ""
            }
        let reason =
            "the warm-up (\(warmup.text)\(pairs)) lasts as long as the run (\(length.text)) or longer, so the learning rate "
            + "would never reach its peak; shorten the one or lengthen the other."
        return problem("schedule.warmup", reason)
    }

    /// The first duration over the second, where that is known.
    private static func share(
        of part: TrainingDuration,
        in whole: TrainingDuration,
        _ batch: Int,
        _ samplesPerEpoch: Int?
    ) -> Double? {
        switch (part, whole) {
        case (.percent(let percent), _): return percent / 100
        case (.seconds(let first), .seconds(let second)), (.epochs(let first), .epochs(let second)):
            return first / second
        default:
            guard let first = samples(in: part, batch, samplesPerEpoch),
                let second = samples(in: whole, batch, samplesPerEpoch)
            else { return nil }
            return first / second
        }
    }

    private static func samples(in duration: TrainingDuration, _ batch: Int, _ samplesPerEpoch: Int?)
        -> Double?
    {
        switch duration {
        case .epochs(let count): samplesPerEpoch.map { Double($0) * count }
        case .steps(let count): Double(count) * Double(batch)
        case .samples(let count): Double(count)
        case .seconds, .percent: nil
        }
    }
}
