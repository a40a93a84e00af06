import CLIPData
import CLIPModels
import CLIPText
import Foundation

/// What the data of a stage says before a run, where its index is at hand; nothing is scanned, fetched or written.
struct PlanData {
    /// Samples of an epoch; nil where nobody knows.
    let samplesPerEpoch: Int?
    /// Why nobody does.
    let obstacle: String?
    let statistics: SampleStatistics
    /// Bytes that are read for a sample; nil where nobody knows.
    let bytesPerSample: Double?

    /// - Parameters:
    ///   - limit: Most tokens of a text in training.
    ///   - whole: Most tokens of a text that is not shortened.
    init(_ recipe: Recipe, limit: Int, whole: Int, tokenizer kind: TokenizerKind) {
        let longest = SampleStatistics(limit: limit, whole: whole)
        do {
            let shards = try ShardList(recipe.data.train.patterns)
            // Lists and tables of a server would be fetched to be compared.
            guard shards.containers.allSatisfy(\.isLocal) else { throw PlanObstacle.remote }
            let data = try ShardDataset(
                shards,
                index: ShardIndex.present(shards, cache: recipe.data.cache.directory)
            )
            var found: SampleStatistics?
            if data.hasRandomAccess {
                let settings = LoaderSettings(
                    batchSize: recipe.batch,
                    captions: try recipe.captionPolicy(stop: nil, output: .nullDevice),
                    seed: recipe.seed,
                    order: recipe.loaderOrder(of: data),
                    mixture: recipe.data.train.mixture(of: data),
                    imageFields: recipe.data.imageFields
                )
                let tokenizer = try kind.tokenizer()
                found = try SampleStatistics(settings, of: data, limit: limit, whole: whole) {
                    tokenizer.framed(tokenizer.encode($0)).count
                }
            }
            samplesPerEpoch = data.count
            statistics = found ?? longest
            bytesPerSample = found?.bytes
            obstacle = nil
        } catch {
            samplesPerEpoch = nil
            statistics = longest
            bytesPerSample = nil
            obstacle = String("\(error)".reversed().drop { $0 == "." }.reversed())
        }
    }
}

/// Why data is not looked at.
private enum PlanObstacle: Error, CustomStringConvertible {
    case remote

    var description: String { "it lies on a server, which is not asked" }
}
