import Foundation
import Testing

@testable import CLIPData

/// Damage that an open index meets where it is read.
@Suite struct IndexReadingDamageTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    @Test func damageIsFoundWhereItIsRead() throws {
        try directory.writeShard("d/0.tar", start: 0, count: 10_000)
        let shards = try ShardList(directory.path + "/d/0.tar")
        _ = try ShardIndex.openOrBuild(shards)
        let whole = try directory.read("d/index.clipidx")
        // Identities lie before 80,000, fields from 160,000 on, keys at the end; none in a block of the last sample's.
        #expect(whole.count > 10 << 16)
        for place in [30_000, 500_000, whole.count - 1000] {
            var bytes = whole
            bytes[place] ^= 1
            try directory.write(bytes, "d/index.clipidx")
            let index = try ShardIndex.openOrBuild(shards, checkedBytes: 0)
            let data = try ShardDataset(shards, index: index)
            #expect(try data.field("txt", at: 9999)?.text == "caption 9999")
            var message = ""
            for position in 0..<data.count where message.isEmpty {
                _ = (data.identity(at: position), data.label(at: position))
                do {
                    _ = try data.field("txt", at: position)
                } catch let error as ShardError {
                    message = error.description
                }
            }
            #expect(message.contains("do not have their checksum. Run `clip data index --verify`"))
            // What follows fails, too, whatever it is.
            #expect(throws: ShardError.self) { try data.field("txt", at: 9999) }
            #expect(data.damage != nil)
            let mended = try ShardIndex.openOrBuild(
                shards,
                options: IndexOptions(verifies: true),
                checkedBytes: 0
            )
            #expect(mended.changes?.damage != nil && mended.changes?.isRenumbered == (place == 30_000))
            #expect(try directory.read("d/index.clipidx") == whole)
        }
    }

    @Test func anIndexThatIsEmptiedWhileItIsOpenIsAnError() throws {
        try directory.writeShard("d/0.tar", start: 0, count: 4000)
        let shards = try ShardList(directory.path + "/d/0.tar")
        let data = try ShardDataset(shards, index: ShardIndex.openOrBuild(shards, checkedBytes: 0))
        #expect(try data.field("txt", at: 0)?.text == "caption 0")
        #expect(truncate(data.index.path, 0) == 0)
        let error = #expect(throws: ShardError.self) {
            for position in 0..<data.count { _ = try data.field("txt", at: position) }
        }
        #expect(error?.description.contains("it was cut off before byte") == true)
        #expect(try ShardIndex.openOrBuild(shards).sampleCount == 4000)
    }
}
