import ArgumentParser
import CLIPData
import CLIPEvaluation
import CLIPLanguage
import CLIPModels
import CLIPTraining
import RemoteFiles
import Torch

struct EvalCaptionsCommand: ParsableCommand, ComputingCommand, ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "captions",
        abstract: "Find a caption of each image by another one of its captions.",
        discussion: """
            Caption retrieval accuracy: the first caption of each image looks for the second one among those of all images. \
            Vectors come from a language model, with or without an adapter, or from the text side of a checkpoint. No picture \
            is read.

            EXAMPLE:
              clip eval captions --language-model models/smollm2 --data 'data/{00..03}.tar' --captions txt,title.txt
              clip eval captions --adapter runs/captions --data data/test.tar --captions json:short,json:long --json
              clip eval captions --checkpoint runs/demo --data data/test.tar --captions txt,title.txt
              clip eval captions --checkpoint runs/second --language-model models/moved --data data/test.tar --captions txt,title.txt
            """
    )

    @Option(
        name: .long,
        help:
            "A directory in Hugging Face's layout, or a GGUF file. (default: the one that the adapter's run was trained with, or that the checkpoint names)",
        completion: .file()
    )
    var languageModel: String?

    @Option(
        name: .long,
        help: "A run of a language model, one of its checkpoints, or an adapter in PEFT's layout.",
        completion: .directory
    )
    var adapter: String?

    @Option(
        name: .long,
        help: "A model of images and texts in place of a language model.",
        completion: .directory
    )
    var checkpoint: String?

    @Option(
        name: .long,
        help: "Where the adapter lies now that the checkpoint names: a directory.",
        completion: .directory
    )
    var languageAdapter: String?

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: "Shards: paths, folders, globs or patterns.",
        completion: .file()
    )
    var data: [String]

    @Option(
        name: .long,
        help:
            "Two caption fields, separated by a comma: of the caption that looks, and of the one that is looked for."
    )
    var captions: FieldList

    @Option(
        name: .long,
        help:
            "What is put around texts: plain, llama3, chatML or mistral. (default: as the adapter's run, or plain)"
    )
    var wrapper: SentenceEncoding.Wrapper?

    @Option(name: .long, help: "What the model computes in: float32, bf16 or auto.")
    var precision: PrecisionOption = .float32

    @OptionGroup var device: DeviceOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var cache: CacheOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if captions.names.count != 2 {
            throw ValidationError(
                "--captions names \(captions.names.count) field\(captions.names.count == 1 ? "" : "s"); expected two, such as txt,title.txt."
            )
        }
        if checkpoint != nil, adapter != nil || wrapper != nil {
            throw ValidationError(
                "--checkpoint has a text side of its own; leave --adapter and --wrapper out. --language-model and --language-adapter "
                    + "say where the language model lies that it names."
            )
        }
        if checkpoint == nil, languageAdapter != nil {
            throw ValidationError(
                "--language-adapter is for the adapter that a checkpoint names; name another with --adapter."
            )
        }
        if checkpoint == nil, languageModel == nil, adapter == nil {
            throw ValidationError(
                "Name what makes vectors of captions: --language-model, --adapter or --checkpoint."
            )
        }
    }

    func run() throws {
        try threads.apply()
        let retrieval = try CaptionRetrieval(captions.names)
        let vectors = try vectors()
        let source = try ShardDataset.opening(data, options: IndexOptions(remote: cache.remoteData))
        let status = StatusLine(every: 1)
        let result = try retrieval.evaluate(
            source,
            stop: Stopping.signal,
            progress: { status.show($0) },
            vectors: vectors
        )
        status.finish()
        try output.present(result) { Self.text(result) }
    }

    /// What makes vectors of texts.
    private func vectors() throws -> ([String]) throws -> Tensor {
        if let checkpoint {
            let directory = try CheckpointDirectory(checkpoint)
            let reference = try LanguageOptions.reference(
                of: directory,
                model: languageModel,
                adapter: languageAdapter
            )
            let model = try directory.model(on: device.device)
            model.computeType = precision.value.type(on: model.device)
            let extractor = try FeatureExtractor(
                model,
                tokenizer: directory.tokenizer(),
                language: reference.map {
                    LanguageTexts($0, on: model.device, computingIn: model.computeType)
                },
                options: EvaluationOptions(threads: threads.count, stop: Stopping.signal)
            )
            return { try extractor.textFeatures(of: $0) }
        }
        let encoder = try SentenceEncoder.open(
            language: languageModel,
            adapter: adapter,
            wrapper: wrapper,
            on: device.device,
            computingIn: precision.value.type(on: device.device)
        )
        return { texts in
            try encoder.vectors(of: texts) { try Stopping.signal.check() }
        }
    }

    private static func text(_ result: CaptionRetrievalResult) -> String {
        var table = TextTable()
        table.row("", "found", "by chance")
        for (name, value) in result.metrics.sorted(by: { Figures.precedes($0.key, $1.key) }) {
            table.row(
                name,
                Figures.percent(value, digits: 2),
                Figures.percent(result.chance[name] ?? 0, digits: 2)
            )
        }
        return table.text + "\n\(Figures.grouped(result.captions)) captions among as many"
            + result.skipped.text
    }
}
