/// A reader of untrusted bytes, and what must hold whatever it is given.
///
/// The fuzzer and the replay test share these checks.
enum FuzzTarget: String, CaseIterable, Sendable {
    case tar, index, jpeg, png, webp, csv, jsonl, captions, gzip

    /// Reads the bytes as the target does.
    ///
    /// - Returns: What became of them, in a word or a sentence: a result or an error.
    /// - Throws: `FuzzViolation` when a property does not hold.
    func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        switch self {
        case .tar: try FuzzTar.check(bytes, files: files)
        case .index: try FuzzIndex.check(bytes, files: files)
        case .jpeg, .png, .webp: try FuzzImage(bytes, fill: files.fill).check()
        case .csv: try FuzzTable.check(bytes, files: files)
        case .captions: try FuzzCaptions.check(bytes, files: files)
        case .gzip: try FuzzGzip.check(bytes)
        case .jsonl: try FuzzJSONLines.check(bytes, files: files)
        }
    }
}

/// A property that does not hold.
struct FuzzViolation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws {
        if !holds { throw FuzzViolation(description()) }
    }
}
