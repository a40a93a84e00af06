import RemoteFiles

extension ContainerScanner {
    /// Reads a tar file, unless its size and time, or its version on a server, are what they were.
    func tar(_ container: DataContainer, known: KnownContainer?) throws -> ContainerFinding {
        guard let known else { return .new(try tar(container)) }
        if !comparesAll {
            let now =
                container.isLocal
                ? try ContainerAccess.version(ofFile: container.name)
                : elsewhere[container.name] ?? known.version
            if now.size == known.version.size, now.stamp == known.version.stamp { return .unchanged }
        } else if let now = try access.versionOnServer(of: container),
            now.size == known.version.size, now.stamp == known.version.stamp
        {
            return .unchanged
        }
        return try finding(tar(container), known)
    }

    /// Reads the headers of a tar file, and of its fields what an index keeps.
    func tar(_ container: DataContainer) throws -> ContainerScan {
        let opened = try access.openWhole(container)
        var scan = ContainerScan(kind: .tar, version: opened.version)
        var contents = FieldInspector()
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(opened) {} }
        let bytes = opened.bytes
        var scanner = SampleScanner(bytes, shard: container.redactedName)
        do {
            while access.stop?.isStopped != true, var sample = try scanner.next() {
                for place in sample.fields.indices {
                    let field = sample.fields[place]
                    let content = UnsafeRawBufferPointer(
                        rebasing: bytes[field.offset..<field.offset + field.size]
                    )
                    sample.fields[place].detail = contents.detail(of: content, suffix: field.suffix)
                }
                scan.samples.append(sample)
            }
        } catch {
            var error = error
            error.wholeSamples = scan.samples.count
            guard keepsReadable else { throw ShardError.tar(error) }
            error.wholeSamples = nil
            scan.damage = error.description
        }
        scan.version.contentHash = contents.texts
        scan.ignored = scanner.ignored
        // What was read so far is not the whole.
        try access.checkStop()
        return scan
    }
}
