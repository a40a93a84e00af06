import CLIPLanguage
import Foundation
import Testing

@Suite struct HostileGGUFTests {
    /// A wrong file, and what its error must say.
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let data: Data
        let message: String

        init(_ name: String, says message: String, _ change: (inout GGUFBytes) -> Void) {
            var bytes = GGUFBytes()
            change(&bytes)
            self.init(name, says: message, bytes.data)
        }

        init(_ name: String, says message: String, _ data: Data) {
            testDescription = name
            self.data = data
            self.message = message
        }
    }

    private static func tensor(_ name: String, _ sizes: [UInt64], type: UInt32 = 0, offset: UInt64? = nil)
        -> GGUFBytes.Tensor
    {
        GGUFBytes.Tensor(name: name, sizes: sizes, type: type, data: Data(count: 64), offset: offset)
    }

    private static let list = GGUFBytes.number(UInt32(9)) + GGUFBytes.number(UInt64(1))

    static let samples: [Sample] = [
        Sample(
            "no GGUF",
            says: "begins with the bytes [72, 101, 108, 108], expected 'GGUF'",
            Data("Hello there".utf8)
        ),
        Sample("nothing", says: "needs 8 bytes at byte 0, and 0 are left", Data()),
        Sample("version 1", says: "has version 1 of GGUF; readable are 2 and 3") { $0.version = 1 },
        Sample("version 4", says: "has version 4 of GGUF") { $0.version = 4 },
        Sample("big-endian", says: "has version 3, big-endian, of GGUF") { $0.version = 3 << 24 },
        Sample(
            "no counts",
            says: "the number of keys needs 8 bytes at byte 16",
            Data("GGUF\u{3}\0\0\0".utf8) + Data(count: 8)
        ),
        Sample(
            "more keys than there are",
            says: "key 0 of the metadata needs 8 bytes at byte 24, and 0 are left"
        ) {
            $0.valueCount = .max
        },
        Sample("more tensors than there are", says: "the name of tensor 0 needs 8 bytes") {
            $0.tensorCount = .max
        },
        Sample(
            "endless key",
            says: "key 0 of the metadata needs 18446744073709551615 bytes at byte 32, and 0 are left",
            Data("GGUF\u{3}\0\0\0".utf8) + Data(count: 8) + GGUFBytes.number(UInt64(1))
                + GGUFBytes.number(UInt64.max)
        ),
        Sample("endless text", says: "'k' needs 18446744073709551615 bytes") {
            $0.values = [("k", 8, GGUFBytes.number(UInt64.max))]
        },
        Sample("endless list of numbers", says: "'k' needs 18446744073709551615 bytes") {
            $0.values = [("k", 9, GGUFBytes.number(UInt32(10)) + GGUFBytes.number(UInt64.max))]
        },
        Sample("endless list of texts", says: "'k' needs 8 bytes") {
            $0.values = [("k", 9, GGUFBytes.number(UInt32(8)) + GGUFBytes.number(UInt64.max))]
        },
        Sample("deep lists", says: "'k' at byte 85 is a list inside of 4 others") {
            $0.values = [("k", 9, (0..<100).reduce(Data()) { bytes, _ in bytes + Self.list })]
        },
        Sample(
            "unknown type of a value",
            says: "the type of 'k' at byte 33 is 13, expected a number from 0 to 12"
        ) {
            $0.values = [("k", 13, Data(count: 8))]
        },
        Sample("a flag of 2", says: "'k' at byte 37 is 2, expected 0 or 1") {
            $0.values = [("k", 7, Data([2]))]
        },
        Sample("text that is no UTF-8", says: "'k' at byte 45 is no UTF-8") {
            $0.values = [("k", 8, GGUFBytes.number(UInt64(1)) + Data([0xFF]))]
        },
        Sample("a key twice", says: "the key 'k' comes a second time at byte 41") {
            $0.add("k", 1)
            $0.add("k", 2)
        },
        Sample("an alignment of 48", says: "general.alignment is 48, expected a power of two") {
            $0.add("general.alignment", 48)
        },
        Sample("an alignment of 0", says: "general.alignment is 0, expected a power of two") {
            $0.add("general.alignment", 0)
        },
        Sample("an alignment in words", says: "general.alignment is 'x'") {
            $0.add("general.alignment", "x")
        },
        Sample("a tensor twice", says: "the tensor 'a' comes a second time") {
            $0.tensors = [tensor("a", [16]), tensor("a", [16])]
        },
        Sample("rank 0", says: "the rank of 'a' at byte 33 is 0, expected 1 to 4") {
            $0.tensors = [tensor("a", [])]
        },
        Sample("rank 5", says: "the rank of 'a' at byte 33 is 5") {
            $0.tensors = [tensor("a", [1, 1, 1, 1, 1])]
        },
        Sample(
            "an unknown type",
            says: "'a' has type 40; readable are F32, F16, Q4_0, Q4_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16"
        ) {
            $0.tensors = [tensor("a", [32], type: 40)]
        },
        Sample("a type that is not read", says: "'a' has type 10 (Q2_K)") {
            $0.tensors = [tensor("a", [256], type: 10)]
        },
        Sample("half a block", says: "'a' has shape [48]: rows of Q8_0 are multiples of 32") {
            $0.tensors = [tensor("a", [48], type: 8)]
        },
        Sample("more values than numbers", says: "no tensor can have so many values") {
            $0.tensors = [tensor("a", [1 << 40, 1 << 40])]
        },
        Sample("a size beyond all numbers", says: "no tensor can have so many values") {
            $0.tensors = [tensor("a", [.max, 0])]
        },
        Sample("a size of 0", says: "'a' has shape [0, 4611686018427387904, 4]: a size is 0") {
            $0.tensors = [tensor("a", [0, 1 << 62, 4], type: 8)]
        },
        Sample("nothing of much", says: "'a' has shape [4, 0]: a size is 0") {
            $0.tensors = [tensor("a", [4, 0])]
        },
        Sample(
            "bytes that are not there",
            says: "'a' (F32, shape [17]) needs 68 bytes at byte 64, and 64 are left"
        ) {
            $0.tensors = [tensor("a", [17])]
        },
        Sample("far beyond the end", says: "'a' (F32, shape [1]) needs 4 bytes") {
            $0.tensors = [tensor("a", [1], offset: 0xFFFF_FFFF_FFFF_FFE0)]
        },
        Sample("a crooked place", says: "'a' starts at byte 4 of the data, expected a multiple of 32") {
            $0.tensors = [tensor("a", [1], offset: 4)]
        },
        Sample("the same bytes twice", says: "'b' starts at byte 96, inside of 'a', which ends at byte 160") {
            $0.tensors = [tensor("a", [16]), tensor("b", [16], offset: 0)]
        },
    ]

    @Test(arguments: samples) func isRefusedWithItsPlace(sample: Sample) throws {
        let folder = try ScratchDirectory()
        try sample.data.write(to: folder.url.appending(path: "hostile"))
        let error = try #require(throws: GGUFError.self) { try GGUFFile(path: folder.path("hostile")) }
        #expect(error.description.contains(sample.message), "\(error)")
        #expect(error.description.hasPrefix(folder.path("hostile")))
    }

    @Test func whatIsNoFileIsRefused() throws {
        let folder = try ScratchDirectory()
        for path in [folder.url.path, folder.path("none")] {
            let error = #expect(throws: GGUFError.self) { try GGUFModel(path: path) }
            #expect(error?.description.contains("expected a GGUF file") ?? false)
        }
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let whole = try Data(contentsOf: LanguageFixture.url("GGUF/blocks.gguf"))
        let folder = try ScratchDirectory()
        for length in stride(from: 0, to: whole.count - 32, by: 41) {
            try whole.prefix(length).write(to: folder.url.appending(path: "cut"))
            let error = #expect(throws: GGUFError.self) { try GGUFFile(path: folder.path("cut")) }
            guard case .truncated = error?.problem else {
                Issue.record("\(length): \(String(describing: error))")
                continue
            }
        }
    }

    /// No changed byte may crash the reader, and every tensor of what is accepted can be read.
    @Test func changedBytesNeverCrash() throws {
        let whole = try Data(contentsOf: LanguageFixture.url("GGUF/blocks.gguf"))
        let front = 1500
        let folder = try ScratchDirectory()
        for place in stride(from: 0, to: front, by: 3) {
            var bytes = whole
            bytes[place] ^= [0xFF, 0x01, 0x80][place % 3]
            try bytes.write(to: folder.url.appending(path: "changed"))
            guard let file = try? GGUFFile(path: folder.path("changed")) else { continue }
            for entry in file.entries { _ = try? file.tensor(entry.name) }
        }
    }
}
