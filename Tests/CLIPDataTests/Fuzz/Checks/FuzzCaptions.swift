import Foundation

@testable import CLIPData

/// A side file opens or fails with words; each of its rows is found by its key, and no other.
enum FuzzCaptions {
    static func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        var words: [String] = []
        for name in ["c.jsonl", "c.csv", "c.tsv"] {
            let path = try files.write(bytes, name)
            let format: CaptionLayout.Format =
                name.hasSuffix("jsonl") ? .jsonLines : name.hasSuffix("csv") ? .commas : .tabs
            try checkScanning(MappedFile(path), format)
            var settings = CaptionFileSettings(paths: [path], table: files.directory + "/c.captions")
            words.append(try open(settings) { StableHash.of($0) })
            settings.join = .url
            settings.columns = ["caption", "alt"]
            settings.isMulti = true
            // Nearly all keys collide.
            words.append(try open(settings) { UInt64($0.utf8.count) << 62 })
        }
        try checkObject(bytes)
        return words.joined(separator: "; ")
    }

    private static func open(
        _ settings: CaptionFileSettings,
        hash: @escaping @Sendable (String) -> UInt64
    ) throws -> String {
        let table = settings.table ?? ""
        // One of the last input, as long and written within one tick of the clock, would count as fitting.
        unlink(table)
        do {
            let file = try CaptionFile.open(settings, hash: hash, checkedBytes: CaptionTable.checkedBytes)
            var values: Set<[UInt8]> = []
            for index in 0..<file.rowCount {
                let row = try file.row(index)
                let places = try file.rows(of: row.value)
                try FuzzViolation.unless(
                    places.contains(index) && (settings.isMulti || places == [index]),
                    "row \(index) of '\(row.value)' is among \(places)"
                )
                let texts = try file.texts(for: row.value)
                try FuzzViolation.unless(
                    row.texts.allSatisfy(texts.contains),
                    "\(texts) lack some of \(row.texts)"
                )
                values.insert(Array(row.value.utf8))
            }
            let absent = "\u{1}no such key"
            try FuzzViolation.unless(try file.texts(for: absent).isEmpty, "a key that is not there has texts")
            try FuzzViolation.unless(
                settings.isMulti || values.count == file.rowCount,
                "\(values.count) keys of \(file.rowCount) rows"
            )
            try FuzzViolation.unless(
                try !CaptionFile.open(settings, hash: hash, checkedBytes: CaptionTable.checkedBytes).wasBuilt,
                "a table that was just made does not fit"
            )
            return "\(file.rowCount) rows"
        } catch let error as CaptionFileError {
            if case .table = error { throw FuzzViolation("\(error)") }
            if case .row(_, _, let problem) = error { return problem }
            return error.description
        }
    }

    /// Rows lie in order, and a limit cuts off what comes after a long row, but changes no row before it.
    private static func checkScanning(_ file: MappedFile, _ format: CaptionLayout.Format) throws {
        let limit = 64
        let all = rows(file, format, maximumRow: .max >> 1)
        let short = rows(file, format, maximumRow: limit)
        try FuzzViolation.unless(
            zip(all, all.dropFirst()).allSatisfy {
                $0.range.upperBound < $1.range.lowerBound && $0.line < $1.line
            },
            "rows \(all) do not ascend"
        )
        try FuzzViolation.unless(
            short.count <= all.count
                && zip(short, all).allSatisfy { $0.range == $1.range && $0.cells == $1.cells }
                && short.allSatisfy { $0.range.count <= limit },
            "\(short) with a limit, else \(all)"
        )
    }

    private static func rows(
        _ file: MappedFile,
        _ format: CaptionLayout.Format,
        maximumRow: Int
    ) -> [CaptionScanner.Row] {
        var scanner = CaptionScanner(file, format: format, maximumRow: maximumRow)
        var rows: [CaptionScanner.Row] = []
        while let row = try? scanner.next() { rows.append(row) }
        return rows
    }

    /// Texts are those that Foundation reads, where both can read the object.
    private static func checkObject(_ bytes: UnsafeRawBufferPointer) throws {
        var row = JSONRow(bytes)
        guard LineScanner.isUTF8(bytes), let members = try? row.members(),
            let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { return }
        for member in members where members.count(where: { $0.name == member.name }) == 1 {
            guard case .string(let text) = member.value else { continue }
            try FuzzViolation.unless(
                object[member.name] as? String == text,
                "'\(member.name)' is '\(text)', else \(object[member.name] ?? "missing")"
            )
        }
    }
}
