import CLIPData
import CLIPModels
import CLIPText
import Foundation
import RemoteFiles
import Torch

/// All stages of a run with their data, before there is a model or a directory: a bad recipe leaves nothing behind.
struct RunSetup {
    /// The recipe, with values that presets have for the size of the data.
    let recipe: Recipe
    /// The stages that are not finished, in order.
    let stages: [StageSetup]
    /// The architectures that the stages name.
    let models: RunModels

    /// The last stage's number.
    var lastStage: Int { recipe.allStages.count - 1 }

    /// The stage of a number.
    func stage(_ number: Int) -> StageSetup { stages[number - stages[0].number] }

    /// Opens the data of all stages and checks what can be checked before training.
    ///
    /// Sets the number of libtorch's threads, which belongs to the process.
    ///
    /// - Parameters:
    ///   - first: The first stage that is not finished.
    ///   - models: The architectures that the run keeps itself.
    ///   - saved: The checkpoint with which the run goes on.
    ///   - isFitted: Whether a preset's values are taken as they are in the stage of a number, as they were fitted to the
    ///     data before.
    ///   - stop: Raised when the run is to end, now or later.
    /// - Throws: Errors of the recipe, the data and the configuration of the model.
    static func prepare(
        _ recipe: Recipe,
        from first: Int = 0,
        parts: RunParts = RunParts(),
        models: RunModels = RunModels(),
        saved: Checkpoint? = nil,
        isFitted: (Int) -> Bool = { _ in false },
        output: FileHandle,
        stop: StopSignal? = nil
    ) throws -> RunSetup {
        for warning in recipe.warnings { say("warning: \(warning)", to: output) }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        try Runtime.setThreadCount(recipe.threads.count(automatic: cores))
        try Runtime.setDeterministic(recipe.deterministic)
        let device = try recipe.resolvedDevice()
        let blueprint =
            try recipe.model.isLanguage
            ? nil : RunBlueprint(recipe, from: first, models: models, saved: saved)
        for warning in blueprint?.warnings ?? [] { say("warning: \(warning)", to: output) }
        for notice in blueprint?.stages.compactMap(\.headNotice) ?? [] { say(notice, to: output) }
        var preparation = Preparation(
            device: device,
            remote: recipe.data.remoteData(stop: stop) { say($0, to: output) },
            parts: parts,
            output: output,
            stop: stop
        )
        let count = recipe.allStages.count
        let setups =
            try blueprint?.stages.map { stage in
                try StageError.naming(stage.stage, stage.number, of: count) {
                    try preparation.setup(stage, fits: !isFitted(stage.number))
                }
            } ?? recipe.allStages.enumerated().map { try preparation.languageSetup($0, $1) }
        var fitted = recipe
        for setup in setups { fitted.replaceStage(setup.number, by: setup.recipe) }
        let setup = RunSetup(recipe: fitted, stages: setups, models: blueprint?.models ?? models)
        try setup.checkKeptRecords()
        return setup
    }

    static func say(_ line: String, to output: FileHandle) {
        try? output.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// What the stages share.
    struct Preparation {
        let device: Device
        let remote: RemoteData
        let parts: RunParts
        let output: FileHandle
        let stop: StopSignal?
        /// Data sets that are open, by what names them.
        var opened: [[String]: ShardDataset] = [:]
        /// Counts captions that a tagger cannot read, over all stages.
        let tally = TextReductionTally()
        /// The language model whose vectors the stage before trains on.
        var language: LanguageReference?
        /// Sections whose captions were reported.
        var reported: [Recipe.Source] = []

        mutating func setup(_ blueprint: StageBlueprint, fits: Bool) throws -> StageSetup {
            let (written, number) = (blueprint.stage, blueprint.number)
            var configuration = blueprint.configuration
            var (stage, recipe) = (written, written.recipe)
            let tokenizer = try blueprint.tokenizer()
            let reducer = try recipe.textReducer(tokenizer, for: configuration.text.kind, tally: tally)
            let features = try parts.features(of: recipe, for: configuration.text.kind)
            if let warning = parts.featuresWarning(recipe, for: configuration.text.kind) {
                RunSetup.say("warning: \(warning)", to: output)
            }
            if let warning = recipe.budgetWarning(of: configuration) {
                RunSetup.say(
                    "\(written.name.isEmpty ? "" : "stage \(written.name): ")warning: \(warning)",
                    to: output
                )
            }
            let captions = try recipe.captionPolicy(stop: stop, output: output)
            let data = try data(recipe.data.train.patterns)
            guard data.count >= recipe.batch else {
                throw TrainingError.tooFewSamples(found: data.count, batch: recipe.batch)
            }
            let texts = try texts(for: configuration, tokenizer, reducedBy: reducer) {
                try features?.embeddings(of: captions, in: data)
            }
            if case .embeddings(let vectors) = texts {
                let before = written.continuesModel(at: number) ? language : nil
                configuration = try configuration.reading(vectors, after: blueprint.language ?? before)
                try recipe.checkEvaluations(of: configuration, isOpen: true)
            }
            language = configuration.language
            let reader = try recipe.languageTexts(of: configuration, on: device)
            if !reported.contains(recipe.data) {
                if let features { RunSetup.say(features.line, to: output) }
                let threads = recipe.workerCount(on: device)
                try recipe.reportCaptions(captions, of: data, threads: threads, to: output)
                reported.append(recipe.data)
            }
            let pace = try TrainingPace(recipe, samplesPerEpoch: data.count)
            if fits, let notice = recipe.fitted(to: pace).notice {
                recipe = recipe.fitted(to: pace).recipe
                stage.recipe = recipe
                RunSetup.say((written.name.isEmpty ? "" : "stage \(written.name): ") + notice, to: output)
            }
            let problems = recipe.lossFamily.problems(in: recipe, pace: pace)
            guard problems.isEmpty else { throw RecipeError(problems) }
            let setup = StageSetup(
                number: number,
                stage: stage,
                architecture: .towers(configuration),
                device: device,
                data: data,
                captions: captions,
                texts: texts,
                reducer: reducer,
                tokenizerFiles: tokenizer.files,
                pace: pace,
                evaluations: try recipe.evaluate.indices.map {
                    try ScheduledEvaluation(
                        $0,
                        recipe: recipe,
                        data: data,
                        tokenizer: tokenizer,
                        texts: texts,
                        captions: captions,
                        language: reader,
                        reducer: recipe.tokens.text.inEvaluation ? reducer : nil,
                        remote: remote,
                        stop: stop
                    )
                },
                stop: stop
            )
            // Fields that no sample has are found here, before there is a directory.
            _ = try setup.loader(stream: number)
            return try setup.settlingMicroBatch(whole: blueprint.whole, output: output) {
                tokenizer.tokenCount($0)
            }
        }

        mutating func data(_ patterns: [String]) throws -> ShardDataset {
            if let open = opened[patterns] { return open }
            let cores = ProcessInfo.processInfo.activeProcessorCount
            let output = output
            let data = try ShardDataset.open(
                patterns,
                options: IndexOptions(threads: cores, remote: remote)
            ) { progress in
                guard progress.shards == progress.totalShards else { return }
                let shards = "\(progress.shards) shard\(progress.shards == 1 ? "" : "s")"
                RunSetup.say("indexed \(progress.samples) samples in \(shards)", to: output)
            }
            for note in data.notes { RunSetup.say("note: \(note)", to: output) }
            if let changes = data.index.changes { RunSetup.say("index: \(changes)", to: output) }
            opened[patterns] = data
            return data
        }
    }
}
