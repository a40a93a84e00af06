import CLIPData
import CLIPModels
import CLIPText
import Foundation

/// What the data of a stage says before a run, where its index is at hand; nothing is scanned, fetched or written.
struct PlanData {
    /// Samples of an epoch; nil where nobody knows.
    private(set) var samplesPerEpoch: Int?
    /// Why nobody does.
    private(set) var obstacle: String?
    private(set) var statistics: SampleStatistics
    /// Why the samples themselves were not looked at, where their number is known.
    private(set) var sampleObstacle: SampleObstacle?

    /// Why there are neither lengths of texts nor bytes.
    enum SampleObstacle: Equatable {
        /// Samples can only be read in order.
        case noRandomAccess
        /// They cannot be read, for this reason.
        case unreadable(String)
    }

    init(_ recipe: Recipe, _ configuration: ModelConfiguration, whole: ModelConfiguration) {
        statistics = SampleStatistics(recipe, configuration, whole: whole)
        let data: ShardDataset
        do {
            let shards = try ShardList(recipe.data.train.patterns)
            // Lists and tables of a server would be fetched to be compared.
            guard shards.containers.allSatisfy(\.isLocal) else { throw PlanObstacle.remote }
            data = try ShardDataset(
                shards,
                index: ShardIndex.present(shards, cache: recipe.data.cache.directory)
            )
        } catch {
            obstacle = Self.reason(error)
            return
        }
        samplesPerEpoch = data.count
        guard data.hasRandomAccess else {
            sampleObstacle = .noRandomAccess
            return
        }
        do {
            statistics = try Self.statistics(recipe, configuration, of: data, upTo: statistics)
        } catch {
            sampleObstacle = .unreadable(Self.reason(error))
        }
    }

    private static func statistics(
        _ recipe: Recipe,
        _ configuration: ModelConfiguration,
        of data: ShardDataset,
        upTo longest: SampleStatistics
    ) throws -> SampleStatistics {
        let settings = LoaderSettings(
            batchSize: recipe.batch,
            captions: try recipe.captionPolicy(stop: nil, output: .nullDevice),
            seed: recipe.seed,
            order: recipe.loaderOrder(of: data),
            mixture: recipe.data.train.mixture(of: data),
            imageFields: recipe.data.imageFields
        )
        try data.requireImages(settings.imageFields)
        try settings.captions.requireFields(of: data)
        // Models of embeddings have none.
        let tokenizer =
            longest.hasTokens
            ? try configuration.text.tokenizer.tokenizer(besideWeights: recipe.model.initialize) : nil
        let found = try SampleStatistics(settings, of: data, upTo: longest) {
            tokenizer?.tokenCount($0) ?? 0
        }
        guard found.bytes != nil else { throw PlanObstacle.noneUsable }
        return found
    }

    private static func reason(_ error: any Error) -> String {
        String("\(error)".reversed().drop { $0 == "." }.reversed())
    }
}

/// Why data is not looked at.
private enum PlanObstacle: Error, CustomStringConvertible {
    case remote, noneUsable

    var description: String {
        switch self {
        case .remote: "it lies on a server, which is not asked"
        case .noneUsable: "none of the first \(SampleStatistics.examined) can be used"
        }
    }
}
