extension PackListing {
    /// Columns: the picture's path, captions named as in `captionFields`, and optionally a key and `source`.
    func table(_ path: String) throws -> [PackCandidate] {
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        var rows = try TableRows(path, file.bytes)
        let columns = rows.header.columns
        // A source of samples has its first column of captions as `txt`, too.
        let captions = captionSuffixes.compactMap {
            columns.firstIndex(of: $0) ?? ($0 == "txt" ? rows.header.caption : nil)
        }
        guard !captions.isEmpty else {
            throw ShardError.missingColumn(
                path: path,
                purpose: "captions",
                expected: captionSuffixes,
                found: columns
            )
        }
        let source = columns.firstIndex(of: "source")
        var found: [PackCandidate] = []
        while let item = try rows.next() {
            switch item {
            case .unusable(let error): throw error
            case .row(let cells):
                let image = cells[rows.header.image]
                let key = rows.header.key.map { cells[$0] } ?? ""
                let texts = captions.map { (columns[$0], cells[$0]) }
                found.append(
                    PackCandidate(
                        key: PackCandidate.key(from: key.isEmpty ? Self.stem(image) : key),
                        image: Self.resolve(image, beside: path),
                        captions: PackCandidate.ordered(
                            Dictionary(texts, uniquingKeysWith: { first, _ in first }),
                            preferred: captionSuffixes
                        ),
                        source: source.map { cells[$0] }
                    )
                )
            }
        }
        return found
    }
}
