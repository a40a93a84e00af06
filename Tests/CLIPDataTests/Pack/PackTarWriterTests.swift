import Foundation
import Testing

@testable import CLIPData

@Suite struct PackTarWriterTests {
    private func written(_ members: [(String, [UInt8])]) throws -> (
        bytes: [UInt8], end: (bytes: Int, sha256: String)
    ) {
        let fixture = try PackFixture()
        let path = fixture.folder + "/a.tar"
        var writer = try TarWriter(creating: path)
        for (name, content) in members { try writer.append(name: name, content: content) }
        let end = try writer.finish()
        return ([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), end)
    }

    @Test func headersAreThoseOfUstar() throws {
        let members: [(String, [UInt8])] = [("a.png", Array(0...255)), ("a.txt", []), ("b/c.txt", [1])]
        let (bytes, end) = try written(members)
        let read = try PlainTar.members(bytes)
        #expect(read.map(\.name) == ["a.png", "a.txt", "b/c.txt"])
        #expect(read.map(\.content) == members.map(\.1))
        #expect(Array(bytes[257..<265]) == Array("ustar\u{0}00".utf8))
        #expect(bytes[136..<147].allSatisfy { $0 == UInt8(ascii: "0") }, "no modification time")
        #expect(end.bytes == bytes.count && bytes.count % 10240 == 0)
    }

    @Test func theChecksumIsThatOfTheFile() throws {
        // sha256sum of 10,240 zero bytes: an archive without members.
        let (bytes, end) = try written([])
        #expect(bytes.count == 10240)
        #expect(end.sha256 == "84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652")
    }

    @Test(arguments: [
        String(repeating: "x", count: 100), String(repeating: "y", count: 101) + ".txt", "größe.txt",
        String(repeating: "é", count: 400) + ".png",
    ])
    func longAndForeignNamesComeBack(name: String) throws {
        let (bytes, _) = try written([(name, [7, 8]), ("after.txt", [9])])
        var names: [String] = []
        try bytes.withUnsafeBytes { raw in
            var reader = TarReader(raw, shard: "a.tar")
            while let member = try reader.next() { names.append(member.name) }
        }
        #expect(names == [name, "after.txt"])
    }

    @Test(arguments: [1, 80, 88, 89, 90, 91, 980, 989, 990, 991])
    func paxLengthsCountThemselves(count: Int) {
        let record = TarWriter.paxRecord(key: "path", value: String(repeating: "a", count: count))
        let stated = Int(String(decoding: record.prefix { $0 != 0x20 }, as: UTF8.self))
        #expect(stated == record.count)
    }

    @Test func anExistingFileIsNotOverwritten() throws {
        let fixture = try PackFixture()
        let path = try fixture.write([1, 2, 3], to: "a.tar")
        #expect(throws: ShardError.self) { _ = try TarWriter(creating: path) }
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
    }
}
