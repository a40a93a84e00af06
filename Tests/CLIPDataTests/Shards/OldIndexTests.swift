import Foundation
import Testing

@testable import CLIPData

/// Indexes of format 2, which has no checksums of blocks, no hashes of texts and no times of folders.
@Suite struct OldIndexTests {
    typealias Kind = SourceFixture.Kind
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func old(_ kind: Kind) throws -> (SourceFixture, [UInt8]) {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        _ = try source.open()
        try CheckedFile.makeOld(index: "\(directory.path)/\(source.indexName)")
        #expect(try IndexFile("\(directory.path)/\(source.indexName)").formatNumber == 2)
        return (source, try directory.read(source.indexName))
    }

    @Test(arguments: Kind.allCases)
    func isReadAsItIs(kind: Kind) throws {
        let (source, bytes) = try old(kind)
        let data = try source.open()
        #expect(try data.rows() == ["0: 0 caption 0", "1: 1 caption 1", "2: 2 caption 2"])
        #expect(try directory.read(source.indexName) == bytes)
    }

    @Test(arguments: Kind.allCases)
    func touchedDataIsComparedEntryByEntry(kind: Kind) throws {
        let (source, _) = try old(kind)
        let opened = try source.open()
        let identities = (0..<3).map { opened.identity(at: $0) }
        try source.write([0, 1, 2], seconds: 2000)
        let touched = try source.open()
        #expect(touched.index.changes == nil)
        #expect((0..<3).map { touched.identity(at: $0) } == identities)
        try source.write([0, 1, 2, 3], seconds: 3000) { $0 == 1 ? "another 1" : "caption \($0)" }
        let edited = try source.open()
        #expect((0..<3).map { edited.index.identity(ofOrdinal: $0) } == identities)
        #expect(try edited.rows()[1] == "1: 1 another 1" && edited.ordinalCount == 4)
        #expect(edited.index.file.formatNumber == 3)
    }

    @Test(arguments: Kind.allCases)
    func verifyingBringsItUpToDate(kind: Kind) throws {
        let (source, _) = try old(kind)
        let verified = try source.open(verifies: true)
        #expect(verified.index.changes == nil)
        #expect(try verified.rows() == ["0: 0 caption 0", "1: 1 caption 1", "2: 2 caption 2"])
        #expect(
            verified.index.file.formatNumber == 3 || kind == .csv || kind == .keyedTable || kind == .jsonl
        )
    }

    @Test func whatMakesNoSenseIsNotFollowed() throws {
        let (source, bytes) = try old(.tar)
        var random = CounterRandom(seed: 4, purpose: .order)
        for _ in 0..<200 {
            var copy = bytes
            let place = 128 + random.index(below: bytes.count - 128)
            copy[place] ^= 1 << UInt8(random.index(below: 8))
            try directory.write(copy, source.indexName)
            guard let data = try? source.open() else { continue }
            for position in 0..<data.count {
                _ = data.label(at: position)
                _ = try? data.field("txt", at: position)?.text
            }
        }
    }
}
