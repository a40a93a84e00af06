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

/// What reading a container found, compared with what an index knows of it.
enum ContainerFinding: Sendable {
    /// All is as it was.
    case unchanged
    /// The content is as it was; its size or its time is another.
    case touched(ContainerVersion)
    /// The index does not know it, or not all of it: these samples come behind those that it knows.
    case new(ContainerScan)
    /// It is another than it was: all of its samples.
    case edited(ContainerScan, ContainerMatch)
}

/// How containers are scanned.
struct ContainerScanner: Sendable {
    /// Whether what can be read of a damaged container counts.
    var keepsReadable: Bool
    /// Whether contents are compared even where size and time are what they were.
    var comparesAll = false
    /// How the bytes of containers are reached.
    var access: ContainerAccess
    /// The present versions of containers behind addresses and commands, by name, as far as they are known.
    var elsewhere: [String: ContainerVersion] = [:]

    /// Walks through a container, or through what it gained since it was indexed.
    ///
    /// - Throws: `ShardError`; `.tar` or `.listing` for damage unless `keepsReadable`.
    func scan(_ container: DataContainer, known: KnownContainer?) throws -> ContainerFinding {
        switch container.kind {
        case .tar: try tar(container, known: known)
        case .table, .jsonLines: try listing(container, known: known)
        case .folder: try folder(container, known: known)
        }
    }

    /// Compares a container that was read whole.
    func finding(_ scan: ContainerScan, _ known: KnownContainer) throws -> ContainerFinding {
        let match = try known.match(scan)
        let (then, now) = (known.version, scan.version)
        // An index of format 2 has no hash of texts in tar files.
        let isSame = then.contentHash == nil || now.contentHash == nil || then.contentHash == now.contentHash
        guard match.isSame, isSame else { return .edited(scan, match) }
        return then == now ? .unchanged : .touched(now)
    }
}

/// What an index knows of a container.
struct KnownContainer: Sendable {
    /// What the container looked like.
    var version: ContainerVersion
    /// How many samples it held.
    var samples: Int
    /// Whether samples are gone from it, which have their numbers again should they come back.
    var hasGaps: Bool
    /// Their keys.
    var keys: @Sendable () throws -> Set<String>
    /// How its samples as they are now compare with the index.
    var match: @Sendable (ContainerScan) throws -> ContainerMatch
}
