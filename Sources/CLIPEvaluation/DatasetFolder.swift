import CLIPData
import Foundation

/// A data set in CLIP_benchmark's local webdataset layout: text files beside a folder of shards for each
/// split.
struct DatasetFolder {
    let path: String

    private func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// What `dataset_type.txt` says; a data set without it is for classification.
    func type() throws -> String {
        guard exists("dataset_type.txt") else { return "classification" }
        return try text("dataset_type.txt", expected: "one word").trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        .lowercased()
    }

    /// The shards of a split; `nshards.txt`, where there is one, must agree with them.
    func shards(of split: String) throws -> [String] {
        let folder = file(split)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
        else {
            let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            throw EvaluationError.file(
                path: folder,
                reason: "there is no such folder",
                expected: "a folder of .tar shards for the split '\(split)'; '\(path)' holds "
                    + (others.isEmpty ? "nothing" : others.sorted().prefix(10).joined(separator: ", "))
            )
        }
        let shards = try ShardList(folder).paths
        if exists("\(split)/nshards.txt") {
            let name = "\(split)/nshards.txt"
            let count = try text(name, expected: "a number").trimmingCharacters(in: .whitespacesAndNewlines)
            guard Int(count) == shards.count else {
                throw EvaluationError.shardCount(
                    path: file(name),
                    found: shards.count,
                    expected: "'\(count)'"
                )
            }
        }
        return shards
    }

    /// The class names, one a line.
    func classNames() throws -> [String] {
        let name = "classnames.txt"
        let lines = try lines(name, expected: "one class name a line, in the order of the .cls numbers")
        if let blank = lines.firstIndex(of: "") {
            throw EvaluationError.line(
                path: file(name),
                number: blank + 1,
                found: "",
                expected: "a class name"
            )
        }
        return lines
    }

    /// The prompt templates, one a line.
    func templates() throws -> [String] {
        let name = "zeroshot_classification_templates.txt"
        let lines = try lines(name, expected: "one prompt a line, with {c} in place of the class name")
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.contains("{c}") {
            throw EvaluationError.line(
                path: file(name),
                number: index + 1,
                found: line,
                expected: "a prompt with {c} in place of the class name, such as 'a photo of a {c}.'"
            )
        }
        return lines.filter { !$0.isEmpty }
    }

    /// The lines without white space at their ends, and without blank lines after the last.
    private func lines(_ name: String, expected: String) throws -> [String] {
        var lines = try text(name, expected: expected).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        ).map { $0.trimmingCharacters(in: .whitespaces) }
        while lines.last == "" { lines.removeLast() }
        guard !lines.isEmpty else {
            throw EvaluationError.file(path: file(name), reason: "it is empty", expected: expected)
        }
        return lines
    }

    private func text(_ name: String, expected: String) throws -> String {
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file(name)))
            if let error = bytes.withUnsafeBytes({ NotUTF8($0) }) {
                let line = 1 + bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
                throw EvaluationError.encoding(path: file(name), line: line, error)
            }
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            return String(decoding: bytes.dropFirst(start), as: UTF8.self)
        } catch let error as EvaluationError {
            throw error
        } catch {
            let reason = exists(name) ? error.localizedDescription : "there is no such file"
            throw EvaluationError.file(path: file(name), reason: reason, expected: expected)
        }
    }
}
