import Foundation

extension PackListing {
    private static let imageColumns = ["image", "filepath", "path", "file"]

    /// Columns: the picture's path, captions named as in `captionFields`, and optionally `key` and `source`.
    func table(_ path: String, delimiter: UInt8) throws -> [PackCandidate] {
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = file.bytes.starts(with: byteOrderMark) ? file.bytes[3...] : file.bytes[...]
        let rows: [DelimitedText.Row]
        do {
            rows = try DelimitedText.rows(text, delimiter: delimiter)
        } catch {
            throw PackError.listing(
                path: path,
                line: error.line,
                problem: error.problem,
                expected: "quoted fields as in RFC 4180"
            )
        }
        guard let header = rows.first else { throw PackError.empty(path: path) }
        let columns = header.cells.map { PackCandidate.plain($0).lowercased() }
        guard let image = Self.imageColumns.lazy.compactMap({ columns.firstIndex(of: $0) }).first else {
            throw PackError.missingColumn(
                path: path,
                purpose: "picture paths",
                expected: Self.imageColumns,
                found: columns
            )
        }
        let captions = captionFields.filter(columns.contains)
        guard !captions.isEmpty else {
            throw PackError.missingColumn(
                path: path,
                purpose: "captions",
                expected: captionFields,
                found: columns
            )
        }
        return try rows.dropFirst().map { row in
            guard row.cells.count == columns.count else {
                throw PackError.listing(
                    path: path,
                    line: row.line,
                    problem: row.cells.count == 1 ? "there is 1 cell" : "there are \(row.cells.count) cells",
                    expected: "\(columns.count), as in the first line"
                )
            }
            let cells = Dictionary(zip(columns, row.cells), uniquingKeysWith: { first, _ in first })
            let name = row.cells[image]
            return PackCandidate(
                key: PackCandidate.key(from: cells["key"] ?? (name as NSString).deletingPathExtension),
                image: Self.resolve(name, beside: path),
                captions: PackCandidate.ordered(
                    cells.filter { captions.contains($0.key) },
                    preferred: captionFields
                ),
                source: cells["source"]
            )
        }
    }
}
