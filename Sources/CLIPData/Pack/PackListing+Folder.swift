import Foundation

extension PackListing {
    /// Pictures below a folder, in the order of their paths.
    ///
    /// `NAME.txt` beside a picture holds one caption per line, `NAME.json` an object as in a JSON Lines listing.
    func folder(_ path: String) throws -> [PackCandidate] {
        let root = FilePath.absolute(path)
        return try FolderListing(root).samples.flatMap { sample in
            func side(_ suffix: String) -> String? {
                sample.files.first { $0.suffix == suffix }.map { "\(root)/\($0.path)" }
            }
            var entry = try side("json").map(sidecar) ?? PackEntry()
            let lines = try side("txt").map { try Self.text(of: $0).split(whereSeparator: \.isNewline) } ?? []
            let texts = lines.map { PackCandidate.plain(String($0)) }.filter { !$0.isEmpty }
            entry.captions.merge(ListingObject.numbered(texts)) { described, _ in described }
            let pictures = sample.files.filter { UsualNames.imageFields.contains($0.suffix) }
            return pictures.map { candidate(entry, key: sample.key, image: "\(root)/\($0.path)") }
        }
    }

    /// Reads a picture's `.json` file.
    private func sidecar(_ path: String) throws -> PackEntry {
        let file = try MappedFile(path)
        let json = withExtendedLifetime(file) { Data(file.bytes) }
        do throws(ListingObject.Unreadable) {
            return try PackEntry(ListingObject(json), captionFields: captionFields)
        } catch {
            throw ShardError.listing(
                path: path,
                line: 1,
                problem: error.problem,
                expected: "an object with \"captions\""
            )
        }
    }

    private static func text(of path: String) throws -> String {
        let file = try MappedFile(path)
        return withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    }
}
