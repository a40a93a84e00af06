import RemoteFiles

extension ContainerScanner {
    /// Reads the headers of a tar file, and of its fields what an index keeps.
    func tar(_ container: DataContainer) throws -> ContainerScan {
        let opened = try access.openWhole(container)
        var scan = ContainerScan(kind: .tar, version: opened.version)
        let contents = FieldInspector()
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(opened) {} }
        let bytes = opened.bytes
        var scanner = SampleScanner(bytes, shard: container.redactedName)
        do {
            while access.stop?.isStopped != true, var sample = try scanner.next() {
                for place in sample.fields.indices {
                    let field = sample.fields[place]
                    sample.fields[place].detail = contents.detail(
                        of: UnsafeRawBufferPointer(rebasing: bytes[field.offset..<field.offset + field.size]),
                        suffix: field.suffix
                    )
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
        scan.ignored = scanner.ignored
        // What was read so far is not the whole.
        try access.checkStop()
        return scan
    }
}
