extension ContainerScanner {
    /// Reads a table or a file of JSON objects, from where the index's knowledge of it ends.
    func listing(_ container: DataContainer, known: KnownContainer) throws -> ContainerScan? {
        let opened = try access.openWhole(container)
        defer { withExtendedLifetime(opened) {} }
        // It may have grown, or shrunk, between the two looks at it.
        let bytes = UnsafeRawBufferPointer(rebasing: opened.bytes.prefix(opened.version.size))
        guard bytes.count == opened.version.size else {
            throw ShardError.staleIndex(index: known.index, reason: "'\(container.name)' is being changed")
        }
        var start = 0
        if let then = known.version {
            guard try growth(of: container, opened.version, bytes, since: then, index: known.index) else {
                return nil
            }
            start = then.size
        }
        var version = opened.version
        version.contentHash = StableHash.of(bytes)
        var scan = ContainerScan(kind: container.kind, version: version)
        if container.kind == .table {
            try TableScan(container.name, bytes, keepsReadable: keepsReadable).add(
                from: start,
                number: known.samples,
                to: &scan
            )
        } else {
            try JSONLinesScan(container.name, bytes, keepsReadable: keepsReadable).add(
                from: start,
                number: known.samples,
                to: &scan
            )
        }
        return scan
    }

    /// Whether rows were appended to a listing that is otherwise unchanged.
    private func growth(
        of container: DataContainer,
        _ now: ContainerVersion,
        _ bytes: UnsafeRawBufferPointer,
        since then: ContainerVersion,
        index: String
    ) throws(ShardError) -> Bool {
        if now.size == then.size, now.stamp == then.stamp { return false }
        func stale(_ reason: String) -> ShardError {
            .staleIndex(index: index, reason: "'\(container.name)' \(reason)")
        }
        guard now.size > then.size else {
            throw stale("was changed after it was indexed, and not only by new rows at its end")
        }
        guard StableHash.of(bytes[..<then.size]) == then.contentHash,
            then.size == 0 || bytes[then.size - 1] == UInt8(ascii: "\n")
                || bytes[then.size] == UInt8(ascii: "\n")
        else { throw stale("was changed before the rows that were added at its end") }
        return true
    }
}
