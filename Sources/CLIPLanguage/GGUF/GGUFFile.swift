import Foundation
public import Torch
import TorchNN

/// A GGUF file of version 2 or 3, mapped into memory and checked as a whole when it is opened.
///
/// Tensors of whole elements are views of the mapped file: nothing is read before it is used. Blocks are decoded straight from it.
/// The mapping is private, so writing into a tensor changes this process's copy and never the file. A file must be replaced by
/// renaming, not overwritten in place.
public final class GGUFFile {
    /// The file.
    public let path: String
    /// The values by their keys.
    public let metadata: [String: GGUFValue]
    /// The tensors in the order in which the file names them.
    public let entries: [Entry]
    let mapping: FileMapping
    private let positions: [String: Int]

    /// One tensor of a file.
    public struct Entry: Sendable, Equatable {
        /// The name.
        public let name: String
        /// How its values are stored.
        public let type: GGUFType
        /// The size of each dimension, rows last as in PyTorch; the file itself lists them the other way round.
        public let shape: [Int]
        /// Where the values start in the file, and how many bytes they are.
        public let byteOffset, byteCount: Int
    }

    /// Maps a file and checks all that its front part says against its length.
    ///
    /// - Throws: ``GGUFError``.
    public init(path: String) throws {
        do {
            let mapping = try Self.map(path)
            let header = try GGUFHeader(UnsafeRawBufferPointer(mapping.bytes))
            self.path = path
            self.mapping = mapping
            metadata = header.metadata
            entries = header.entries
            positions = Dictionary(
                uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) }
            )
        } catch {
            throw GGUFError(path: path, problem: error)
        }
    }

    /// Whether a path is a file that begins as the format does, or has its suffix.
    public static func isOne(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue
        else { return false }
        guard !path.lowercased().hasSuffix(".gguf") else { return true }
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4)) == Data("GGUF".utf8)
    }

    /// The entry of a name, if there is one.
    public subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

    /// A tensor by name.
    ///
    /// - Parameter dtype: What blocks are decoded to: float32, or float16 or bfloat16, to which the float32 values are rounded.
    ///   Whole elements are views in their own type.
    /// - Throws: ``GGUFError`` when there is no such tensor.
    public func tensor(_ name: String, decodedTo dtype: DType = .float32) throws -> Tensor {
        guard let entry = self[name] else {
            throw GGUFError(path: path, problem: .missing("tensor '\(name)'"))
        }
        return try tensor(of: entry, decodedTo: dtype)
    }

    func tensor(of entry: Entry, decodedTo dtype: DType) throws -> Tensor {
        if let own = entry.type.dtype {
            return try mapping.tensor(
                entry.byteOffset..<(entry.byteOffset + entry.byteCount),
                shape: entry.shape,
                dtype: own
            )
        }
        let result = try Tensor.empty([entry.shape.reduce(1, *)], dtype: dtype)
        try decode(entry, into: result)
        return try result.reshaped(entry.shape)
    }

    private static func map(_ path: String) throws(GGUFError.Problem) -> FileMapping {
        do {
            return try FileMapping(path: path)
        } catch {
            switch error {
            case .system(let operation, let reason): throw .system(operation: operation, reason: reason)
            case .truncated(let found, let expected):
                throw .truncated(part: "a GGUF file", offset: 0, needed: UInt64(expected), left: found)
            default: throw .system(operation: "map the file", reason: "\(error)")
            }
        }
    }
}
