/// Files of pictures by their paths, and those below folders.
package enum PictureFiles {
    /// The paths with each folder replaced by the pictures below it, in the order of their paths' bytes.
    ///
    /// - Throws: `ShardError` for a folder that cannot be listed or holds no picture.
    package static func expand(_ paths: [String]) throws -> [String] {
        try paths.flatMap { path in
            guard FilePath.kind(of: path) == .directory else { return [path] }
            let root = path.hasSuffix("/") ? String(path.dropLast()) : path
            let pictures = try FolderListing(path).samples.flatMap(\.files).map(\.path).filter { name in
                UsualNames.imageFields.contains(name.split(separator: ".").last.map { $0.lowercased() } ?? "")
            }
            return pictures.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(root)/\($0)" }
        }
    }
}
