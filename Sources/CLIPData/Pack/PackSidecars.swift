/// The files beside a picture that is to be packed.
struct PackSidecars {
    /// Those that go with the picture as they are.
    private(set) var companions: [PackCandidate.Companion]
    /// What the `.json` file says, where it holds an object.
    let object: ListingObject?
    /// Whether a file with captions is not UTF-8, or no JSON.
    private(set) var hasUnreadable = false

    /// - Throws: `ShardError.file` where a file cannot be read.
    init(_ sample: FolderListing.Sample, below root: String) throws {
        companions = sample.files.filter { !PackListing.isPicture($0.suffix) }.map {
            .init(suffix: $0.suffix, path: "\(root)/\($0.path)")
        }
        guard let json = companions.first(where: { $0.suffix == "json" }) else {
            object = nil
            return
        }
        let file = try MappedFile(json.path)
        object = withExtendedLifetime(file) { try? ListingObject(file.bytes) }
        hasUnreadable = object == nil
    }

    /// The text of a file that becomes a caption, and so is no companion any more; nil where there is none to read.
    ///
    /// - Throws: `ShardError.file` where the file cannot be read.
    mutating func take(_ suffix: String) throws -> String? {
        guard suffix != "json", let place = companions.firstIndex(where: { $0.suffix == suffix }) else {
            return nil
        }
        let file = try MappedFile(companions[place].path)
        let text = withExtendedLifetime(file) { try? FieldBytes(copying: file.bytes).text(of: suffix) }
        guard let text else {
            hasUnreadable = true
            return nil
        }
        companions.remove(at: place)
        return text
    }
}

/// A picture's captions in order of preference: each text once, and each under a name of its own.
struct PackCaptions {
    private(set) var list: [PackCandidate.Caption] = []
    private var texts: Set<String> = []
    private var names: Set<String> = []

    mutating func add(_ found: [String], as name: String) {
        var number = 1
        for text in found.map(PackCandidate.plain) where !text.isEmpty && texts.insert(text).inserted {
            var field = name
            while !names.insert(field).inserted {
                number += 1
                field = "\(name)\(number)"
            }
            list.append(.init(field: field, text: text))
        }
    }
}
