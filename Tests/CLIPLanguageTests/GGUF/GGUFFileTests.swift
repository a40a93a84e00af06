import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@Suite struct GGUFFileTests {
    private static func bits(_ tensor: Tensor) throws -> [UInt32] {
        try tensor.to(.float32).scalars(as: Float.self).map(\.bitPattern)
    }

    /// Every type, written by the gguf package and as random blocks, against what that package decodes, bit for bit.
    @Test func everyTypeIsDecodedAsByTheFormatsOwnPackage() throws {
        let file = try GGUFFile(path: LanguageFixture.path("GGUF/blocks.gguf"))
        let expected = try SafetensorsFile(path: LanguageFixture.path("GGUF/blocks.safetensors"))
        #expect(Set(file.entries.map(\.name)) == Set(expected.names))
        #expect(Set(file.entries.map(\.type)) == Set(GGUFType.allCases))
        for entry in file.entries {
            let found = try file.tensor(entry.name)
            let wanted = try expected.tensor(entry.name)
            #expect(found.shape == wanted.shape, "\(entry.name)")
            #expect(found.dtype == entry.type.dtype ?? .float32, "\(entry.name)")
            #expect(try Self.bits(found) == Self.bits(wanted), "\(entry.name)")
        }
    }

    @Test(arguments: [DType.float16, .bfloat16])
    func narrowerTypesAreTheFloat32ValuesRoundedOnce(type: DType) throws {
        let file = try GGUFFile(path: LanguageFixture.path("GGUF/blocks.gguf"))
        for entry in file.entries {
            let found = try file.tensor(entry.name, decodedTo: type)
            let wanted = try file.tensor(entry.name).to(entry.type.dtype ?? type)
            #expect(found.dtype == entry.type.dtype ?? type)
            #expect(try Self.bits(found) == Self.bits(wanted), "\(entry.name)")
        }
    }

    /// More values than are rounded at a time, and a last part that is shorter.
    @Test func longTensorsAreRoundedInParts() throws {
        let count = 3 * 32_768 + 64
        var bytes = GGUFBytes()
        var data = Data()
        for block in 0..<(count / 32) {
            data += GGUFBytes.number(Float16(0.01 * Float(block % 97 + 1)).bitPattern)
            data += Data((0..<32).map { UInt8(truncatingIfNeeded: block &* 31 &+ $0 &* 7) })
        }
        bytes.tensors = [.init(name: "long", sizes: [64, UInt64(count / 64)], type: 8, data: data)]
        let folder = try ScratchDirectory()
        try bytes.data.write(to: folder.url.appending(path: "long.gguf"))
        let file = try GGUFFile(path: folder.path("long.gguf"))
        let rounded = try file.tensor("long", decodedTo: .bfloat16)
        #expect(rounded.shape == [count / 64, 64])
        #expect(try Self.bits(rounded) == Self.bits(file.tensor("long").to(.bfloat16)))
        let last = try file.tensor("long").scalars(as: Float.self).last
        let block = count / 32 - 1
        let number = Int8(bitPattern: UInt8(truncatingIfNeeded: block &* 31 &+ 31 &* 7))
        #expect(last == Float(number) * Float(Float16(0.01 * Float(block % 97 + 1))))
    }

    /// Views share the mapping: what one writes the other reads, and the file stays as it is.
    @Test func wholeElementsAreViewsOfTheMappedFile() throws {
        let path = LanguageFixture.path("GGUF/blocks.gguf")
        let before = try Data(contentsOf: URL(filePath: path))
        let file = try GGUFFile(path: path)
        try file.tensor("F32").fill(7)
        #expect(try file.tensor("F32").scalars(as: Float.self).allSatisfy { $0 == 7 })
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func metadataOfAllTypesAreRead() throws {
        let metadata = try GGUFFile(path: LanguageFixture.path("GGUF/blocks.gguf")).metadata
        #expect(metadata["test.uint8"] == .unsigned(200))
        #expect(metadata["test.int8"] == .signed(-100))
        #expect(metadata["test.uint16"] == .unsigned(60000))
        #expect(metadata["test.int16"] == .signed(-30000))
        #expect(metadata["test.int32"] == .signed(-2_000_000_000))
        #expect(metadata["test.uint64"] == .unsigned(1 << 63 + 5))
        #expect(metadata["test.int64"] == .signed(-(1 << 62)))
        #expect(metadata["test.float32"] == .single(1e-5))
        #expect(metadata["test.float64"] == .double(0.1))
        #expect(metadata["test.bool"] == .flag(true))
        #expect(metadata["test.text"] == .text("Größe 🐈"))
        for (key, type) in [("texts", UInt32(8)), ("integers", 5), ("numbers", 6)] {
            guard case .list(let list) = metadata["test.\(key)"] else {
                Issue.record("test.\(key) is no list")
                continue
            }
            #expect(list.elementType == type)
            #expect(list.count == (key == "numbers" ? 2 : 3))
        }
    }

    @Test(arguments: [UInt32(2), 3]) func bothVersionsAreRead(version: UInt32) throws {
        var bytes = GGUFBytes()
        bytes.version = version
        bytes.alignment = 64
        bytes.add("general.alignment", 64)
        bytes.addTensor("a", [1, 2, 3, 4, 5, 6], rows: 2)
        bytes.addTensor("b", [7])
        let folder = try ScratchDirectory()
        try bytes.data.write(to: folder.url.appending(path: "file"))
        let file = try GGUFFile(path: folder.path("file"))
        #expect(try file.tensor("a").shape == [2, 3])
        #expect(try file.tensor("a").scalars(as: Float.self) == [1, 2, 3, 4, 5, 6])
        #expect(try file.tensor("b").scalars(as: Float.self) == [7])
        #expect(GGUFFile.isOne(folder.path("file")))
        #expect(!GGUFFile.isOne(folder.url.path))
    }

    @Test func aMissingTensorIsNamed() throws {
        let file = try GGUFFile(path: LanguageFixture.path("GGUF/blocks.gguf"))
        let error = #expect(throws: GGUFError.self) { try file.tensor("none") }
        #expect(error?.problem == .missing("tensor 'none'"))
    }
}
