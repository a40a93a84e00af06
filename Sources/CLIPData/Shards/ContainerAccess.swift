/// How the bytes of containers are reached.
struct ContainerAccess: Sendable {
    /// The size and modification time of a local file as a version.
    ///
    /// - Throws: `ShardError.file`.
    static func version(ofFile path: String) throws(ShardError) -> ContainerVersion {
        guard let signature = FilePath.signature(of: path) else {
            throw .file(path: path, action: "read", reason: FilePath.lastError)
        }
        return ContainerVersion(size: signature.size, stamp: signature.modified)
    }

    /// The whole content of a container in memory that can be read at random.
    ///
    /// - Throws: `ShardError.file`.
    func openWhole(_ container: DataContainer) throws -> OpenedContainer {
        let version = try Self.version(ofFile: container.name)
        return OpenedContainer(try MappedFile(container.name), version: version)
    }

    /// - Throws: `ShardError.staleIndex` when a container is not what was scanned.
    func checkUnchanged(
        _ container: DataContainer,
        _ then: ContainerVersion,
        index: String
    ) throws(ShardError) {
        let now = try Self.version(ofFile: container.name)
        guard now.size == then.size else {
            throw .staleIndex(
                index: index,
                reason: "'\(container.name)' has \(now.size) bytes, was \(then.size)"
            )
        }
        guard now.stamp == then.stamp else {
            throw .staleIndex(index: index, reason: "'\(container.name)' was modified after it was indexed")
        }
    }
}

/// A container's content in memory, and what it looked like when it was opened.
final class OpenedContainer: Sendable {
    let owner: any ByteOwner
    let version: ContainerVersion

    init(_ owner: any ByteOwner, version: ContainerVersion) {
        self.owner = owner
        self.version = version
    }

    /// A field's bytes, or nil where they lie outside.
    func field(_ record: FieldRecord) -> FieldBytes? {
        let count = UInt64(owner.bytes.count)
        guard record.offset <= count, UInt64(record.size) <= count - record.offset else { return nil }
        return FieldBytes(owner, Int(record.offset)..<Int(record.offset) + Int(record.size))
    }
}
