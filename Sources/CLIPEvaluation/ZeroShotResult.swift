/// How well a zero-shot classifier does.
public struct ZeroShotResult: Sendable, Equatable, Codable {
    /// One class.
    public struct ClassAccuracy: Sendable, Equatable, Codable {
        /// Its name.
        public var name: String
        /// How many images it has, and how many of them were recognised.
        public var samples, correct: Int
        /// The share that was recognised; nil for a class without images.
        public var accuracy: Double?
    }

    /// `acc1`, `acc5` and `acc10` (with at least so many classes), `mean_per_class_recall` and
    /// `mean_reciprocal_rank`, all in 0…1.
    public var metrics: [String: Double]
    /// What guessing would reach.
    public var chance: [String: Double]
    /// How many images were classified.
    public var samples: Int
    /// How many prompts each class had.
    public var templates: Int
    /// Images that could not be used.
    public var skipped: SkippedSamples
    /// Accuracy of each class.
    public var classes: [ClassAccuracy]

    /// - Parameter ranks: For each image its class and the rank, from 0, at which the classifier put that
    ///   class.
    init(
        ranks: [(label: Int, rank: Int)],
        classNames: [String],
        templates: Int,
        skipped: SkippedSamples
    ) {
        var classes = classNames.map { ClassAccuracy(name: $0, samples: 0, correct: 0, accuracy: nil) }
        for (label, rank) in ranks {
            classes[label].samples += 1
            if rank == 0 { classes[label].correct += 1 }
        }
        for index in classes.indices where classes[index].samples > 0 {
            classes[index].accuracy = Double(classes[index].correct) / Double(classes[index].samples)
        }
        let recalls = classes.compactMap(\.accuracy)
        metrics = [
            "mean_per_class_recall": recalls.reduce(0, +) / Double(max(1, recalls.count)),
            "mean_reciprocal_rank": ranks.reduce(0) { $0 + 1 / Double($1.rank + 1) }
                / Double(max(1, ranks.count)),
        ]
        let harmonic = (1...max(1, classNames.count)).reduce(0) { $0 + 1 / Double($1) }
        chance = [
            "mean_per_class_recall": 1 / Double(classNames.count),
            "mean_reciprocal_rank": harmonic / Double(max(1, classNames.count)),
        ]
        for cutoff in [1, 5, 10] where cutoff <= classNames.count {
            let hits = ranks.count { $0.rank < cutoff }
            metrics["acc\(cutoff)"] = Double(hits) / Double(max(1, ranks.count))
            chance["acc\(cutoff)"] = Double(cutoff) / Double(classNames.count)
        }
        samples = ranks.count
        self.templates = templates
        self.skipped = skipped
        self.classes = classes
    }
}
