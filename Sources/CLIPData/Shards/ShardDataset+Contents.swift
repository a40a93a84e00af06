import RemoteFiles

extension ShardDataset {
    /// A field inside of a container; nil where it lies outside.
    func field(_ record: FieldRecord, of part: DatasetPart) throws -> FieldBytes? {
        do {
            let content = try content(of: part)
            if content.isPaged { try failures?.check(part.list) }
            do {
                return try content.field(record, stop: access.stop)
            } catch ShardError.remote(.noRanges) {
                // The server gave parts when the container was opened, and gives whole files only by now.
                let whole = try files.content(part.list, inPlaceOf: content, stop: access.stop) {
                    try access.openUnchanged(part.container, part.version, index: index.path)
                }
                return try whole.field(record, stop: access.stop)
            }
        } catch {
            if let error = error as? ShardError { failures?.note(error, of: part.list) }
            throw error
        }
    }

    private func content(of part: DatasetPart) throws -> OpenedContainer {
        try files.content(part.list, stop: access.stop) {
            try failures?.check(part.list)
            return files.readsWindows
                ? try access.openUnchanged(part.container, part.version, index: index.path)
                : try access.openForFields(part.container, part.version, index: index.path)
        }
    }
}
