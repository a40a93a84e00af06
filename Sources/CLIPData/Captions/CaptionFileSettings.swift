/// Which side file holds captions, and how its rows find their samples.
public struct CaptionFileSettings: Sendable, Hashable {
    /// Paths, brace patterns or globs.
    public var paths: [String]
    /// By what rows find their samples.
    public var join: CaptionJoin
    /// The columns with texts, in order; empty to look for a usual name.
    public var columns: [String]
    /// The column with the key or URL; nil to look for a usual name.
    public var joinColumn: String?
    /// Whether several rows of one key or URL are all candidates.
    public var isMulti: Bool
    /// Where the table of rows lies; nil for beside the first file.
    public var table: String?

    /// Makes settings.
    public init(
        paths: [String],
        join: CaptionJoin = .key,
        columns: [String] = [],
        joinColumn: String? = nil,
        isMulti: Bool = false,
        table: String? = nil
    ) {
        self.paths = paths
        self.join = join
        self.columns = columns
        self.joinColumn = joinColumn
        self.isMulti = isMulti
        self.table = table
    }

    /// The files, as absolute paths, each once.
    ///
    /// - Throws: `CaptionFileError.noFiles`; `ShardError.patternTooLarge`.
    func files() throws -> [String] {
        var found: [String] = []
        for pattern in paths {
            for name in try BracePattern.expand(pattern) {
                let matches =
                    FilePath.isGlob(name) && FilePath.kind(of: name) == nil ? FilePath.glob(name) : [name]
                let files = matches.filter {
                    FilePath.kind(of: $0) == .file && !$0.hasSuffix(CaptionTable.suffix)
                }
                guard !files.isEmpty else { throw CaptionFileError.noFiles(pattern: name) }
                found += files.map(FilePath.absolute)
            }
        }
        guard !found.isEmpty else { throw CaptionFileError.noFiles(pattern: paths.joined(separator: " ")) }
        guard found.count <= CaptionRecord.maximumFiles else {
            throw CaptionFileError.tooManyFiles(found: found.count, limit: CaptionRecord.maximumFiles)
        }
        var seen: Set<String> = []
        return found.filter { seen.insert($0).inserted }
    }
}

/// How far the reading of side files is.
public struct CaptionFileProgress: Sendable {
    /// The file that is read.
    public var path: String
    /// Rows read so far, over all files.
    public var rows: Int
    /// Whether all is done.
    public var isComplete: Bool
}
