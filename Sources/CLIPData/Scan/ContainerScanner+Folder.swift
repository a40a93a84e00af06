extension ContainerScanner {
    /// Lists the pictures below a folder with the files beside them, those that the index does not know yet.
    func folder(_ container: DataContainer, known: KnownContainer?) throws -> ContainerFinding {
        let listing = try FolderListing(container.name)
        guard let known else { return .new(try scan(listing, of: container) { _ in true }) }
        if !comparesAll {
            if Self.isSame(listing.version, known.version) { return .unchanged }
            if !known.hasGaps {
                let earlier = try known.keys()
                let before = listing.samples.filter { earlier.contains($0.key) }
                if before.count == earlier.count,
                    Self.isSame(FolderListing.version(of: before, in: container.name), known.version)
                {
                    return .new(try scan(listing, of: container) { !earlier.contains($0) })
                }
            }
        }
        let all = try scan(listing, of: container) { _ in true }
        return try finding(all, known)
    }

    /// An index of format 2 knows no times: the names decide.
    static func isSame(_ now: ContainerVersion, _ then: ContainerVersion) -> Bool {
        now.size == then.size && now.stamp == then.stamp && (then.times == nil || now.times == then.times)
    }

    private func scan(
        _ listing: FolderListing,
        of container: DataContainer,
        where isWanted: (String) -> Bool
    ) throws -> ContainerScan {
        var scan = ContainerScan(kind: .folder, version: listing.version)
        scan.ignored = listing.ignored
        var contents = FieldInspector()
        for sample in listing.samples where isWanted(sample.key) {
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
        // Of a part of the folder it would tell nothing.
        if scan.samples.count == listing.samples.count { scan.version.contentHash = contents.texts }
        return scan
    }
}
