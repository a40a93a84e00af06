import Foundation

extension PackListing {
    func jsonLines(_ path: String) throws -> [PackCandidate] {
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        var found: [PackCandidate] = []
        var lines = JSONLines(path, file.bytes)
        while let line = try lines.next() {
            do throws(ListingObject.Unreadable) {
                let object = try ListingObject(line.data)
                let image = try object.image()
                found.append(
                    candidate(
                        try PackEntry(object, captionFields: captionFields),
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
