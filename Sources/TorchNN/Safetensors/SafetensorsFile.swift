public import Torch

/// A safetensors file, mapped into memory and checked as a whole when it is opened.
///
/// The layout is 8 bytes of little-endian header length, a JSON header, and the tensors' bytes without gaps.
/// Tensors are views of the mapped file: nothing is read before it is used, and equal pages are shared between
/// processes. The mapping is private, so writing into a tensor changes this process's copy and never the file.
/// A file must be replaced by renaming, as ``write(_:metadata:to:)`` does, not overwritten in place.
public final class SafetensorsFile {
    /// The file.
    public let path: String
    /// The strings that the writer put under `__metadata__`.
    public let metadata: [String: String]
    /// The tensors in the order of their bytes.
    public let entries: [Entry]
    private let mapping: FileMapping
    private let positions: [String: Int]

    /// One tensor of a file.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public let name: String
        /// The type of the elements.
        public let dtype: DType
        /// The size of each dimension.
        public let shape: [Int]
        /// Where the elements start in the file, and how many bytes they are.
        public let byteOffset, byteCount: Int
    }

    /// Maps a file and checks its header against its length.
    ///
    /// - Throws: ``SafetensorsError``.
    public init(path: String) throws {
        do {
            let mapping = try FileMapping(path: path)
            let header = try SafetensorsHeader(UnsafeRawBufferPointer(mapping.bytes))
            self.path = path
            self.mapping = mapping
            metadata = header.metadata
            entries = header.entries
            positions = Dictionary(
                uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) }
            )
        } catch {
            throw SafetensorsError(path: path, problem: error)
        }
    }

    /// The tensors' names in the order of their bytes.
    public var names: [String] { entries.map(\.name) }

    /// The entry of a name, if there is one.
    public subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

    /// A tensor by name, as a view that keeps the mapping alive.
    ///
    /// Elements that the file holds at an address unfit for their type are copied instead.
    /// - Throws: ``SafetensorsError`` when there is no such tensor.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = self[name] else {
            throw SafetensorsError(path: path, problem: .missing(tensor: name, names: names))
        }
        return try tensor(of: entry)
    }

    /// All tensors by name.
    public func tensors() throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for entry in entries { result[entry.name] = try tensor(of: entry) }
        return result
    }

    private func tensor(of entry: Entry) throws -> Tensor {
        try mapping.tensor(
            entry.byteOffset..<(entry.byteOffset + entry.byteCount),
            shape: entry.shape,
            dtype: entry.dtype
        )
    }
}
