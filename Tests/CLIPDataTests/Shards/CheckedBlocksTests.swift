import Foundation
import LocalFiles
import Testing

@Suite struct CheckedBlocksTests {
    private let directory: TestDirectory
    private let content: [UInt8]

    init() throws {
        directory = try TestDirectory()
        content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8 ^ $0 >> 16) }
        try directory.write(content, "f")
    }

    private func blocks(sums: [UInt64]? = nil, limit: Int) throws -> CheckedBlocks {
        let file = try SharedFile(reading: URL(fileURLWithPath: directory.path + "/f"))
        return CheckedBlocks(file, 100..<content.count, sums: sums ?? self.sums(), residentLimit: limit)
    }

    private func sums(pieces: [Int] = [1 << 20]) -> [UInt64] {
        var sums = BlockSums()
        var start = 100
        var number = 0
        while start < content.count {
            let end = min(content.count, start + pieces[number % pieces.count])
            content[start..<end].withUnsafeBytes { sums.combine($0) }
            start = end
            number += 1
        }
        return sums.finish()
    }

    private func read(_ blocks: CheckedBlocks, _ range: Range<Int>) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            try blocks.read(
                range,
                into: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]
                )
            )
            count = range.count
        }
    }

    @Test func sumsDoNotDependOnThePieces() {
        #expect(sums().count == 5)
        for pieces in [[1], [7, 65_536], [65_535, 1, 100_000], [33]] {
            #expect(sums(pieces: pieces) == sums())
        }
    }

    @Test(arguments: [0, 1 << 20])
    func readsAcrossBlocks(limit: Int) throws {
        let blocks = try blocks(limit: limit)
        for range in [100..<101, 65_635..<65_637, 1000..<250_000, 299_999..<300_000, 500..<500] {
            #expect(try read(blocks, range) == Array(content[range]))
        }
        try blocks.requireAll()
    }

    @Test(arguments: [0, 1 << 20])
    func oneBitSpoilsItsBlockOnly(limit: Int) throws {
        for place in [100, 65_635, 65_636, 140_000, 299_999] {
            var bytes = content
            bytes[place] ^= 128
            try directory.write(bytes, "f")
            let blocks = try blocks(limit: limit)
            let block = (place - 100) >> 16
            for number in 0..<5 {
                let start = 100 + number << 16
                let range = start..<min(content.count, start + 9)
                if number == block {
                    let error = #expect(throws: BlockFault.self) { try read(blocks, range) }
                    #expect("\(try #require(error))".hasPrefix("its bytes \(start) to "))
                } else {
                    #expect(try read(blocks, range) == Array(content[range]))
                }
            }
            #expect(throws: BlockFault.self) { try blocks.requireAll() }
        }
    }

    @Test(arguments: [0, 1 << 20])
    func whatIsCutOffIsAnError(limit: Int) throws {
        let blocks = try blocks(limit: limit)
        _ = try read(blocks, 100..<200)
        #expect(truncate(directory.path + "/f", 0) == 0)
        let error = #expect(throws: BlockFault.self) { try read(blocks, 200_000..<200_010) }
        #expect("\(try #require(error))".hasPrefix("it was cut off before byte"))
        if limit > 0 { #expect(try read(blocks, 300..<310) == Array(content[300..<310])) }
    }

    @Test func blocksThatChangedPlacesAreFound() throws {
        var bytes = content
        let size = BlockSums.blockBytes
        bytes.replaceSubrange(100..<100 + size, with: content[100 + size..<100 + 2 * size])
        bytes.replaceSubrange(100 + size..<100 + 2 * size, with: content[100..<100 + size])
        try directory.write(bytes, "f")
        let blocks = try blocks(limit: 0)
        #expect(throws: BlockFault.self) { try read(blocks, 100..<101) }
    }
}
