/// A file that a table, a list or a folder names.
enum NamedFile {
    /// Reads a file; its path counts from the folder, or from where the table or list lies.
    ///
    /// - Throws: `SampleProblem` when it cannot be read: the others may well be there.
    static func content(of path: String, in container: DataContainer) throws -> FieldBytes {
        let full: String
        if path.hasPrefix("/") {
            full = path
        } else if container.kind == .folder {
            full = "\(container.name)/\(path)"
        } else {
            full = "\(FilePath.directory(of: container.name))/\(path)"
        }
        guard !path.utf8.contains(0) else {
            throw SampleProblem(kind: .missingFile, reason: "a path with a zero byte in it")
        }
        do {
            let file = try MappedFile(full)
            return FieldBytes(file, 0..<file.bytes.count)
        } catch  where FilePath.isReadableFile(full) {
            // It is there, so the machine failed: another sample in its place would hide that.
            throw error
        } catch {
            throw SampleProblem(kind: .missingFile, reason: error.description)
        }
    }
}
