import Foundation
import Testing

@testable import CLIPData

/// Tars that were cut, joined or stored with holes.
@Suite struct TarEndTests {
    /// The samples of a tar's file, or the error of opening it.
    private func open(_ bytes: [UInt8], keepsReadable: Bool = false) throws -> (ShardDataset, TestDirectory) {
        let directory = try TestDirectory()
        try directory.write(bytes, "s.tar")
        let options = IndexOptions(threads: 1, keepsReadable: keepsReadable)
        return (try ShardDataset.open([directory.path + "/s.tar"], options: options), directory)
    }

    private func tar(_ numbers: Range<Int>) -> TestTar {
        var tar = TestTar()
        for number in numbers {
            tar.add("s\(number).jpg", [UInt8](repeating: UInt8(number + 1), count: 300 * number + 9))
            tar.add("s\(number).txt", "caption \(number)")
        }
        return tar
    }

    @Test func everyCutIsNoticedOrBetweenTwoMembers() throws {
        let whole = tar(0..<5)
        let ends = Set(stride(from: 0, through: whole.bytes.count, by: 512)).filter { end in
            (try? TestTar.read(Array(whole.bytes[..<end]))) != nil
        }
        // Ten members, and the empty file.
        #expect(ends.count == 11)
        for end in stride(from: 97, to: whole.closed.count, by: 97) {
            let cut = Array(whole.closed[..<end])
            guard end < whole.bytes.count, !ends.contains(end) else {
                #expect(try open(cut).0.count >= 1)
                continue
            }
            let error = #expect(throws: ShardError.self, "\(end)") { try open(cut) }
            guard case .tar(let damage)? = error else { continue }
            let kept = (try? open(cut, keepsReadable: true))?.0.count ?? 0
            #expect(damage.wholeSamples == kept, "\(end)")
            let words = damage.description
            #expect(words.contains("the file ends"), "\(words)")
            #expect(words.contains("whole sample") == (kept > 0), "\(words)")
        }
    }

    @Test func aMissingEndMarkIsRemarkedOn() throws {
        let tar = tar(0..<2)
        func notes(_ bytes: [UInt8]) throws -> [String] {
            let (data, directory) = try open(bytes)
            return withExtendedLifetime(directory) { data.notes }
        }
        #expect(try notes(tar.closed) == [])
        #expect(try notes(tar.closed + [UInt8](repeating: 0, count: 9000)) == [])
        for end in [0, 512, 1023] {
            let notes = try notes(tar.bytes + [UInt8](repeating: 0, count: end))
            #expect(notes.count == 1 && notes[0].contains("ends without the two blocks of zeros"), "\(end)")
        }
        // Zeros of the last member are no mark.
        var zeros = tar
        zeros.add("s9.bin", [UInt8](repeating: 0, count: 4096))
        #expect(try notes(zeros.bytes).count == 1)
        #expect(try notes(zeros.closed).isEmpty)
    }

    @Test func joinedTarsAreReadToTheLast() throws {
        let joined =
            tar(0..<2).closed + tar(2..<3).closed + [UInt8](repeating: 0, count: 4096) + tar(3..<5).closed
        let (data, directory) = try open(joined)
        #expect((0..<5).map { data.label(at: $0).key } == ["s0", "s1", "s2", "s3", "s4"])
        #expect(try data.field("txt", at: 4)?.text == "caption 4")
        #expect(withExtendedLifetime(directory) { data.notes } == [])
        // A global header is one archive's own.
        var first = TestTar()
        first.add("pax", TestTar.pax("path", "all.jpg"), kind: "g")
        first.add("a.jpg", "1")
        #expect(
            try TestTar.read(first.closed + tar(0..<1).closed).map(\.name) == ["all.jpg", "s0.jpg", "s0.txt"]
        )
    }

    @Test func whatFollowsTheEndAndIsNoTarIsRefused() throws {
        let error = #expect(throws: ShardError.self) {
            try open(tar(0..<2).closed + [UInt8](repeating: 7, count: 700))
        }
        #expect(error?.description.contains("behind the end of the archive stands something") == true)
        // A hole inside of a member looks so, too.
        var holed = tar(0..<5).closed
        for place in 1024..<1024 + 5 * 512 { holed[place] = 0 }
        #expect(throws: ShardError.self) { try open(holed) }
    }

    @Test(arguments: [5, 700]) func whatStandsBeforeTheEndMarkIsWhole(count: Int) throws {
        let bytes = tar(0..<2).closed + [UInt8](repeating: 7, count: count)
        try bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws -> Void in
            var scanner = SampleScanner(bytes, shard: "x.tar")
            #expect(try scanner.next() != nil)
            #expect(try scanner.next() != nil)
            let error = #expect(throws: TarError.self) { try scanner.next() }
            guard case .foreignTail? = error?.problem else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(arguments: [
        ["--format=gnu"], ["--format=pax", "--sparse-version=0.0"], ["--format=pax", "--sparse-version=0.1"],
        ["--format=pax", "--sparse-version=1.0"],
    ])
    func sparseMembersAreNamedAndRefused(format: [String]) throws {
        let directory = try TestDirectory()
        try directory.write([], "in/a.jpg")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.path + "/in/a.jpg"))
        for offset in [0, 400_000, 4_000_000] as [UInt64] {
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data([1]))
        }
        try file.close()
        try directory.write(Array("a caption".utf8), "in/a.txt")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/tar")
        process.arguments =
            format + ["--sparse", "--hole-detection=raw", "-C", directory.path + "/in", "-cf"]
            + [directory.path + "/t.tar", "a.jpg", "a.txt"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let error = #expect(throws: ShardError.self) { try ShardDataset.open([directory.path + "/t.tar"]) }
        #expect(
            error?.description.contains("'a.jpg' is a sparse file") == true,
            "\(error?.description ?? "-")"
        )
    }

    @Test func partsOfOtherVolumesAreRefused() throws {
        var tar = tar(0..<1)
        tar.add("s1.jpg", "rest", kind: "M")
        let error = #expect(throws: ShardError.self) { try open(tar.closed) }
        #expect(error?.description.contains("'s1.jpg' is the rest of a file from another volume") == true)
    }
}
