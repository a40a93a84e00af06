import Foundation
import Glibc
import LocalFiles
import RemoteFiles

/// Makes the table of some side files.
///
/// Records go to the new file as they are found and are sorted there, mapped, so that memory does not grow with the rows.
struct CaptionTableBuilder {
    /// So many rows of one key are compared with each other.
    static let maximumRepeats = 1024

    let files: [MappedFile]
    var metadata: CaptionTableMetadata
    let hash: @Sendable (String) -> UInt64
    let stop: StopSignal?
    let progress: (@Sendable (CaptionFileProgress) -> Void)?

    /// Writes the table beside its final place and renames it.
    ///
    /// - Throws: `CaptionFileError`; `ShardError.file`.
    mutating func write(to path: String) throws {
        var rows = 0
        do {
            try DurableFile.make(path) { descriptor in rows = try write(to: descriptor, path) }
        } catch let error as POSIXError {
            throw ShardError.file(path: path, action: "write", reason: SystemReason.text(of: error))
        }
        progress?(CaptionFileProgress(path: files.last?.path ?? path, rows: rows, isComplete: true))
    }

    /// - Returns: How many rows there are.
    private mutating func write(to descriptor: Int32, _ path: String) throws -> Int {
        var output = CaptionTableOutput(descriptor: descriptor, path: path)
        try output.append([UInt64](repeating: 0, count: CaptionTable.headerBytes / 8))
        let rows = try scan(into: &output)
        let count = try sorted(rows, descriptor, path)
        metadata.repeatedRows = rows - count
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(metadata)
        let recordsEnd = CaptionTable.headerBytes + count * CaptionTable.recordBytes
        let end = CaptionTable.end(records: count, metadata: json.count)
        // What is cut off and comes back is zero.
        for size in [recordsEnd, end] {
            guard ftruncate(descriptor, off_t(size)) == 0 else { throw output.failure }
        }
        try json.withUnsafeBytes { try output.write($0, at: recordsEnd) }
        let sums = try Self.sums(descriptor, end: end, path)
        try sums.withUnsafeBytes { try output.write($0, at: end) }
        try CaptionTable.header(count: count, metadata: json, sums: sums).withUnsafeBytes {
            try output.write($0, at: 0)
        }
        return rows
    }

    /// The checksums of all behind the header, which was sorted in place.
    private static func sums(_ descriptor: Int32, end: Int, _ path: String) throws -> [UInt64] {
        var blocks = BlockSums()
        var position = CaptionTable.headerBytes
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while position < end {
            let count = pread(
                descriptor,
                buffer.baseAddress,
                min(buffer.count, end - position),
                off_t(position)
            )
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw ShardError.file(path: path, action: "read", reason: FilePath.lastError)
            }
            blocks.combine(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += count
        }
        return blocks.finish()
    }

    private func scan(into output: inout CaptionTableOutput) throws -> Int {
        var rows = 0
        var unseen = UnseenColumns(metadata.columns)
        for (number, file) in files.enumerated() {
            let layout = metadata.layouts[number]
            var scanner = CaptionScanner(file, format: layout.format)
            if layout.format != .jsonLines {
                _ = try scanner.next()
                unseen.note(layout.header)
            }
            while let row = try scanner.next() {
                try stop?.check()
                let value: String
                do {
                    if layout.format == .jsonLines {
                        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[row.range])
                        let members = try CaptionLayout.members(of: bytes)
                        unseen.note(members.lazy.map(\.name))
                        value = try layout.row(members: members).value
                    } else {
                        value = try layout.row(cells: row.cells).value
                    }
                } catch {
                    throw CaptionFileError.row(path: file.path, line: row.line, problem: error.problem)
                }
                try output.append(CaptionRecord(hash: hash(value), file: number, range: row.range))
                rows += 1
                if rows % 500_000 == 0 {
                    progress?(CaptionFileProgress(path: file.path, rows: rows, isComplete: false))
                }
            }
        }
        try output.flush()
        if let error = unseen.error(paths: files.map(\.path)) { throw error }
        return rows
    }

    /// Sorts the records and leaves out those of rows that another row repeats.
    ///
    /// - Returns: How many are left.
    private func sorted(_ rows: Int, _ descriptor: Int32, _ path: String) throws -> Int {
        let size = CaptionTable.headerBytes + rows * CaptionTable.recordBytes
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { throw ShardError.file(path: path, action: "map", reason: FilePath.lastError) }
        defer { munmap(start, size) }
        let records = UnsafeMutableRawBufferPointer(
            start: start + CaptionTable.headerBytes,
            count: rows * CaptionTable.recordBytes
        ).bindMemory(to: CaptionRecord.self)
        CaptionRecord.sort(records)
        var kept = 0
        var place = 0
        while place < rows {
            var end = place + 1
            while end < rows, records[end].hash == records[place].hash { end += 1 }
            if end == place + 1 {
                records[kept] = records[place]
                kept += 1
            } else {
                for record in try distinct(Array(records[place..<end])) {
                    records[kept] = record
                    kept += 1
                }
            }
            place = end
        }
        return kept
    }

    /// The records of one hash whose rows say different things.
    private func distinct(_ records: [CaptionRecord]) throws -> [CaptionRecord] {
        var kept: [(record: CaptionRecord, row: CaptionRow)] = []
        for record in records {
            let row = try row(of: record)
            if kept.contains(where: { $0.row == row }) { continue }
            if !metadata.isMulti, let other = kept.first(where: { $0.row.value == row.value }) {
                throw CaptionFileError.repeated(
                    join: metadata.join,
                    value: row.value,
                    first: name(of: other.record),
                    second: name(of: record)
                )
            }
            guard kept.count < Self.maximumRepeats else {
                throw CaptionFileError.tooMany(
                    value: row.value,
                    limit: Self.maximumRepeats,
                    path: files[record.file].path,
                    line: line(of: record)
                )
            }
            kept.append((record, row))
        }
        return kept.map(\.record)
    }

    private func row(of record: CaptionRecord) throws -> CaptionRow {
        let range = record.offset..<record.offset + Int(record.length)
        return try metadata.layouts[record.file].row(
            UnsafeRawBufferPointer(rebasing: files[record.file].bytes[range])
        )
    }

    private func name(of record: CaptionRecord) -> String {
        "'\(files[record.file].path)' line \(line(of: record))"
    }

    private func line(of record: CaptionRecord) -> Int {
        LineScanner.number(ofByte: record.offset, in: files[record.file].bytes)
    }
}
