import CLIPData
import Glibc

/// Files for readers that want a path, and how to spoil memory that a decoder has not written yet.
struct FuzzFiles: Sendable {
    /// Fills the memory that a decoder may use in between with a byte.
    typealias Fill = @Sendable (ImageWorkspace, UInt8) -> Void

    /// A directory that exists.
    let directory: String
    /// What the fuzzer can fill beyond the pixels' own buffer.
    var fill: Fill = { _, _ in }

    /// Writes a file over an earlier one and returns its path.
    func write(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> String {
        let path = "\(directory)/\(name)"
        guard let stream = fopen(path, "wb") else { throw FuzzViolation("'\(path)' cannot be written") }
        let written = bytes.isEmpty ? 0 : fwrite(bytes.baseAddress, 1, bytes.count, stream)
        guard fclose(stream) == 0, written == bytes.count else {
            throw FuzzViolation("'\(path)' cannot be written")
        }
        return path
    }
}
