extension ContainerScanner {
    /// Reads a table or a file of JSON objects, from where the index's knowledge of it ends.
    func listing(_ container: DataContainer, known: KnownContainer?) throws -> ContainerFinding {
        if let known, !comparesAll {
            let now = try ContainerAccess.version(ofFile: container.name)
            if now.size == known.version.size, now.stamp == known.version.stamp { return .unchanged }
        }
        let opened = try access.openWhole(container)
        defer { withExtendedLifetime(opened) {} }
        // It may have grown, or shrunk, between the two looks at it.
        let bytes = UnsafeRawBufferPointer(rebasing: opened.bytes.prefix(opened.version.size))
        guard bytes.count == opened.version.size else {
            throw ShardError.file(path: container.name, action: "read", reason: "it is being changed")
        }
        var version = opened.version
        version.contentHash = StableHash.of(bytes)
        var scan = ContainerScan(kind: container.kind, version: version)
        guard let known else {
            try add(bytes, of: container, from: 0, number: 0, to: &scan)
            return .new(scan)
        }
        if version.size == known.version.size, version.contentHash == known.version.contentHash {
            return version == known.version ? .unchanged : .touched(version)
        }
        if !known.hasGaps, Self.hasGrown(bytes, since: known.version) {
            try add(bytes, of: container, from: known.version.size, number: known.samples, to: &scan)
            return .new(scan)
        }
        try add(bytes, of: container, from: 0, number: 0, to: &scan)
        return try finding(scan, known)
    }

    private func add(
        _ bytes: UnsafeRawBufferPointer,
        of container: DataContainer,
        from start: Int,
        number: Int,
        to scan: inout ContainerScan
    ) throws(ShardError) {
        if container.kind == .table {
            try TableScan(container.name, bytes, keepsReadable: keepsReadable).add(
                from: start,
                number: number,
                to: &scan
            )
        } else {
            try JSONLinesScan(container.name, bytes, keepsReadable: keepsReadable).add(
                from: start,
                number: number,
                to: &scan
            )
        }
    }

    /// Whether rows were appended to a listing that is otherwise unchanged.
    private static func hasGrown(_ bytes: UnsafeRawBufferPointer, since then: ContainerVersion) -> Bool {
        guard bytes.count > then.size else { return false }
        return StableHash.of(bytes[..<then.size]) == then.contentHash
            && (then.size == 0 || bytes[then.size - 1] == UInt8(ascii: "\n")
                || bytes[then.size] == UInt8(ascii: "\n"))
    }
}
