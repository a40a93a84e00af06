import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// An index that is not what was written is refused or made anew, never believed.
@Suite struct IndexDamageTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func rows(_ data: ShardDataset) throws -> [String] {
        try (0..<data.count).map {
            "\(data.ordinal(at: $0)) \(data.label(at: $0).key) \(data.identity(at: $0))"
        }
            + data.rows()
    }

    /// Shards whose order in the index is not that of their names.
    private func shards() throws -> [String] {
        for shard in 0..<2 { try directory.writeShard("d/\(shard).tar", start: shard * 10, count: 6) }
        let paths = [1, 0].map { "\(directory.path)/d/\($0).tar" }
        _ = try ShardDataset.open(paths)
        return paths
    }

    @Test(arguments: SourceFixture.Kind.allCases)
    func eachBitIsChecked(kind: SourceFixture.Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write(Array(0..<8))
        let good = try rows(source.open())
        let whole = try directory.read(source.indexName)
        var random = CounterRandom(seed: 3, purpose: .order)
        var told = 0
        for number in 0..<200 {
            var bytes = whole
            let bit = number < 64 ? number : random.index(below: bytes.count * 8)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try directory.write(bytes, source.indexName)
            let data = try source.open()
            #expect(try rows(data) == good, "bit \(bit)")
            #expect(try directory.read(source.indexName) == whole, "bit \(bit)")
            if data.index.changes?.damage != nil { told += 1 }
        }
        #expect(told == 200)
    }

    @Test func anIndexThatWasCutIsMadeAnew() throws {
        let paths = try shards()
        let whole = try directory.read("d/index.clipidx")
        for length in [0, 3, 7, 8, 127, 128, 300, whole.count - 1] {
            try directory.write(Array(whole[..<length]), "d/index.clipidx")
            #expect(throws: ShardError.self, "\(length) bytes") {
                try ShardIndex(path: directory.path + "/d/index.clipidx")
            }
            let data = try ShardDataset.open(paths)
            #expect(data.index.changes?.damage != nil)
            // Header, list of shards and identities come first, and are enough.
            #expect(data.index.changes?.isRenumbered == (length < whole.count - 1))
            #expect(try directory.read("d/index.clipidx") == whole, "\(length) bytes")
        }
    }

    /// Also of shards that nobody asked for now, and in another order than the list's.
    @Test func numbersOutliveDamageOfOtherParts() throws {
        let paths = try shards()
        let good = try rows(ShardDataset.open(paths))
        let file = try IndexFile(directory.path + "/d/index.clipidx")
        let whole = try directory.read("d/index.clipidx")
        #expect(file.byteCount < 1 << 16)
        // Of more than one block.
        try directory.writeShard("d/2.tar", start: 100, count: 3000)
        _ = try ShardDataset.open([directory.path + "/d/2.tar"])
        var bytes = try directory.read("d/index.clipidx")
        #expect(bytes.count > 3 << 16 && bytes.count > whole.count)
        bytes[bytes.count - (1 << 14)] ^= 16
        try directory.write(bytes, "d/index.clipidx")
        let data = try ShardDataset.open([paths[1]])
        let changes = try #require(data.index.changes)
        #expect(changes.damage?.contains("do not have their checksum") == true && !changes.isRenumbered)
        #expect(
            "\(changes)".hasPrefix("the index was made anew, since its bytes")
                && "\(changes)".hasSuffix("; samples keep their numbers")
        )
        #expect(try rows(ShardDataset.open(paths)) == good)
        let third = try ShardDataset.open([directory.path + "/d/2.tar"])
        #expect(third.ordinal(at: 0) == 12 && third.index.changes == nil)
        #expect(try third.field("txt", at: 2999)?.text == "caption 3099")
        // A shard that was away meanwhile is read again when it is back.
        let content = try directory.read("d/0.tar")
        try directory.remove("d/0.tar")
        try directory.write(bytes, "d/index.clipidx")
        _ = try ShardDataset.open([paths[0]])
        try directory.write(content, "d/0.tar")
        #expect(try rows(ShardDataset.open(paths)) == good)
    }

    /// Where in an index with gaps a bit is wrong, and whether numbers can be kept.
    enum Part: CaseIterable { case header, shardTable, fieldStarts, sums, end }

    @Test(arguments: Part.allCases)
    func whatIsLostIsSaid(part: Part) throws {
        let source = SourceFixture(.keyedTable, in: directory)
        try source.write([0, 1, 2, 3])
        let whole = try source.open()
        func damage() throws {
            var bytes = try directory.read(source.indexName)
            let file = Data(bytes)
            let (metadata, sums) = (Int(CheckedFile.word(5, of: file)), Int(CheckedFile.word(9, of: file)))
            switch part {
            case .header: bytes[17] ^= 4
            case .shardTable: bytes[128 + metadata / 2] ^= 4
            case .fieldStarts: bytes[128 + (metadata + 7) / 8 * 8 + 8 * whole.ordinalCount + 2] ^= 4
            case .sums: bytes[sums + 3] ^= 4
            case .end: bytes.removeLast(20)
            }
            try directory.write(bytes, source.indexName)
        }
        // Nothing was ever taken out: made anew, it is the same to the byte.
        let good = try directory.read(source.indexName)
        try damage()
        let again = try source.open()
        #expect(try directory.read(source.indexName) == good)
        let isLost = part == .header || part == .shardTable
        #expect(again.index.changes?.isRenumbered == isLost)
        let words = "\(try #require(again.index.changes))"
        #expect(words.hasPrefix("the index was made anew, since "))
        #expect(
            words.hasSuffix(
                isLost
                    ? "; samples are numbered again in the order of the list, which gives them the numbers that they had if nothing came or went since the data was first indexed; a run that keeps state of each sample refuses to go on with others"
                    : "; samples keep their numbers"
            )
        )
        // Where something was, numbers are kept as far as they can be read.
        try source.write([0, 2, 3], seconds: 2000)
        _ = try source.open()
        try damage()
        let numbers = try source.open().rows().map { $0.first }
        #expect(numbers == (isLost ? ["0", "1", "2"] : ["0", "2", "3"]))
    }

    @Test func withoutIdentitiesTheOldOrderCounts() throws {
        let paths = try shards()
        let good = try rows(ShardDataset.open(paths))
        let whole = try directory.read("d/index.clipidx")
        let index = try ShardIndex(path: directory.path + "/d/index.clipidx")
        let identity = withUnsafeBytes(of: index.identity(ofOrdinal: 7)) { Array($0) }
        let place = try #require(whole.indices.first { whole[$0...].starts(with: identity) })
        for (place, isRenumbered) in [(place, true), (place + 300, false)] {
            var bytes = whole
            bytes[place] ^= 1
            try directory.write(bytes, "d/index.clipidx")
            let data = try ShardDataset.open(paths.reversed())
            #expect(data.index.changes?.isRenumbered == isRenumbered)
            #expect(try rows(ShardDataset.open(paths)) == good)
        }
    }
}
