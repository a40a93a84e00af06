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
        var rows = try TableRows(path, bytes, from: offset)
        var number = number
        while true {
            let item: TableRows.Item?
            do {
                item = try rows.next()
            } catch {
                guard keepsReadable else { throw error.advising("keep the rows before it") }
                scan.damage = error.description
                return
            }
            switch item {
            case .row(let cells):
                add(cells, rows.header, number: number, to: &scan)
                number += 1
            case .unusable(let damage):
                guard keepsReadable else { throw damage.advising("leave such rows out") }
                scan.ignored += 1
            case nil: return
            }
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
}
