extension PackListing {
    func jsonLines(_ path: String) throws -> [PackCandidate] {
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        var found: [PackCandidate] = []
        var lines = JSONLines(path, file.bytes)
        while let line = try lines.next() {
            do throws(ListingObject.Unreadable) {
                let object = try ListingObject(line.bytes)
                let image = try object.image()
                var entry = try PackEntry(object, captionFields: captionFields)
                // A source of samples has its first text with a usual name as `txt`, too.
                if !isUsual, captionSuffixes.contains("txt"), entry.captions["txt"] == nil {
                    entry.captions["txt"] = object.text(UsualNames.captions)
                }
                found.append(
                    candidate(
                        entry,
                        key: object.key ?? Self.stem(image),
                        image: Self.resolve(image, beside: path)
                    )
                )
            } catch {
                throw lines.failure(line, error.problem)
            }
        }
        return found
    }

    func candidate(_ entry: PackEntry, key: String, image: String) -> PackCandidate {
        PackCandidate(
            key: PackCandidate.key(from: key),
            image: image,
            captions: PackCandidate.ordered(entry.captions, preferred: captionSuffixes),
            fields: entry.fields,
            source: entry.source
        )
    }
}
