/// Where one row lies.
struct CaptionRecord: Equatable {
    static let maximumFiles = 1 << 15
    private static let offsetBits: UInt64 = 48

    /// The hash of the row's key or URL.
    var hash: UInt64
    /// The file's number and the offset in it.
    private var place: UInt64
    /// The row's size in bytes.
    var length: UInt64

    init(hash: UInt64, file: Int, range: Range<Int>) {
        self.hash = hash
        place = UInt64(file) << Self.offsetBits | UInt64(range.lowerBound)
        length = UInt64(range.count)
    }

    var file: Int { Int(place >> Self.offsetBits) }
    var offset: Int { Int(place & (1 << Self.offsetBits - 1)) }

    static func < (first: Self, second: Self) -> Bool {
        first.hash == second.hash ? first.place < second.place : first.hash < second.hash
    }
}

/// What a table was made of; it fits only if all is equal.
struct CaptionTableMetadata: Codable, Equatable {
    struct File: Codable, Equatable {
        /// The path beside the first file.
        var path: String
        var size: Int
        var modified: Int64
    }

    var join: CaptionJoin
    var columns: [String]
    var joinColumn: String?
    var isMulti: Bool
    var files: [File]
    /// How each file is read; not compared, since it follows from the rest.
    var layouts: [CaptionLayout] = []
    /// Rows that say what another row says.
    var repeatedRows = 0

    func fits(_ other: Self) -> Bool {
        var (first, second) = (self, other)
        (first.layouts, second.layouts) = ([], [])
        (first.repeatedRows, second.repeatedRows) = (0, 0)
        return first == second
    }
}
