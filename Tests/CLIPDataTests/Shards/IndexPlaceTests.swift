import Foundation
import RemoteFiles
import Testing

@testable import CLIPData

/// An index belongs to what it indexes.
@Suite struct IndexPlaceTests {
    typealias Kind = SourceFixture.Kind
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func source(_ kind: Kind, _ samples: [Int]) throws -> SourceFixture {
        let source = SourceFixture(kind, in: directory)
        try source.write(samples)
        return source
    }

    @Test(arguments: Kind.allCases)
    func eachKindHasItsPlace(kind: Kind) throws {
        let source = try source(kind, [0, 1])
        let shards = try ShardList(source.path)
        #expect(ShardIndex.defaultPath(of: shards) == "\(directory.path)/\(source.indexName)")
        #expect(try source.open().index.path == "\(directory.path)/\(source.indexName)")
        #expect(directory.exists(source.indexName))
        let others = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        #expect(others.filter { $0.contains("clipidx") } == [source.indexName])
        // The index is no part of what it indexes.
        #expect(try source.open().summary.ignoredMembers == 0)
        #expect(try source.open().index.changes == nil)
    }

    @Test func sourcesInOneFolderDoNotDisturbEachOther() throws {
        let all = try Kind.allCases.map { try source($0, [0, 1, 2]) }
        let numbers = try all.map { try $0.open().rows() }
        #expect(try all.allSatisfy { try $0.open().ordinalCount == 3 })
        for rebuilt in all {
            let options = IndexOptions(rebuilds: true)
            _ = try ShardDataset.open([rebuilt.path], options: options)
            try rebuilt.write([0, 1, 2], seconds: 2000)
            #expect(try all.map { try $0.open().rows() } == numbers)
            #expect(try all.allSatisfy { try $0.open().index.changes == nil })
        }
    }

    @Test func aRebuildForSomeShardsKeepsTheNumbersOfOthers() throws {
        for shard in 0..<2 { try directory.writeShard("d/\(shard).tar", start: shard * 10, count: 3) }
        let paths = (0..<2).map { "\(directory.path)/d/\($0).tar" }
        _ = try ShardDataset.open([paths[0]])
        let second = try ShardDataset.open([paths[1]]).rows()
        #expect(second[0] == "3: 10 caption 10")
        try directory.writeShard("d/0.tar", start: 1, count: 5)
        let rebuilt = try ShardDataset.open([paths[0]], options: IndexOptions(rebuilds: true))
        #expect(try rebuilt.rows().prefix(3) == ["1: 1 caption 1", "2: 2 caption 2", "6: 3 caption 3"])
        #expect(try ShardDataset.open([paths[1]]).rows() == second)
        // With all of them, or where the others are gone, it starts anew.
        let anew = try ShardDataset.open([paths[1], paths[0]], options: IndexOptions(rebuilds: true))
        #expect(try anew.rows().first == "0: 10 caption 10" && anew.ordinalCount == 8)
        try directory.remove("d/1.tar")
        let alone = try ShardDataset.open([paths[0]], options: IndexOptions(rebuilds: true))
        #expect(alone.ordinalCount == 5 && alone.index.changes == nil)
    }

    @Test func aMixedListHasAnIndexOfItsOwn() throws {
        let sources = try [Kind.csv, .folder, .tar].map { try source($0, [0, 1]) }
        let alone = try sources.map { try $0.open().rows() }
        let mixed = try ShardDataset.open(sources.map(\.path))
        #expect(mixed.index.path == directory.path + "/d/sources.clipidx" && mixed.ordinalCount == 6)
        #expect(try mixed.rows().map { $0.first } == ["0", "1", "2", "3", "4", "5"])
        #expect(try sources.map { try $0.open().rows() } == alone)
    }

    /// Earlier builds kept all of a folder's data, and folders beside it, in one index.
    @Test(arguments: [Kind.csv, .jsonl, .folder])
    func anIndexInTheOldPlaceKeepsItsNumbers(kind: Kind) throws {
        let all = try [Kind.keyedTable, kind].map { try source($0, [0, 1, 2]) }
        let old = directory.path + "/d/index.clipidx"
        for source in all { _ = try ShardDataset.open([source.path], index: old) }
        try CheckedFile.makeOld(index: old)
        let before = try directory.read("d/index.clipidx")
        let data = try all[1].open()
        #expect(data.index.path == old && data.ordinalCount == 6 && data.count == 3)
        #expect(try data.rows() == ["3: 0 caption 0", "4: 1 caption 1", "5: 2 caption 2"])
        #expect(try directory.read("d/index.clipidx") == before)
        let identities = (0..<3).map { data.identity(at: $0) }
        // It goes on being used, and what changes is written in the new format.
        try all[1].write([0, 2, 7], seconds: 2000)
        let edited = try all[1].open()
        #expect(edited.index.path == old && edited.identity(at: 0) == identities[0])
        #expect(try IndexFile(old).formatNumber == 3 && !directory.exists(all[1].indexName))
        #expect(try all[0].open().rows().first == "0: 0 caption 0")
        // A table that the old index does not know has one of its own.
        let other = try source(kind == .csv ? .jsonl : .csv, [0])
        #expect(try other.open().index.path == "\(directory.path)/\(other.indexName)")
    }

    @Test(arguments: Kind.allCases)
    func aFolderThatCannotBeWrittenTo(kind: Kind) throws {
        let source = try source(kind, [0, 1, 2])
        let shards = try ShardList(source.path)
        var settings = RemoteDataSettings()
        settings.cache = CacheSettings(directory: directory.path + "/cache")
        let options = IndexOptions(remote: RemoteData(settings: settings))
        let home = directory.path + "/d"
        func rows(writable: Bool = false) throws -> (ShardIndex, [String]) {
            let index = try ShardIndex.openOrBuild(shards, options: options, checkedBytes: 4 << 20) {
                (writable || !$0.hasPrefix(home)) && IndexPlace.canWrite(in: $0)
            }
            return (index, try ShardDataset(shards, index: index).rows())
        }
        let (first, numbers) = try rows()
        #expect(
            first.path.hasPrefix(directory.path + "/cache/indexes/") && !directory.exists(source.indexName)
        )
        // It stays, so that numbers do when data grows in front.
        let written = try Data(contentsOf: URL(fileURLWithPath: first.path))
        #expect(try rows().0.changes == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: first.path)) == written)
        if kind != .csv {
            try source.write([9, 0, 1, 2], seconds: 2000)
            let (second, grown) = try rows()
            #expect(second.path == first.path && grown == numbers + ["3: 9 caption 9"])
            // Once the folder can be written to, the index moves there.
            let (third, moved) = try rows(writable: true)
            #expect(third.path == "\(directory.path)/\(source.indexName)" && moved == grown)
        }
    }

    /// An index is opened as it is, without a look into the data.
    @Test(arguments: Kind.allCases)
    func anIndexThatIsThereIsOpenedWithoutAScan(kind: Kind) throws {
        let source = try source(kind, [0, 1, 2])
        let shards = try ShardList(source.path)
        let cache = directory.path + "/cache"
        func staleness() -> String {
            let error = #expect(throws: ShardError.self) { try ShardIndex.present(shards, cache: cache) }
            guard case .staleIndex(_, let reason) = error else { return "\(String(describing: error))" }
            return reason
        }
        #expect(staleness() == "there is no such file")
        #expect(!directory.exists("cache"))
        let rows = try source.open().rows()
        #expect(
            try ShardDataset(shards, index: ShardIndex.present(shards, cache: cache)).rows() == rows
        )
        // The same content with another time would have to be read.
        try source.write([0, 1, 2], seconds: 2000)
        #expect(staleness().contains("another size or time"))
        try FileManager.default.removeItem(atPath: "\(directory.path)/\(source.indexName)")
        // In the cache, where nothing could be written beside the data.
        var settings = RemoteDataSettings()
        settings.cache = CacheSettings(directory: cache)
        let options = IndexOptions(remote: RemoteData(settings: settings))
        let index = try ShardIndex.openOrBuild(shards, options: options, checkedBytes: 4 << 20) {
            !$0.hasPrefix(directory.path + "/d") && IndexPlace.canWrite(in: $0)
        }
        #expect(try ShardIndex.present(shards, cache: cache).path == index.path)
        #expect(
            try ShardDataset(shards, index: ShardIndex.present(shards, cache: cache)).rows() == rows
        )
    }

    @Test func aCacheThatCannotBeWrittenToIsReplacedByTheTemporaryFolder() throws {
        let source = try source(.csv, [0, 1])
        let index = try ShardIndex.openOrBuild(ShardList(source.path), checkedBytes: 4 << 20) {
            $0 + "/" == NSTemporaryDirectory() || $0 == NSTemporaryDirectory()
        }
        defer { try? FileManager.default.removeItem(atPath: index.path) }
        #expect(index.path.hasPrefix(NSTemporaryDirectory()) && !index.path.hasPrefix(directory.path))
    }
}
