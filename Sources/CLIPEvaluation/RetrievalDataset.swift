public import CLIPData
import Foundation

/// Images that have one or several captions each.
public struct RetrievalDataset: Sendable {
    /// The samples.
    public let source: any SampleSource
    /// All captions of a sample, by field.
    public let captions: CaptionPolicy
    /// Whether each line of a caption field is a caption of its own.
    public let captionPerLine: Bool

    /// Puts a data set together.
    ///
    /// - Parameters:
    ///   - source: The samples.
    ///   - captions: The fields that hold captions; every one that a sample has counts.
    ///   - captionPerLine: Whether each line of a field is a caption of its own.
    /// - Throws: `LoaderError.captionPolicy`; `ShardError.fields` when no sample has a caption.
    public init(source: any SampleSource, captions: [String] = ["txt"], captionPerLine: Bool = false) throws {
        self.captions = try CaptionPolicy(fields: captions, rule: .all)
        try source.requireCaptions(self.captions.fields)
        self.source = source
        self.captionPerLine = captionPerLine
    }

    /// Opens shards, or a folder in CLIP_benchmark's local webdataset layout.
    ///
    /// - Parameters:
    ///   - shards: Paths, patterns, globs or folders of shards; or the one folder that holds a folder of
    ///     shards for each split.
    ///   - captions: The fields that hold captions.
    ///   - captionPerLine: Whether each line of a field is a caption of its own; nil says yes for a folder
    ///     whose `dataset_type.txt` is `retrieval`.
    ///   - split: Which split of a folder with splits.
    ///   - index: Where the index lies; nil says beside the first shard.
    /// - Throws: ``EvaluationError``, `ShardError`, `LoaderError.captionPolicy`.
    public static func open(
        _ shards: [String],
        captions: [String] = ["txt"],
        captionPerLine: Bool? = nil,
        split: String = "test",
        index: String? = nil,
        options: IndexOptions = IndexOptions()
    ) throws -> RetrievalDataset {
        var (paths, hasLines) = (shards, false)
        if shards.count == 1, isFolderOfSplits(shards[0], split) {
            let folder = DatasetFolder(path: shards[0])
            hasLines = try folder.type() == "retrieval"
            paths = try folder.shards(of: split)
        }
        return try RetrievalDataset(
            source: ShardDataset.open(paths, index: index, options: options),
            captions: captions,
            captionPerLine: captionPerLine ?? hasLines
        )
    }

    private static func isFolderOfSplits(_ path: String, _ split: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(path)/\(split)", isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
