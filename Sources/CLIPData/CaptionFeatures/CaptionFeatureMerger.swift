import Foundation
import LocalFiles
public import RemoteFiles

/// Joins the parts of a work into one file, which has the bytes that the work in one piece would have where the first part had.
public enum CaptionFeatureMerger {
    private static let bufferBytes = 8 << 20

    /// Joins parts, each of which is there once, in whichever order they are named.
    ///
    /// - Parameters:
    ///   - patterns: Paths, brace patterns or globs.
    ///   - stop: Ends the work, of which nothing is left then.
    ///   - progress: Told how many rows of how many are written.
    /// - Returns: What the file says of itself.
    /// - Throws: ``CaptionFeatureWorkError``, ``CaptionFeatureError``; `ShardError.file`; `RemoteError.stopped`.
    @discardableResult
    public static func merge(
        _ patterns: [String],
        to path: String,
        stop: StopSignal? = nil,
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> CaptionFeatureHeader {
        try CaptionFeatureWriter.check(path)
        var named: Set<String> = []
        for path in try CaptionFeatures.paths(patterns) where !named.insert(FilePath.absolute(path)).inserted
        {
            throw CaptionFeatureWorkError.repeatedFile(path: path)
        }
        let parts = try checked(CaptionFeatures(patterns).files)
        var header = parts[0].header
        (header.part, header.parts, header.ordinals) = (1, 1, header.whole)
        header = header.uncounted
        for part in parts {
            header.rows += part.header.rows
            header.unreadable += part.header.unreadable
        }
        do {
            try DurableFile.make(path) { descriptor in
                let output = CaptionTableOutput(descriptor: descriptor, path: path)
                var sums = BlockSums()
                var done = 0
                for part in parts {
                    try rows(of: part) { bytes, count in
                        try stop?.check()
                        let place = CaptionFeatureLayout.headerBytes + done * header.rowBytes
                        try output.write(bytes, at: place)
                        sums.combine(bytes)
                        done += count
                        progress?(done, header.rows)
                    }
                }
                let tail = CaptionFeatureTail { try output.write($0, at: $1) }
                header = try tail.write(header, sums: sums) { body in
                    var first = 0
                    for part in parts {
                        try captions(of: part) { caption in
                            let entry = caption.entry.moved(by: first)
                            try body(.init(ordinal: caption.ordinal, entry: entry))
                        }
                        first += part.header.rows
                        try stop?.check()
                    }
                }
            }
        } catch let error as POSIXError {
            throw ShardError.file(path: path, action: "write", reason: SystemReason.text(of: error))
        }
        return header
    }

    /// The parts in their order, each of which is there once.
    private static func checked(_ files: [CaptionFeatureFile]) throws -> [CaptionFeatureFile] {
        let first = files[0]
        for file in files {
            var differences = file.header.differences(from: first.header)
            if file.header.parts != first.header.parts {
                differences.append("\(file.header.parts) parts and not \(first.header.parts)")
            }
            guard differences.isEmpty else {
                throw CaptionFeatureError.differs(path: file.path, from: first.path, differences: differences)
            }
            if file.header.parts == 1 { throw CaptionFeatureWorkError.isWhole(path: file.path) }
        }
        var named: [Int: CaptionFeatureFile] = [:]
        for file in files {
            if let other = named.updateValue(file, forKey: file.header.part) {
                throw CaptionFeatureWorkError.repeatedPart(
                    file.header.part,
                    first: other.path,
                    second: file.path
                )
            }
        }
        let missing = (1...first.header.parts).filter { named[$0] == nil }
        guard missing.isEmpty else {
            throw CaptionFeatureWorkError.missingParts(missing, of: first.header.parts)
        }
        return files.sorted { $0.header.part < $1.header.part }
    }

    private static func rows(
        of file: CaptionFeatureFile,
        _ body: (UnsafeRawBufferPointer, Int) throws -> Void
    ) throws {
        let step = max(1, bufferBytes / file.layout.rowBytes)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: step * file.layout.rowBytes,
            alignment: 16
        )
        defer { buffer.deallocate() }
        for start in stride(from: 0, to: file.layout.rows, by: step) {
            let end = min(file.layout.rows, start + step)
            let target = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<((end - start) * file.layout.rowBytes)]
            )
            try file.bytes(ofRows: start..<end, into: target)
            try body(UnsafeRawBufferPointer(target), end - start)
        }
    }

    private static func captions(
        of file: CaptionFeatureFile,
        _ body: (CaptionFeatureChunk.Caption) throws -> Void
    ) throws {
        for ordinal in file.header.ordinals {
            for entry in try file.entries(of: ordinal) {
                guard entry.source < file.header.sources.count, entry.row < file.layout.rows else {
                    throw CaptionFeatureError.damaged(
                        path: file.path,
                        reason: "an entry names a source or a row that is not there"
                    )
                }
                try body(.init(ordinal: ordinal, entry: entry))
            }
        }
    }
}
