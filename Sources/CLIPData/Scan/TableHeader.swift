/// The first line of a table.
struct TableHeader {
    /// The columns as suffixes.
    let columns: [String]
    let delimiter: UInt8
    /// The picture's column.
    let image: Int
    /// The column that is a caption without being named in settings.
    let caption: Int?
    let key: Int?
    /// Where the line ends.
    let end: Int

    private static let delimiters: [(byte: UInt8, name: String)] = [
        (UInt8(ascii: ","), "a comma"), (UInt8(ascii: "\t"), "a tab"), (UInt8(ascii: ";"), "a semicolon"),
        (UInt8(ascii: "|"), "a bar"),
    ]

    var delimiterName: String { Self.delimiters.first { $0.byte == delimiter }?.name ?? "the separator" }

    /// The one column whose cell in the first row is the path of a picture.
    private static func pictureColumn(of cells: [String], columns: Int) -> Int? {
        guard cells.count == columns else { return nil }
        let places = cells.indices.filter { ListingLayout.isPicturePath(cells[$0]) }
        return places.count == 1 ? places[0] : nil
    }

    /// Finds the separator with which the first line names a column of pictures, or the first row has one.
    ///
    /// - Throws: `ShardError.missingColumn` with the columns found by the likeliest separator.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(ShardError) {
        let start = LineScanner.byteOrderMarkLength(of: bytes)
        var best: (columns: [String], image: Int?, delimiter: UInt8, end: Int)?
        var bestScore = (0, 0)
        for (delimiter, _) in Self.delimiters {
            var reader = DelimitedText(bytes, delimiter: delimiter, position: start)
            guard let row = try? reader.next() else { continue }
            let columns = row.cells.map { ListingLayout.suffix(of: PackCandidate.plain($0)) }
            let end = reader.position
            let named = UsualNames.place(of: UsualNames.images, in: columns)
            let first = (try? reader.next())?.cells ?? []
            let image = named ?? Self.pictureColumn(of: first, columns: columns.count)
            let score = (named != nil ? 2 : image != nil ? 1 : 0, columns.count)
            guard score > bestScore else { continue }
            bestScore = score
            best = (columns, image, delimiter, end)
        }
        guard let best else {
            throw .listing(path: path, line: 1, problem: "there is no row", expected: "names of columns")
        }
        guard let image = best.image else {
            throw .missingColumn(
                path: path,
                purpose: "the pictures' paths",
                expected: UsualNames.images,
                found: best.columns
            )
        }
        columns = best.columns
        delimiter = best.delimiter
        end = best.end
        self.image = image
        caption = UsualNames.place(of: UsualNames.captions, in: best.columns)
        key = UsualNames.place(of: UsualNames.keys, in: best.columns)
    }
}
