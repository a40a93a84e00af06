import Foundation

/// Puts GGUF files together, right ones and wrong ones.
struct GGUFBytes {
    /// A tensor: sizes with the length of a row first, and its bytes.
    struct Tensor {
        var name: String
        var sizes: [UInt64]
        var type: UInt32 = 0
        var data: Data
        /// In place of where its bytes go.
        var offset: UInt64?
    }

    var magic = "GGUF"
    var version: UInt32 = 3
    var valueCount: UInt64?
    var tensorCount: UInt64?
    /// Keys with the numbers of their types and their bytes.
    var values: [(key: String, type: UInt32, bytes: Data)] = []
    var tensors: [Tensor] = []
    var alignment = 32

    mutating func add(_ key: String, _ value: UInt32) { values.append((key, 4, Self.number(value))) }
    mutating func add(_ key: String, _ value: Int) { add(key, UInt32(value)) }
    mutating func add(_ key: String, _ value: Float) {
        values.append((key, 6, Self.number(value.bitPattern)))
    }
    mutating func add(_ key: String, _ value: Bool) { values.append((key, 7, Data([value ? 1 : 0]))) }
    mutating func add(_ key: String, _ value: String) { values.append((key, 8, Self.text(value))) }
    mutating func add(_ key: String, _ list: [String]) {
        let bytes = list.reduce(Data()) { $0 + Self.text($1) }
        values.append((key, 9, Self.number(UInt32(8)) + Self.number(UInt64(list.count)) + bytes))
    }
    mutating func add(_ key: String, _ list: [Int32]) {
        let bytes = list.reduce(Data()) { $0 + Self.number($1) }
        values.append((key, 9, Self.number(UInt32(5)) + Self.number(UInt64(list.count)) + bytes))
    }

    /// A tensor of float32 values.
    mutating func addTensor(_ name: String, _ values: [Float], rows: Int? = nil) {
        let sizes = rows.map { [UInt64(values.count / $0), UInt64($0)] } ?? [UInt64(values.count)]
        let data = values.reduce(Data()) { $0 + Self.number($1.bitPattern) }
        tensors.append(Tensor(name: name, sizes: sizes, data: data))
    }

    /// All of the file.
    var data: Data {
        var bytes = Data(magic.utf8) + Self.number(version)
        bytes += Self.number(tensorCount ?? UInt64(tensors.count))
        bytes += Self.number(valueCount ?? UInt64(values.count))
        for (key, type, value) in values { bytes += Self.text(key) + Self.number(type) + value }
        var content = Data()
        for tensor in tensors {
            bytes += Self.text(tensor.name) + Self.number(UInt32(tensor.sizes.count))
            for size in tensor.sizes { bytes += Self.number(size) }
            bytes += Self.number(tensor.type) + Self.number(tensor.offset ?? UInt64(content.count))
            content += tensor.data
            content += Data(count: (alignment - content.count % alignment) % alignment)
        }
        guard !tensors.isEmpty else { return bytes }
        return bytes + Data(count: (alignment - bytes.count % alignment) % alignment) + content
    }

    static func number<Value: FixedWidthInteger>(_ value: Value) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }

    static func text(_ value: String) -> Data { number(UInt64(value.utf8.count)) + Data(value.utf8) }
}
