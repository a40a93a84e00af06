import CLIPData
import Foundation
import Testing

/// The pictures beside this test and what Pillow and torchvision make of them.
struct ImageFixtures: Decodable {
    struct Good: Decodable, CustomTestStringConvertible {
        let file: String
        let width, height: Int
        let animated: Bool
        let drop, white: String
        var testDescription: String { file }
    }
    struct Bad: Decodable, CustomTestStringConvertible {
        let file, kind: String
        var testDescription: String { file }
    }
    struct Resize: Decodable, CustomTestStringConvertible {
        let width, height: Int
        let box: [Float]?
        let filter, pixels, horizontalFirst: String
        var testDescription: String { "\(width)×\(height) \(filter) \(box ?? [])" }
    }
    struct Evaluation: Decodable, CustomTestStringConvertible {
        let file, mode, pixels: String
        let height, width: Int
        var testDescription: String { "\(file) \(mode) \(width)×\(height)" }
    }
    struct Crop: Decodable, CustomTestStringConvertible {
        let file, pixels, mirrored: String
        let scale: [Double]
        let seed, ordinal: UInt64
        let region: [Int]
        let height, width: Int
        var testDescription: String { "\(file) \(scale) \(ordinal)" }
    }

    let good: [Good]
    let bad: [Bad]
    let resizes: [Resize]
    let evaluations: [Evaluation]
    let crops: [Crop]

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/images")

    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: file)))
    }

    /// The recorded expectations, or none when the file cannot be read, which a test of its own reports.
    static let expected: ImageFixtures = {
        let data = try? Data(contentsOf: folder.appending(path: "expected.json"))
        let decoded = data.flatMap { try? JSONDecoder().decode(ImageFixtures.self, from: $0) }
        return decoded ?? ImageFixtures(good: [], bad: [], resizes: [], evaluations: [], crops: [])
    }()

    /// 64-bit FNV-1a in hexadecimal, as the script that made the fixtures writes it.
    static func hash(_ bytes: [UInt8]) -> String {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        // Closures over buffers keep this quick without optimisation.
        bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index < buffer.count {
                value = (value ^ UInt64(buffer[index])) &* 0x100_0000_01B3
                index += 1
            }
        }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The bytes of one row of a batch that `body` fills.
func planes(
    height: Int,
    width: Int,
    _ body: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
) rethrows -> [UInt8] {
    var row = [UInt8](repeating: 0xA5, count: 3 * height * width)
    try row.withUnsafeMutableBufferPointer { try body($0) }
    return row
}
