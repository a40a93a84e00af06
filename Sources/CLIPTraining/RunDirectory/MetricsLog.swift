public import Foundation
import LocalFiles

/// `metrics.jsonl`: one JSON object in each line, appended whole.
public final class MetricsLog {
    private let file: URL
    private var handle: FileHandle
    private let encoder = JSONEncoder()

    /// Opens the file, or makes it, for appending.
    ///
    /// Throws `RunDirectoryError.system`.
    public init(_ file: URL) throws {
        self.file = file
        handle = try Self.open(file)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A run that stops on a loss that is no number still tells so.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
    }

    /// Appends one object as one line; an object needs a key `step` to be found by `truncate`.
    ///
    /// Throws `RunDirectoryError.system`, for example on a full disk.
    public func append(_ value: some Encodable) throws {
        do {
            let line = try encoder.encode(value) + Data("\n".utf8)
            let end = try handle.seekToEnd()
            do {
                try handle.write(contentsOf: line)
            } catch {
                // Half a line would spoil the next one too.
                try? handle.truncate(atOffset: end)
                throw error
            }
        } catch {
            throw failure("write", error)
        }
    }

    /// Removes all lines of later steps, and a last line that was cut off; damaged lines are moved to a file beside this
    /// one, as `metrics.damaged.jsonl`.
    ///
    /// A resumed run repeats those steps and writes their lines again.
    ///
    /// - Returns: The numbers of the damaged lines, from 1.
    /// - Throws: `RunDirectoryError.system`; the file stays as it was then.
    @discardableResult
    public func truncate(afterStep step: Int) throws -> [Int] {
        struct Line: Decodable { var step: Int? }
        let newline = UInt8(ascii: "\n")
        do {
            let text = try Data(contentsOf: file)
            let decoder = JSONDecoder()
            var kept = Data(), damaged = Data()
            var numbers: [Int] = []
            let pieces = text.split(separator: newline, omittingEmptySubsequences: false)
            for (place, piece) in pieces.enumerated() where !piece.isEmpty {
                if let line = try? decoder.decode(Line.self, from: piece) {
                    if line.step ?? 0 <= step { kept += piece + [newline] }
                } else if place < pieces.count - 1 {
                    damaged += piece + [newline]
                    numbers.append(place + 1)
                }
            }
            guard kept != text else { return [] }
            if !damaged.isEmpty {
                let before = (try? Data(contentsOf: damagedLines)) ?? Data()
                try DurableFile.replace(damagedLines, with: before + damaged)
            }
            try DurableFile.replace(file, with: kept)
            handle = try Self.open(file)
            return numbers
        } catch let error as RunDirectoryError {
            throw error
        } catch {
            throw failure("shorten", error)
        }
    }

    /// Where lines go that cannot be read.
    private var damagedLines: URL {
        let name = file.deletingPathExtension().lastPathComponent
        return file.deletingLastPathComponent().appending(path: "\(name).damaged.\(file.pathExtension)")
    }

    /// What to tell of damaged lines that `truncate` found.
    func description(of lines: [Int]) -> String {
        let shown = lines.prefix(10).map(String.init).joined(separator: ", ")
        let more = lines.count > 10 ? " and \(lines.count - 10) more" : ""
        let isOne = lines.count == 1
        return
            "\(file.path) held \(isOne ? "a line that is" : "\(lines.count) lines that are") no JSON object (line "
            + "\(shown)\(more)); \(isOne ? "it was" : "they were") moved to \(damagedLines.lastPathComponent), and all others "
            + "stay"
    }

    /// The names of all values of one step.
    func names(atStep step: Int) throws -> Set<String> {
        let text: Data
        do {
            text = try Data(contentsOf: file)
        } catch {
            throw failure("read", error)
        }
        var names: Set<String> = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any],
                object["step"] as? Int == step
            else { continue }
            names.formUnion(object.keys)
        }
        return names
    }

    private static func open(_ file: URL) throws -> FileHandle {
        let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw RunDirectoryError.system(operation: "open", path: file.path, reason: reason)
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func failure(_ operation: String, _ error: any Error) -> RunDirectoryError {
        .system(operation: operation, path: file.path, reason: SystemReason.text(of: error))
    }
}
