import Foundation
import Testing

@testable import CLIPData

/// A list that grows from one source to several keeps the numbers of the first.
@Suite struct GrowingListTests {
    typealias Kind = SourceFixture.Kind
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func other() throws -> String {
        try directory.write(Array("image,caption\nq.jpg,another\n".utf8), "e/o.csv")
        try directory.write(Array("q".utf8), "e/q.jpg")
        return directory.path + "/e/o.csv"
    }

    @Test(arguments: Kind.allCases)
    func theFirstSourceKeepsNumbersAndIdentities(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2, 3])
        _ = try source.open()
        // With a gap, so that a new scan would number otherwise.
        try source.write([0, 2, 3], seconds: 2000)
        let alone = try source.open()
        let rows = try alone.rows()
        #expect(rows != ["0: 0 caption 0", "1: 2 caption 2", "2: 3 caption 3"])
        let list = [source.path, try other()]
        let both = try ShardDataset.open(list)
        let next = alone.ordinalCount
        #expect(both.index.path != alone.index.path && both.index.changes == nil)
        #expect(try both.rows() == rows + ["\(next): q another"] && both.ordinalCount == next + 1)
        #expect(
            (0..<next).map { both.index.identity(ofOrdinal: $0) }
                == (0..<next).map { alone.index.identity(ofOrdinal: $0) }
        )
        // It is an index as any other from then on: edits, growth, what returns, and another source.
        let noted = try directory.read(String(both.index.path.dropFirst(directory.path.count + 1)))
        #expect(try ShardDataset.open(list).rows() == both.rows())
        #expect(try directory.read(String(both.index.path.dropFirst(directory.path.count + 1))) == noted)
        try source.write([0, 1, 2, 3, 4], seconds: 3000) { $0 == 0 ? "edited" : "caption \($0)" }
        let edited = try ShardDataset.open(list)
        let numbers = [0, 1, 2, 3, next + 1]
        #expect(
            try edited.rows()
                == numbers.enumerated().map { "\($1): \($0) \($0 == 0 ? "edited" : "caption \($0)")" }
                + ["\(next): q another"]
        )
        #expect(edited.index.identity(ofOrdinal: 3) == alone.index.identity(ofOrdinal: 3))
        try source.write([0, 1, 2, 3, 4, 5], seconds: 4000) { $0 == 0 ? "edited" : "caption \($0)" }
        #expect(try ShardDataset.open(list).rows()[5] == "\(next + 2): 5 caption 5")
        // The first source's own index is left as it was.
        try source.write([0, 2, 3], seconds: 2000)
        #expect(try source.open().rows() == rows)
    }

    /// An index of many shards gives the numbers up to the last shard that is listed, and nothing of what comes after it.
    @Test func whatIsNotListedIsLeftBehind() throws {
        for shard in 0..<4 { try directory.writeShard("d/\(shard).tar", start: shard * 10, count: 3) }
        let folder = directory.path + "/d"
        let all = try ShardDataset.open([folder])
        #expect(all.ordinalCount == 12)
        let first = try ShardDataset.open([folder + "/0.tar", other()])
        #expect(first.ordinalCount == 4 && first.index.shardCount == 2)
        #expect(try first.rows().last == "3: q another")
        try directory.remove("d/sources.clipidx")
        let third = try ShardDataset.open([folder + "/2.tar", other()])
        #expect(third.ordinalCount == 10 && third.index.shardCount == 4)
        #expect(
            try third.rows() == ["6: 20 caption 20", "7: 21 caption 21", "8: 22 caption 22", "9: q another"]
        )
        #expect(
            (6..<9).allSatisfy { third.index.identity(ofOrdinal: $0) == all.index.identity(ofOrdinal: $0) }
        )
    }

    @Test func onlyTheFirstSourceGivesItsNumbers() throws {
        let source = SourceFixture(.keyedTable, in: directory)
        try source.write([0, 1, 2])
        _ = try source.open()
        try source.write([1, 2], seconds: 2000)
        #expect(try source.open().rows() == ["1: 1 caption 1", "2: 2 caption 2"])
        let second = try ShardDataset.open([other(), source.path])
        #expect(try second.rows() == ["0: q another", "1: 1 caption 1", "2: 2 caption 2"])
        #expect(second.ordinalCount == 3)
        // A rebuild starts anew.
        let anew = try ShardDataset.open([source.path, other()], options: IndexOptions(rebuilds: true))
        #expect(try anew.rows() == ["0: 1 caption 1", "1: 2 caption 2", "2: q another"])
    }

    /// A source that is another by now is taken up in both indexes.
    @Test func theFirstIndexIsBroughtUpToDateFirst() throws {
        let source = SourceFixture(.folder, in: directory)
        try source.write([0, 1, 2])
        let alone = try source.open()
        let identities = (0..<3).map { alone.identity(at: $0) }
        let path = source.indexName
        var bytes = try directory.read(path)
        bytes[bytes.count - 3] ^= 1
        try directory.write(bytes, path)
        try source.write([1, 2, 5], seconds: 2000)
        let both = try ShardDataset.open([source.path, other()])
        #expect(
            try both.rows() == ["1: 1 caption 1", "2: 2 caption 2", "3: 5 caption 5", "4: q another"]
        )
        #expect((0..<3).map { both.index.identity(ofOrdinal: $0) } == identities)
        #expect(try source.open().ordinalCount == 4)
    }
}
