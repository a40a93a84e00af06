import RemoteFiles

/// How the bytes of containers are reached.
struct ContainerAccess: Sendable {
    /// For what is no plain local file.
    var remote = RemoteData()
    /// Ends reading for one purpose.
    var stop: StopSignal?

    /// - Throws: `ShardError.remote`, where reading is to end.
    func checkStop() throws(ShardError) {
        if stop?.isStopped == true { throw .remote(.stopped) }
    }

    /// The whole content of a container in memory that can be read at random: mapped where it lies, or from the cache.
    ///
    /// - Throws: `ShardError.file`, `.remote`.
    func openWhole(_ container: DataContainer) throws(ShardError) -> OpenedContainer {
        guard !container.isPlainFile else {
            let version = try Self.version(ofFile: container.name)
            return OpenedContainer(try MappedFile(container.name), version: version)
        }
        // Before it is read: a file that is replaced meanwhile is then found to be another one.
        let before = container.isLocal ? try Self.version(ofFile: container.name) : nil
        let spooled: SpooledFile
        let location: Location
        do {
            location = try Location(container.name)
            spooled = try remote.open().spool.open(location, stop: stop)
        } catch {
            throw ShardError(reading: container.name, error)
        }
        let file = try MappedFile(spooled.path)
        var version =
            switch location {
            case .file(let path):
                if let before { before } else { try Self.version(ofFile: path) }
            case .http: Self.version(size: spooled.sourceByteCount, named: spooled.sourceVersion)
            case .pipe: Self.version(ofOutput: spooled)
            }
        version.unpackedSize = spooled.byteCount
        return OpenedContainer(file, version: version, lease: spooled)
    }

    /// The content of a container for reading single fields: in parts, where a server gives parts.
    ///
    /// - Throws: `ShardError`; `.staleIndex` when it is not what was scanned.
    func openForFields(
        _ container: DataContainer,
        _ then: ContainerVersion,
        index: String
    ) throws(ShardError) -> OpenedContainer {
        guard !container.isLocal, !container.isCompressed, !container.name.hasPrefix("pipe:") else {
            return try openUnchanged(container, then, index: index)
        }
        do {
            let parts = try remote.open()
            guard case .http(let url) = try Location(container.name) else {
                return try openUnchanged(container, then, index: index)
            }
            let file = try RemoteFile(url, client: parts.client, stop: stop)
            let version = Self.version(size: file.byteCount, named: "\(file.version)")
            try Self.check(container, version, against: then, index: index)
            guard file.servesRanges, file.byteCount == then.unpackedSize else {
                return try openUnchanged(container, then, index: index)
            }
            return OpenedContainer(try PagedRemoteFile(file, cache: parts.cache), version: version)
        } catch let error as ShardError {
            throw error
        } catch {
            throw ShardError(reading: container.name, error)
        }
    }

    /// What a server says about a container now; nil for what lies behind no server.
    ///
    /// - Parameter tries: How often it is asked; nil for what the settings say.
    /// - Throws: `ShardError.remote`.
    func versionOnServer(
        of container: DataContainer,
        tries: Int? = nil
    ) throws(ShardError) -> ContainerVersion? {
        do {
            guard !container.isLocal, case .http(let url) = try Location(container.name) else { return nil }
            let file = try RemoteFile(url, client: remote.open().client, tries: tries, stop: stop)
            return Self.version(size: file.byteCount, named: "\(file.version)")
        } catch {
            throw ShardError(reading: container.name, error)
        }
    }

    /// What the cache has of a command's output; nil where it has nothing.
    func versionInCache(of container: DataContainer) -> ContainerVersion? {
        guard !container.isLocal, let location = try? Location(container.name), case .pipe = location,
            let file = try? remote.open().spool.present(location)
        else { return nil }
        return Self.version(ofOutput: file)
    }

    /// The whole content, checked to be what was scanned.
    func openUnchanged(
        _ container: DataContainer,
        _ then: ContainerVersion,
        index: String
    ) throws(ShardError) -> OpenedContainer {
        if container.isPlainFile { try checkUnchanged(container, then, index: index) }
        let opened = try openWhole(container)
        try Self.check(container, opened.version, against: then, index: index)
        return opened
    }

    /// Lets the cache fetch containers ahead, in place of those that were asked for before and are not begun.
    func prefetch(_ containers: [DataContainer]) {
        // What fails here fails again when it is opened, and is reported then.
        let locations = containers.filter { !$0.isPlainFile && $0.kind == .tar }.compactMap {
            try? Location($0.name)
        }
        guard let parts = locations.isEmpty ? remote.opened : try? remote.open() else { return }
        parts.spool.prefetch(locations, for: stop)
    }

    /// Compares a container with what was scanned, where that costs no connection.
    ///
    /// - Throws: `ShardError.staleIndex`.
    func checkUnchanged(
        _ container: DataContainer,
        _ then: ContainerVersion,
        index: String
    ) throws(ShardError) {
        guard container.isLocal else { return }
        try Self.check(container, Self.version(ofFile: container.name), against: then, index: index)
    }

    private static func check(
        _ container: DataContainer,
        _ now: ContainerVersion,
        against then: ContainerVersion,
        index: String
    ) throws(ShardError) {
        let name = "'\(container.redactedName)'"
        guard now.size == then.size else {
            throw .staleIndex(index: index, reason: "\(name) has \(now.size) bytes and had \(then.size)")
        }
        guard now.stamp == then.stamp else {
            let difference =
                container.isLocal
                ? "has another modification time than it had, and as many bytes"
                : "is another version than it was, with as many bytes"
            throw .staleIndex(index: index, reason: "\(name) \(difference)")
        }
    }
}

extension ContainerAccess {
    /// The size and modification time of a local file as a version.
    ///
    /// - Throws: `ShardError.file`.
    static func version(ofFile path: String) throws(ShardError) -> ContainerVersion {
        guard let signature = FilePath.signature(of: path) else {
            throw .file(path: path, action: "read", reason: FilePath.lastError)
        }
        return ContainerVersion(size: signature.size, stamp: signature.modified)
    }

    /// What a server says about a file: its packed size, and the text of its version.
    private static func version(size: Int?, named text: String) -> ContainerVersion {
        ContainerVersion(size: size ?? 0, stamp: Int64(bitPattern: StableHash.of(text)))
    }

    /// What a command printed is told apart by its content.
    private static func version(ofOutput file: SpooledFile) -> ContainerVersion {
        ContainerVersion(size: file.byteCount, stamp: Int64(bitPattern: file.contentHash ?? 0))
    }
}

extension ShardError {
    /// Any error of reading from elsewhere.
    init(reading name: String, _ error: any Error) {
        switch error {
        case let error as ShardError: self = error
        case let error as RemoteError: self = .remote(error)
        default: self = .file(path: name, action: "read", reason: String(describing: error))
        }
    }
}
