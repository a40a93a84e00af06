import Foundation

/// The tensor `features` of a safetensors file, read without the library under test.
struct FeatureFile {
    struct Malformed: Error {}

    let shape: [Int]
    let rows: [[Float]]
    /// The number of the file's format, as text.
    let format: String?

    init(_ bytes: [UInt8]) throws {
        guard bytes.count > 8 else { throw Malformed() }
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
        guard let entry = header?["features"] as? [String: Any], entry["dtype"] as? String == "F32",
            let shape = entry["shape"] as? [Int], shape.count == 2
        else { throw Malformed() }
        let data = bytes[(8 + length)...]
        guard data.count == 4 * shape[0] * shape[1] else { throw Malformed() }
        let values = data.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        self.shape = shape
        format = (header?["__metadata__"] as? [String: Any])?["swift_clip_format"] as? String
        rows = (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    }

    var lengths: [Float] { rows.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() } }

    static func distance(_ first: [Float], _ second: [Float]) -> Float {
        zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
}
