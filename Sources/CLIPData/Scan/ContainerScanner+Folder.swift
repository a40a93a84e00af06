import Foundation

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
    /// The number of files that belong to samples, and the hash of their names.
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
        names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names {
            let suffix = (name as NSString).pathExtension.lowercased()
            guard LoaderSettings.defaultImageFields.contains(suffix) else {
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
        version = Self.version(of: samples)
    }

    /// The number of the files of some samples, and the hash of their names.
    static func version(of samples: [Sample]) -> ContainerVersion {
        var hash = StableHash()
        for file in samples.lazy.flatMap(\.files) {
            hash.combine(file.path)
            hash.combine([0])
        }
        return ContainerVersion(
            size: samples.reduce(0) { $0 + $1.files.count },
            stamp: Int64(bitPattern: hash.value)
        )
    }

    /// Whether there is a picture anywhere below a folder.
    static func holdsPicture(_ root: String) throws -> Bool {
        guard let walk = FileManager.default.enumerator(atPath: FilePath.resolved(root)) else { return false }
        for case let name as String in walk where !isHidden(name) {
            let suffix = (name as NSString).pathExtension.lowercased()
            if LoaderSettings.defaultImageFields.contains(suffix) { return true }
        }
        return false
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
