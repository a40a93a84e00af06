import Foundation

extension PackListing {
    private static let extensions: Set<String> = ["png", "jpg", "jpeg", "webp"]

    /// Pictures below a folder, in the order of their paths.
    ///
    /// `NAME.txt` beside a picture holds one caption per line, `NAME.json` an object as in a JSON Lines listing.
    func folder(_ path: String) throws -> [PackCandidate] {
        let root = FilePath.absolute(path)
        guard let walk = FileManager.default.enumerator(atPath: root) else {
            throw ShardError.file(path: path, action: "read", reason: FilePath.lastError)
        }
        let names = walk.compactMap { $0 as? String }.filter { name in
            Self.extensions.contains((name as NSString).pathExtension.lowercased())
        }
        return try names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap {
            name -> PackCandidate? in
            let image = root + "/" + name
            guard FilePath.kind(of: image) == .file else { return nil }
            let stem = (image as NSString).deletingPathExtension
            var captions: [String: String] = [:]
            if FilePath.kind(of: stem + ".txt") == .file {
                let file = try MappedFile(stem + ".txt")
                let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
                let lines = text.split(whereSeparator: \.isNewline)
                captions = Self.numbered(lines.map { PackCandidate.plain(String($0)) }.filter { !$0.isEmpty })
            }
            let key = (name as NSString).deletingPathExtension
            guard FilePath.kind(of: stem + ".json") == .file else {
                return PackCandidate(
                    key: PackCandidate.key(from: key),
                    image: image,
                    captions: PackCandidate.ordered(captions, preferred: captionFields)
                )
            }
            let sidecar = try MappedFile(stem + ".json")
            let json = withExtendedLifetime(sidecar) { Data(sidecar.bytes) }
            do {
                var entry = try JSONDecoder().decode(Entry.self, from: json)
                entry.captions.merge(captions) { described, _ in described }
                return try candidate(entry, key: key, image: image, path: stem + ".json", line: 1)
            } catch let error as DecodingError {
                throw PackError.listing(
                    path: stem + ".json",
                    line: 1,
                    problem: Self.explain(error),
                    expected: "an object with \"captions\""
                )
            }
        }
    }
}
