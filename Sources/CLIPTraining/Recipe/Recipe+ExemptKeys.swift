import Yams

extension Recipe {
    /// Keys that decide nothing of what is trained: how it is computed, watched and saved.
    ///
    /// Parts of a batch and pieces of similarities change the order in which numbers are added up, as the number of threads
    /// does. `*` stands for every name.
    static let incidentalKeys = [
        "device", "threads", "deterministic",
        "microBatch", "memoryLimit", "activationCheckpointing", "objective.workspace",
        "data.workers", "data.cache", "data.remote", "data.captions.sources.*.table",
        "data.maximumBadSampleRate",
        "checkpoint", "log", "evaluate", "tokens.text.inEvaluation", "temperature.fromPreset",
    ]

    /// Keys that say where files lie, which may move once a stage has read them.
    static let placeKeys = [
        "data.train", "data.captions.sources.*.file", "data.captions.features", "tokens.text.tagger",
        "model.initialize", "model.language",
    ]

    /// The keys of one stage that decide what it trains, or from which files.
    var trainingNode: Node { Self.incidentalKeys.reduce(plainNode) { $0.removing(path: $1) } }

    /// ``trainingNode`` without ``placeKeys``: files may have moved.
    var trainingNodeWithoutPlaces: Node { Self.placeKeys.reduce(trainingNode) { $0.removing(path: $1) } }
}
