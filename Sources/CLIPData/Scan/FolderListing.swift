import Foundation

/// The pictures below a folder and the files that belong to them, in the order of their paths.
///
/// A picture's key is its path without the suffix; a file whose path continues the key with a dot belongs to it.
struct FolderListing {
    struct Sample {
        var key: String
        var files: [(suffix: String, path: String)]
    }

    private(set) var samples: [Sample] = []
    private(set) var ignored = 0
    /// The number of files that belong to samples, the hash of their names, and that of their sizes and times.
    let version: ContainerVersion

    /// Walks through a folder; links to files are followed, links to folders below it are not.
    init(_ root: String) throws {
        guard let walk = FileManager.default.enumerator(atPath: FilePath.resolved(root)) else {
            throw ShardError.file(path: root, action: "list", reason: FilePath.lastError)
        }
        var pictures: [String: Int] = [:]
        var others: [String] = []
        var names: [String] = []
        for case let name as String in walk where !Self.isHidden(name) {
            guard walk.fileAttributes?[.type] as? FileAttributeType != .typeDirectory else { continue }
            names.append(name)
        }
        // Files of ours that may lie here.
        names.removeAll { $0.hasSuffix(ShardIndex.suffix) || $0.contains("\(ShardIndex.suffix).") }
        names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names {
            let suffix = (name as NSString).pathExtension.lowercased()
            guard UsualNames.imageFields.contains(suffix) else {
                others.append(name)
                continue
            }
            let key = (name as NSString).deletingPathExtension
            if let place = pictures[key], !samples[place].files.contains(where: { $0.suffix == suffix }) {
                samples[place].files.append((suffix, name))
            } else if pictures[key] == nil {
                pictures[key] = samples.count
                samples.append(Sample(key: key, files: [(suffix, name)]))
            } else {
                ignored += 1
            }
        }
        for name in others {
            guard let (place, suffix) = Self.owner(of: name, pictures) else {
                ignored += 1
                continue
            }
            samples[place].files.append((suffix, name))
        }
        guard !samples.isEmpty else {
            throw ShardError.noShards(
                specification: root,
                reason: "the folder holds neither .tar files nor pictures (\(names.count) other files)"
            )
        }
        version = Self.version(of: samples, in: root)
    }

    /// The number of the files of some samples, the hash of their names, and that of their sizes and times.
    static func version(of samples: [Sample], in root: String) -> ContainerVersion {
        var (names, times) = (StableHash(), StableHash())
        for file in samples.lazy.flatMap(\.files) {
            names.combine(file.path)
            names.combine([0])
            let signature = FilePath.signature(of: "\(root)/\(file.path)")
            times.combine(UInt64(bitPattern: Int64(signature?.size ?? -1)))
            times.combine(UInt64(bitPattern: signature?.modified ?? 0))
        }
        return ContainerVersion(
            size: samples.reduce(0) { $0 + $1.files.count },
            stamp: Int64(bitPattern: names.value),
            times: times.value
        )
    }

    /// Whether there is a picture anywhere below a folder.
    static func holdsPicture(_ root: String) throws -> Bool {
        guard let walk = FileManager.default.enumerator(atPath: FilePath.resolved(root)) else { return false }
        for case let name as String in walk where !isHidden(name) {
            let suffix = (name as NSString).pathExtension.lowercased()
            if UsualNames.imageFields.contains(suffix) { return true }
        }
        return false
    }

    /// The tables and lists that lie in a folder itself.
    static func tables(in root: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: FilePath.resolved(root))) ?? []
        return names.filter { name in
            guard !isHidden(name) else { return false }
            return DataContainer.kind(ofFile: name) != .tar
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isHidden(_ name: String) -> Bool {
        name.hasPrefix(".") || name.contains("/.") || name.contains("\n")
    }

    /// The picture that a file lies beside: the longest key that its path continues.
    private static func owner(of name: String, _ pictures: [String: Int]) -> (place: Int, suffix: String)? {
        var key = name[...]
        while let dot = key.lastIndex(of: "."), !key[dot...].contains("/") {
            key = key[..<dot]
            if let place = pictures[String(key)] {
                return (place, name[name.index(after: key.endIndex)...].lowercased())
            }
        }
        return nil
    }
}
