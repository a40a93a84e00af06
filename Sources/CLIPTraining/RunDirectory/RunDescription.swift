import CLIPData
import CLIPModels
import Foundation
import LocalFiles

/// What a run knows of itself beside its recipe, kept in `run.json` together with the number of the layout.
struct RunDescription: Codable, Equatable {
    /// The samples with which a stage was begun, or went on by name.
    struct Samples: Codable, Equatable {
        /// How many there are.
        var count: Int
        /// Who they are (``DataFingerprint``), in hexadecimal digits.
        var fingerprint: String
    }

    /// The number of the layout.
    var format = RunFormat.version.current
    /// A hash of `recipe.yaml` as this package wrote it last; another one says that somebody edited the file.
    var recipe: String?
    /// The files of the run that hold its architectures, by what the recipe's `model.config` says.
    var models: [String: String]?
    /// The step of the checkpoint after which the loss forgot what it knew, as was asked for; nil once a checkpoint follows.
    var forgotten: Int?
    /// The fingerprint of the language model that the run tunes, over weights and tokenizer; nil for other runs.
    var language: String?
    /// The samples of each stage, by the stage's number.
    var samples: [Int: Samples]?

    /// The description of a run; nil for a run of an earlier layout.
    static func read(from run: URL) -> RunDescription? {
        guard let data = try? Data(contentsOf: run.appending(path: RunFormat.name)) else { return nil }
        return try? JSONDecoder().decode(RunDescription.self, from: data)
    }

    func write(to run: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var described = self
        described.format = RunFormat.version.current
        try DurableFile.replace(run.appending(path: RunFormat.name), with: encoder.encode(described))
    }

    /// The hash of a text.
    static func digest(_ text: Data) -> String {
        String(StableHash.of(text), radix: 16)
    }
}

extension RunDescription.Samples {
    /// Describes the samples that a stage reads.
    init(_ data: ShardDataset) {
        self.init(first: data.count, of: data)
    }

    /// Describes the first of them.
    init(first count: Int, of data: ShardDataset) {
        self.count = count
        fingerprint = String(DataFingerprint(SelectedSamples(data: data), count: count).value, radix: 16)
    }
}

/// The samples of a data set in its own order, whichever others its index knows.
private struct SelectedSamples: SampleNumbering {
    let data: ShardDataset
    var ordinalCount: Int { data.count }
    func identity(ofOrdinal ordinal: Int) -> UInt64 { data.identity(at: ordinal) }
}

/// The architectures of a run, which lie in it, by what the recipe's `model.config` says.
struct RunModels {
    private(set) var configurations: [String: ModelConfiguration] = [:]

    /// None.
    init() {}

    /// Reads those that a run keeps.
    ///
    /// - Throws: `ModelConfigurationError` for a file that is not what was written.
    init(of description: RunDescription?, in run: URL) throws {
        for (config, file) in description?.models ?? [:] {
            // The name is a file of the run, whatever the description says.
            let name = URL(fileURLWithPath: file).lastPathComponent
            configurations[config] = try ModelCatalog.configuration(run.appending(path: name).path)
        }
    }

    /// The run's own copy, or what the catalogue or a file says.
    mutating func configuration(_ config: String) throws -> ModelConfiguration {
        if let known = configurations[config] { return known }
        let found = try ModelCatalog.configuration(config)
        configurations[config] = found
        return found
    }

    /// Takes an architecture for one that is found nowhere else any more.
    mutating func add(_ configuration: ModelConfiguration, for config: String) {
        configurations[config] = configuration
    }

    /// Writes the architectures into a run, where they are not in it yet.
    ///
    /// - Returns: The names of their files.
    func write(to run: URL, besides present: [String: String] = [:]) throws -> [String: String] {
        var names = present
        for (config, configuration) in configurations.sorted(by: { $0.key < $1.key })
        where names[config] == nil {
            let number = names.count
            let name = number == 0 ? "model.json" : "model-\(number + 1).json"
            var object: [String: Any] = ["model_cfg": configuration.json]
            if !configuration.ownJSON.isEmpty { object["swift_clip"] = configuration.ownJSON }
            let options: JSONSerialization.WritingOptions = [
                .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
            ]
            try DurableFile.replace(
                run.appending(path: name),
                with: JSONSerialization.data(withJSONObject: object, options: options)
            )
            names[config] = name
        }
        return names
    }
}
