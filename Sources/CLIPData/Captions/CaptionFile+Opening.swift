import Foundation
import Glibc
public import RemoteFiles

extension CaptionFile {
    /// Opens side files by way of their table, which is made where there is none that fits.
    ///
    /// The table lies beside the first file, or in `settings.table`; where the folder is read-only, it is made in the
    /// temporary folder and lives as long as the object.
    /// - Parameter stop: Ends the making of a table, of which nothing is left then.
    /// - Throws: `CaptionFileError`; `ShardError.file`, `.patternTooLarge`.
    public static func open(
        _ settings: CaptionFileSettings,
        stop: StopSignal? = nil,
        progress: (@Sendable (CaptionFileProgress) -> Void)? = nil
    ) throws -> CaptionFile {
        try open(settings, checkedBytes: CaptionTable.checkedBytes, stop: stop, progress: progress)
    }

    /// - Parameters:
    ///   - hash: Tests give one that collides.
    ///   - checkedBytes: The size up to which a table is checked whole.
    static func open(
        _ settings: CaptionFileSettings,
        hash: @escaping @Sendable (String) -> UInt64 = { StableHash.of($0) },
        checkedBytes: Int,
        stop: StopSignal? = nil,
        progress: (@Sendable (CaptionFileProgress) -> Void)? = nil
    ) throws -> CaptionFile {
        let paths = try settings.files()
        // Before the files are mapped, so that one that is replaced meanwhile is noticed at the end.
        var metadata = try Self.metadata(of: paths, settings)
        let files = try paths.map(MappedFile.init)
        let path = settings.table ?? Self.defaultTable(of: paths, settings)
        func opened(_ table: CaptionTable, wasBuilt: Bool) -> CaptionFile {
            CaptionFile(settings, table: table, files: files, wasBuilt: wasBuilt, hash: hash)
        }
        do {
            let table = try CaptionTable(path, checkedBytes: checkedBytes)
            if table.metadata.fits(metadata) { return opened(table, wasBuilt: false) }
        } catch .foreign {
            throw CaptionFileError.table(
                path: path,
                reason: "another file lies there; choose another place for it with `table`"
            )
        } catch .newer(let error) {
            throw CaptionFileError.tableFormat(error)
        } catch {
            // None yet, or a damaged one.
        }
        metadata.layouts = try files.map { try CaptionLayout($0, settings) }
        var builder = CaptionTableBuilder(
            files: files,
            metadata: metadata,
            hash: hash,
            stop: stop,
            progress: progress
        )
        var place = path
        if settings.table == nil, access(FilePath.directory(of: path), W_OK) != 0 {
            place = NSTemporaryDirectory() + "/clip-\(UUID().uuidString)" + CaptionTable.suffix
        }
        try builder.write(to: place)
        // The name may go once it is mapped.
        defer { if place != path { unlink(place) } }
        for (file, path) in zip(metadata.files, paths) {
            guard let now = FilePath.signature(of: path), now == (file.size, file.modified) else {
                unlink(place)
                throw CaptionFileError.changed(path: path)
            }
        }
        do {
            return opened(try CaptionTable(place, checkedBytes: checkedBytes), wasBuilt: true)
        } catch {
            throw CaptionFileError.table(path: place, reason: "it cannot be read back")
        }
    }

    private static func metadata(
        of paths: [String],
        _ settings: CaptionFileSettings
    ) throws -> CaptionTableMetadata {
        let directory = FilePath.directory(of: paths[0])
        return CaptionTableMetadata(
            join: settings.join,
            columns: settings.columns,
            joinColumn: settings.joinColumn,
            isMulti: settings.isMulti,
            files: try paths.map { path in
                guard let (size, modified) = FilePath.signature(of: path) else {
                    throw ShardError.file(path: path, action: "read", reason: FilePath.lastError)
                }
                return .init(path: FilePath.relative(path, to: directory), size: size, modified: modified)
            }
        )
    }

    /// Beside the first file; sources that read it in different ways have tables of their own.
    private static func defaultTable(of paths: [String], _ settings: CaptionFileSettings) -> String {
        var hash = StableHash()
        let directory = FilePath.directory(of: paths[0])
        let words =
            paths.map { FilePath.relative($0, to: directory) }
            + [settings.join.rawValue, settings.joinColumn ?? "", "\(settings.isMulti)"] + settings.columns
        for word in words {
            hash.combine(word)
            hash.combine(UInt64(word.utf8.count))
        }
        let digits = String(hash.value & 0xFFFF_FFFF | 1 << 32, radix: 16).dropFirst()
        return "\(paths[0]).\(digits)\(CaptionTable.suffix)"
    }
}
