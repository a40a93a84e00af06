/// A side file of captions.
public struct CaptionSideFile: Equatable, Sendable {
    /// By what rows find their samples.
    public enum Join: String, CaseIterable, Sendable {
        /// The sample's key in its shard.
        case key
        /// The sample's URL.
        case url
    }

    /// Paths, brace patterns or globs.
    public var file: OneOrMore = []
    /// By what rows find their samples.
    public var join: Join = .key
    /// The columns with texts; nil to look for a usual name.
    public var column: OneOrMore?
    /// The column with the key or URL; nil to look for a usual name.
    public var joinColumn: String?
    /// Whether several rows of one key or URL are all candidates.
    public var multi = false
    /// Where the table of rows lies; nil for beside the first file.
    public var table: String?

    /// Makes settings with the required file still empty.
    public init() {}
}

extension CaptionSideFile.Join: RecipeChoice {}

extension CaptionSideFile: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "file",
                \.file,
                "Side files of captions, JSON lines, CSV or TSV: a path, brace pattern or glob, or a list of them.",
                required: true
            ),
            .init("join", \.join, "By what rows find their samples: the sample's `key`, or its `url`."),
            .init(
                "column",
                \.column,
                "The column with the texts, or several; `null` looks for `caption`, `text` and the like."
            ),
            .init(
                "joinColumn",
                \.joinColumn,
                "The column with the key or URL; `null` looks for `key`, `url` and the like.",
                .notEmpty
            ),
            .init(
                "multi",
                \.multi,
                "Whether several rows of one key or URL are all candidates, and not an error."
            ),
            .init(
                "table",
                \.table,
                "Where the table of rows is kept; `null` for beside the first file.",
                .notEmpty
            ),
        ]
    }
}
