import Foundation
import LocalFiles

/// Captions in files beside the data, found by key or URL.
///
/// The files are mapped; in memory are only the pages that were read.
public final class CaptionFile: Sendable {
    /// What was opened.
    public let settings: CaptionFileSettings
    /// Whether the table of rows was made by this opening.
    public let wasBuilt: Bool
    let table: CaptionTable
    private let files: [MappedFile]
    private let hash: @Sendable (String) -> UInt64

    init(
        _ settings: CaptionFileSettings,
        table: CaptionTable,
        files: [MappedFile],
        wasBuilt: Bool,
        hash: @escaping @Sendable (String) -> UInt64
    ) {
        self.settings = settings
        self.table = table
        self.files = files
        self.wasBuilt = wasBuilt
        self.hash = hash
    }

    /// Rows that say different things.
    public var rowCount: Int { table.count }
    /// Rows that were left out because another says the same.
    public var repeatedRowCount: Int { table.metadata.repeatedRows }
    /// The path of the table of rows.
    var tablePath: String { table.path }

    /// The texts of a key or URL in the order of the files, blank ones included; none where no row has it.
    ///
    /// - Throws: `CaptionFileError.table` where table and file do not fit.
    public func texts(for value: String) throws(CaptionFileError) -> [String] {
        var texts: [String] = []
        for index in try table.records(of: hash(value)) {
            let row = try row(index)
            if row.value == value { texts += row.texts }
        }
        return texts
    }

    /// The rows of a key or URL, as places in the table.
    func rows(of value: String) throws(CaptionFileError) -> [Int] {
        var found: [Int] = []
        for index in try table.records(of: hash(value)) where try row(index).value == value {
            found.append(index)
        }
        return found
    }

    /// Whether there is a row of this hash; cheaper than reading it, and wrong once in 2⁶⁴.
    ///
    /// - Throws: `CaptionFileError.table` where the table is damaged.
    func hasRows(ofHash hash: UInt64) throws(CaptionFileError) -> Bool {
        try !table.records(of: hash).isEmpty
    }

    /// A hash of what the files hold and how they are read, in hexadecimal digits; reads all of them.
    var contentHash: String {
        defer { withExtendedLifetime(files) {} }
        var bytes: [UInt8] = []
        for file in files { bytes.append(word: ContentHash.of(file.bytes)) }
        bytes += Array(
            "\(settings.join) \(settings.columns) \(settings.joinColumn ?? "") \(settings.isMulti)".utf8
        )
        return String(bytes.withUnsafeBytes { ContentHash.of($0) }, radix: 16)
    }

    func hash(of value: String) -> UInt64 { hash(value) }

    /// The key or URL of the first row of the first file.
    ///
    /// - Throws: `CaptionFileError`.
    func firstValue() throws(CaptionFileError) -> String {
        let layout = table.metadata.layouts[0]
        var scanner = CaptionScanner(files[0], format: layout.format)
        if layout.format != .jsonLines { _ = try scanner.next() }
        guard let row = try scanner.next() else { throw .empty(path: files[0].path) }
        do {
            return try layout.row(UnsafeRawBufferPointer(rebasing: files[0].bytes[row.range])).value
        } catch {
            throw .row(path: files[0].path, line: row.line, problem: error.problem)
        }
    }

    /// A row by its place in the table.
    func row(_ index: Int) throws(CaptionFileError) -> CaptionRow {
        let record = try table.record(index)
        func damage() -> CaptionFileError { table.damaged("it names a row that is not there") }
        guard files.indices.contains(record.file) else { throw damage() }
        let file = files[record.file]
        defer { withExtendedLifetime(file) {} }
        guard record.offset <= file.bytes.count, record.length <= UInt64(file.bytes.count - record.offset)
        else {
            throw damage()
        }
        let bytes = file.bytes[record.offset..<record.offset + Int(record.length)]
        guard
            let row = try? table.metadata.layouts[record.file].row(UnsafeRawBufferPointer(rebasing: bytes)),
            hash(row.value) == record.hash
        else { throw damage() }
        return row
    }
}

extension CaptionFile: Hashable {
    /// Whether both are one and the same.
    public static func == (first: CaptionFile, second: CaptionFile) -> Bool { first === second }

    /// Adds the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
