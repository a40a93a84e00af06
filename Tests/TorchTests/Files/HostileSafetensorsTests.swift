import Foundation
import Testing
import Torch
import TorchNN

@Suite struct HostileSafetensorsTests {
    /// A file's bytes: the length of the header (its own unless given), the header and the data.
    struct Sample: CustomTestStringConvertible {
        let testDescription: String
        var header: String
        var data = 0
        var length: UInt64?
        let isExpected: @Sendable (SafetensorsError.Problem) -> Bool

        init(
            _ name: String,
            _ header: String,
            data: Int = 0,
            length: UInt64? = nil,
            _ isExpected: @escaping @Sendable (SafetensorsError.Problem) -> Bool
        ) {
            testDescription = name
            self.header = header
            self.data = data
            self.length = length
            self.isExpected = isExpected
        }

        var bytes: Data {
            let length = (length ?? UInt64(header.utf8.count)).littleEndian
            return withUnsafeBytes(of: length) { Data($0) } + Data(header.utf8) + Data(count: data)
        }
    }

    private static func entry(_ name: String, _ start: Int, _ end: Int, shape: String = "[2]") -> String {
        "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
    }

    private static func isHeader(_ problem: SafetensorsError.Problem) -> Bool {
        if case .header = problem { true } else { false }
    }
    private static func isSize(_ problem: SafetensorsError.Problem) -> Bool {
        if case .size(tensor: "a", _, _, _) = problem { true } else { false }
    }
    private static func isOffsets(_ problem: SafetensorsError.Problem) -> Bool {
        if case .offsets = problem { true } else { false }
    }
    private static func isTruncated(_ problem: SafetensorsError.Problem) -> Bool {
        if case .truncated = problem { true } else { false }
    }
    private static func isLength(_ problem: SafetensorsError.Problem) -> Bool {
        if case .headerLength = problem { true } else { false }
    }

    static let samples: [Sample] = [
        Sample("cut header", "{", length: 50, isTruncated),
        Sample("cut data", "{\(entry("a", 0, 8))}", data: 7, isTruncated),
        Sample("long header", "{}", length: 100_000_001, isLength),
        Sample("endless header", "{}", length: .max, isLength),
        Sample("no header", "", length: 0, isLength),
        Sample("no JSON", "hello there", isHeader),
        Sample("open object", "{\"a\":", isHeader),
        Sample("open string", "{\"a", isHeader),
        Sample("open escape", "{\"a\\", isHeader),
        Sample("bad escape", "{\"a\\q\":{}}", isHeader),
        Sample("control character", "{\"a\u{1}\":{}}", isHeader),
        Sample("list", "[]", isHeader),
        Sample("text after the object", "{} {}", isHeader),
        Sample("trailing comma", "{\(entry("a", 0, 8)),}", data: 8, isHeader),
        Sample("metadata that is no string", "{\"__metadata__\":{\"a\":1}}", isHeader),
        Sample(
            "entry without shape",
            "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
            data: 8,
            isHeader
        ),
        Sample(
            "three offsets",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}}",
            data: 8,
            isHeader
        ),
        Sample("negative size", "{\(entry("a", 0, 8, shape: "[-2]"))}", data: 8, isHeader),
        Sample("fractional size", "{\(entry("a", 0, 8, shape: "[2.0]"))}", data: 8, isHeader),
        Sample("huge size", "{\(entry("a", 0, 8, shape: "[99999999999999999999]"))}", data: 8, isHeader),
        Sample(
            "overflowing shape",
            "{\(entry("a", 0, 8, shape: "[4611686018427387905,2]"))}",
            data: 8,
            isSize
        ),
        Sample("small shape", "{\(entry("a", 0, 8, shape: "[1]"))}", data: 8, isSize),
        Sample("backward range", "{\(entry("a", 8, 0))}", data: 8, isOffsets),
        Sample("overlap", "{\(entry("a", 0, 8)),\(entry("b", 4, 12))}", data: 12, isOffsets),
        Sample("same bytes", "{\(entry("a", 0, 8)),\(entry("b", 0, 8))}", data: 8, isOffsets),
        Sample("gap", "{\(entry("a", 0, 8)),\(entry("b", 9, 17))}", data: 17, isOffsets),
        Sample("start after the data", "{\(entry("a", 800, 808))}", data: 8, isTruncated),
        Sample("end past all numbers", "{\(entry("a", 0, .max))}", data: 8, isTruncated),
        Sample("bytes left over", "{\(entry("a", 0, 8))}", data: 9) { $0 == .trailing(count: 1) },
        Sample("two of a name", "{\(entry("a", 0, 8)),\(entry("a", 8, 16))}", data: 16) {
            $0 == .duplicate("a")
        },
        Sample("two of a field", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}") {
            $0 == .duplicate("dtype")
        },
        Sample(
            "unknown type",
            "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}",
            data: 2
        ) { $0 == .type(tensor: "a", found: "F8_E4M3") },
    ]

    @Test(arguments: samples) func isRefused(sample: Sample) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("hostile")
        try sample.bytes.write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
        #expect(sample.isExpected(error.problem), "\(error)")
        #expect(error.description.hasPrefix(path))
    }

    @Test func fileOfFewBytes() throws {
        let folder = try TemporaryFolder()
        for count in 0..<8 {
            let path = folder.path("short")
            try Data(count: count).write(to: URL(fileURLWithPath: path))
            #expect(throws: SafetensorsError(path: path, problem: .truncated(found: count, expected: 8))) {
                try SafetensorsFile(path: path)
            }
        }
    }

    @Test func everyCutOfAFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let url = URL(fileURLWithPath: folder.path("whole"))
        try SafetensorsFile.write(["a": .ones([5]), "b": .ones([2], dtype: .int8)], to: url.path)
        let whole = try Data(contentsOf: url)
        for count in 0..<whole.count {
            try whole.prefix(count).write(to: url)
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: url.path) }
        }
    }

    @Test func unalignedElementsAreCopied() throws {
        // Valid: writers that order by name put floats behind an odd number of bytes.
        let header =
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\(Self.entry("b", 1, 9))}"
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        bytes += Data(header.utf8) + [7]
        for value in [1.5, -2] as [Float] {
            bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
        }
        let folder = try TemporaryFolder()
        try bytes.write(to: URL(fileURLWithPath: folder.path("odd")))
        let file = try SafetensorsFile(path: folder.path("odd"))
        #expect(try file.tensor("a").scalars() == [7] as [UInt8])
        #expect(try file.tensor("b").scalars() == [1.5, -2] as [Float])
    }

    @Test func emptyFileHasNoTensors() throws {
        let folder = try TemporaryFolder()
        try SafetensorsFile.write([:], to: folder.path("empty"))
        #expect(try SafetensorsFile(path: folder.path("empty")).tensors().isEmpty)
    }
}
