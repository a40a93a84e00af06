extension ContainerScanner {
    /// Lists the pictures below a folder with the files beside them, those that the index does not know yet.
    func folder(_ container: DataContainer, known: KnownContainer) throws -> ContainerScan? {
        let listing = try FolderListing(container.name)
        let version = listing.version
        if known.version == version { return nil }
        var scan = ContainerScan(kind: .folder, version: version)
        scan.ignored = listing.ignored
        let earlier = known.keys()
        guard earlier.isSubset(of: listing.samples.map(\.key)) else {
            throw ShardError.staleIndex(
                index: known.index,
                reason: "pictures that it knows are gone from '\(container.name)'"
            )
        }
        if let then = known.version,
            FolderListing.version(of: listing.samples.filter { earlier.contains($0.key) }) != then
        {
            throw ShardError.staleIndex(
                index: known.index,
                reason: "files came beside pictures that it knows in '\(container.name)', or went"
            )
        }
        let contents = FieldInspector()
        for sample in listing.samples where !earlier.contains(sample.key) {
            try access.checkStop()
            var scanned = ScannedSample(key: sample.key, fields: [])
            for file in sample.files {
                var field = scan.field(file.suffix, .file, text: file.path)
                // What cannot be read now is found again as a bad sample.
                if let content = try? MappedFile(container.name + "/" + file.path) {
                    field.detail = withExtendedLifetime(content) {
                        contents.detail(of: content.bytes, suffix: file.suffix)
                    }
                }
                scanned.fields.append(field)
            }
            scan.samples.append(scanned)
        }
        return scan
    }
}
