@testable import CLIPData

/// A table or a list as a source: all or its readable part scans or fails with words, and each field can be asked for.
enum FuzzContainer {
    static func check(_ path: String, _ kind: DataContainer.Kind, files: FuzzFiles) throws -> String {
        let container = DataContainer(name: path, kind: kind)
        var words: [String] = []
        for keepsReadable in [false, true] {
            let scanner = ContainerScanner(keepsReadable: keepsReadable, access: ContainerAccess())
            do {
                guard case .new(let scan) = try scanner.listing(container, known: nil) else { continue }
                words.append("\(scan.samples.count) samples")
                let index = "\(files.directory)/listing.clipidx"
                var contents = IndexContents()
                let name = FilePath.relative(path, to: FilePath.directory(of: index))
                try contents.append(scan, path: name)
                try contents.write(to: index)
                try readAll(ShardDataset(ShardList(path), index: ShardIndex(path: index)), path)
            } catch let error as ShardError {
                words.append(String(error.description.drop { $0 != ":" }))
            }
        }
        return words.joined(separator: "; ")
    }

    private static func readAll(_ data: ShardDataset, _ path: String) throws {
        for position in 0..<min(data.count, 64) {
            _ = data.label(at: position)
            for suffix in data.fieldCounts.keys.sorted().prefix(16) {
                do {
                    _ = try data.field(suffix, at: position)?.text
                } catch let problem as SampleProblem {
                    try FuzzViolation.unless(problem.kind == .missingFile, "\(problem)")
                }
            }
        }
    }
}
