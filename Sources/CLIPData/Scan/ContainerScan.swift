/// What one container holds: the result of walking through it once.
struct ContainerScan: Sendable {
    var kind: DataContainer.Kind
    var version: ContainerVersion
    var samples: [ScannedSample] = []
    /// Captions and paths that fields point into.
    var text: [UInt8] = []
    /// Members, rows or files that belong to no sample.
    var ignored = 0
    /// Why the end was left out.
    var damage: String?

    init(kind: DataContainer.Kind, version: ContainerVersion) {
        self.kind = kind
        self.version = version
    }

    /// Keeps a piece of text and gives its field.
    mutating func field(_ suffix: String, _ place: FieldRecord.Place, text content: String) -> ScannedField {
        defer { text += content.utf8 }
        return ScannedField(suffix: suffix, place: place, offset: text.count, size: content.utf8.count)
    }
}

/// How containers are scanned.
struct ContainerScanner: Sendable {
    /// Whether what can be read of a damaged container counts.
    var keepsReadable: Bool
    /// How the bytes of containers are reached.
    var access: ContainerAccess

    /// Walks through a container, or through what it gained since it was indexed.
    ///
    /// - Returns: nil where nothing is new.
    /// - Throws: `ShardError`; `.tar` or `.listing` for damage unless `keepsReadable`, `.staleIndex` for a container that
    ///   was changed in another way than by growing.
    func scan(_ container: DataContainer, known: KnownContainer) throws -> ContainerScan? {
        switch container.kind {
        case .tar:
            guard let version = known.version else { return try tar(container) }
            try access.checkUnchanged(container, version, index: known.index)
            return nil
        case .table, .jsonLines: return try listing(container, known: known)
        case .folder: return try folder(container, known: known)
        }
    }
}

/// What an index knows of a container.
struct KnownContainer: Sendable {
    /// The index, for messages.
    var index: String
    /// What the container looked like, or nil where the index does not know it.
    var version: ContainerVersion?
    /// How many samples it held.
    var samples = 0
    /// Their keys.
    var keys: @Sendable () -> Set<String> = { [] }
}
