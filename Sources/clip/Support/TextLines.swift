import CLIPData
import Foundation

/// The lines of a text file.
struct TextLines {
    let lines: [String]

    /// Reads a file, or standard input for `-`; the line end at the end of the file does not begin another line.
    init(contentsOf path: String) throws {
        let data = try Self.data(path)
        if let error = data.withUnsafeBytes({ NotUTF8($0) }) {
            let line = 1 + data.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
            throw ToolError.notUTF8(path == "-" ? "standard input" : path, line: line, error)
        }
        let hasMark = data.starts(with: [0xEF, 0xBB, 0xBF])
        let text = String(decoding: hasMark ? data.dropFirst(3) : data, as: UTF8.self)
        // Only these ends, so that the line numbers are an editor's; a lone form feed belongs to the text.
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        if lines.last == "" { lines.removeLast() }
        self.lines = lines.map(String.init)
        guard !self.lines.isEmpty else { throw ToolError.empty(path == "-" ? "standard input" : path) }
    }

    /// Reads the texts of a file: its lines, or what they are as JSON if it is a `.jsonl` file.
    init(textsOf path: String) throws {
        let plain = try TextLines(contentsOf: path)
        guard path.hasSuffix(".jsonl") else {
            self = plain
            return
        }
        let decoder = JSONDecoder()
        lines = try plain.lines.enumerated().map { number, line in
            guard let text = try? decoder.decode(String.self, from: Data(line.utf8)) else {
                throw ToolError.noText(path, line: number + 1, found: String(line.prefix(60)))
            }
            return text
        }
    }

    private static func data(_ path: String) throws -> Data {
        if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ToolError.noFile(path)
        }
        guard !isDirectory.boolValue, let data = FileManager.default.contents(atPath: path) else {
            throw ToolError.unreadable(path)
        }
        return data
    }
}
