/// Reads the samples of a `.csv` or `.tsv` file.
///
/// Each column is a text field under its name; the picture's column names a file. The first column with a name for
/// captions is there as `txt`, too.
struct TableScan {
    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private let keepsReadable: Bool

    init(_ path: String, _ bytes: UnsafeRawBufferPointer, keepsReadable: Bool) {
        self.path = path
        self.bytes = bytes
        self.keepsReadable = keepsReadable
    }

    /// Adds the rows from an offset on; `number` rows come before.
    ///
    /// - Throws: `ShardError.listing`, `.missingColumn`.
    func add(from offset: Int, number: Int, to scan: inout ContainerScan) throws(ShardError) {
        let header = try TableHeader(path, bytes)
        var reader = DelimitedText(
            bytes,
            delimiter: header.delimiter,
            position: max(offset, header.end),
            line: max(1, offset <= header.end ? header.lines + 1 : Self.lines(bytes[..<offset]))
        )
        var number = number
        while true {
            let row: DelimitedText.Row?
            do {
                row = try reader.next()
            } catch {
                // Where a quotation mark is astray, the rows that follow cannot be told apart.
                let damage = ShardError.listing(
                    path: path,
                    line: error.line,
                    problem: error.problem,
                    expected: "quoted cells as in RFC 4180"
                )
                guard keepsReadable else { throw damage }
                scan.damage = damage.description
                return
            }
            guard let row else { return }
            guard row.cells.count == header.columns.count else {
                let damage = ShardError.listing(
                    path: path,
                    line: row.line,
                    problem: row.cells.count == 1
                        ? "there is 1 cell" : "there are \(row.cells.count) cells",
                    expected: "\(header.columns.count), as in the first line; quote cells that hold "
                        + "\(header.delimiterName), or leave such rows out with --keep-readable"
                )
                guard keepsReadable else { throw damage }
                scan.ignored += 1
                continue
            }
            add(row.cells, header, number: number, to: &scan)
            number += 1
        }
    }

    private func add(_ cells: [String], _ header: TableHeader, number: Int, to scan: inout ContainerScan) {
        let key = header.key.map { cells[$0] } ?? ""
        var sample = ScannedSample(key: key.isEmpty ? "\(number)" : key, fields: [])
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            guard column != header.image else {
                sample.fields.append(scan.field(ListingLayout.imageSuffix(of: cell), .file, text: cell))
                continue
            }
            var field = scan.field(header.columns[column], .index, text: cell)
            sample.fields.append(field)
            if column == header.caption, !header.columns.contains("txt") {
                field.suffix = "txt"
                field.detail = FieldDetail.hash(CaptionKey.of(cell))
                sample.fields.append(field)
            }
        }
        scan.samples.append(sample)
    }

    private static func lines(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        1 + bytes.count { $0 == UInt8(ascii: "\n") }
    }
}

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
    /// How many lines it takes.
    let lines: Int

    private static let delimiters: [(byte: UInt8, name: String)] = [
        (UInt8(ascii: ","), "a comma"), (UInt8(ascii: "\t"), "a tab"), (UInt8(ascii: ";"), "a semicolon"),
        (UInt8(ascii: "|"), "a bar"),
    ]

    var delimiterName: String { Self.delimiters.first { $0.byte == delimiter }?.name ?? "the separator" }

    /// Finds the separator with which the first line names a column of pictures.
    ///
    /// - Throws: `ShardError.missingColumn` with the columns found by the likeliest separator.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(ShardError) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var best: (columns: [String], delimiter: UInt8, end: Int, lines: Int)?
        var bestScore = (0, 0)
        for (delimiter, _) in Self.delimiters {
            var reader = DelimitedText(bytes, delimiter: delimiter, position: start)
            guard let row = try? reader.next() else { continue }
            let columns = row.cells.map { ListingLayout.suffix(of: PackCandidate.plain($0)) }
            let namesPictures = ListingLayout.first(of: ListingLayout.imageNames, in: columns) != nil
            let score = (namesPictures ? 1 : 0, columns.count)
            guard score > bestScore else { continue }
            bestScore = score
            let lines = bytes[..<min(reader.position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
            best = (columns, delimiter, reader.position, lines)
        }
        guard let best else {
            throw .listing(path: path, line: 1, problem: "there is no row", expected: "names of columns")
        }
        guard let image = ListingLayout.first(of: ListingLayout.imageNames, in: best.columns) else {
            throw .missingColumn(
                path: path,
                purpose: "the pictures' paths",
                expected: ListingLayout.imageNames,
                found: best.columns
            )
        }
        columns = best.columns
        delimiter = best.delimiter
        end = best.end
        lines = best.lines
        self.image = image
        caption = ListingLayout.first(of: ListingLayout.captionNames, in: best.columns)
        key = ListingLayout.first(of: ListingLayout.keyNames, in: best.columns)
    }
}
