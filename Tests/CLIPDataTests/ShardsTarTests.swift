import Foundation
import Testing

@testable import CLIPData

@Suite struct ShardsTarTests {
    @Test func readsMembersInOrder() throws {
        var tar = TestTar()
        tar.add("a.txt", "hello")
        tar.add("dir/", "", kind: "5")
        tar.add("link", "", kind: "2")
        tar.add("b.txt", String(repeating: "x", count: 513))
        tar.add("empty", "")
        let members = try TestTar.read(tar.closed)
        #expect(members.map(\.name) == ["a.txt", "b.txt", "empty"])
        #expect(members.map(\.size) == [5, 513, 0])
        #expect(
            String(decoding: tar.bytes[members[0].offset..<members[0].offset + 5], as: UTF8.self) == "hello"
        )
    }

    @Test func readsLongNames() throws {
        let long = String(repeating: "d/", count: 120) + "name.jpg"
        var tar = TestTar()
        tar.add("x.jpg", "1", prefix: "some/prefix")
        tar.add("././@LongLink", long + "\0", kind: "L")
        tar.add("cut", "2")
        tar.add("pax", TestTar.pax("mtime", "1.5") + TestTar.pax("path", long), kind: "x")
        tar.add("cut", "3")
        tar.add("next.jpg", "4")
        #expect(try TestTar.read(tar.closed).map(\.name) == ["some/prefix/x.jpg", long, long, "next.jpg"])
    }

    @Test func aPaxSizeReplacesTheHeaders() throws {
        var tar = TestTar()
        tar.add("pax", TestTar.pax("size", "700"), kind: "x")
        tar.bytes += TestTar.header("big", size: 0) + [UInt8](repeating: 7, count: 1024)
        tar.add("after", "x")
        #expect(try TestTar.read(tar.closed).map(\.size) == [700, 1])
    }

    @Test func readsWhatTheSystemsTarWrites() throws {
        let directory = try TestDirectory()
        let deep = String(repeating: "long-directory-name/", count: 8)
        for (number, name) in ["a.txt", deep + "b.txt"].enumerated() {
            try directory.write(Array("content \(number)".utf8), "in/" + name)
        }
        for format in ["gnu", "pax", "ustar", "v7"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/tar")
            let names = format == "v7" ? ["a.txt"] : ["a.txt", deep + "b.txt"]
            process.arguments =
                ["--format=\(format)", "-C", directory.path + "/in", "-cf", directory.path + "/t.tar"] + names
            try process.run()
            process.waitUntilExit()
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.path + "/t.tar")))
            #expect(try TestTar.read(bytes).map(\.name) == names, "\(format)")
        }
    }

    @Test(arguments: [0x61, 0x7F, 0x80, 0xFF] as [UInt8])
    func acceptsSumsOfSignedAndUnsignedBytes(filler: UInt8) {
        var header = TestTar.header("a.txt", size: 5)
        for place in 160..<257 { header[place] = filler }
        func fits(_ sum: Int) -> Bool {
            let digits = String(String(sum + 0o10_000_000, radix: 8).dropFirst(2))
            header.replaceSubrange(148..<156, with: Array((digits + "\0 ").utf8))
            return header.withUnsafeBytes { TarHeader($0).checksumFits }
        }
        header.replaceSubrange(148..<156, with: repeatElement(UInt8(ascii: " "), count: 8))
        let unsigned = header.reduce(0) { $0 + Int($1) }
        let signed = header.reduce(0) { $0 + Int(Int8(bitPattern: $1)) }
        #expect(fits(unsigned))
        // A negative sum cannot be written.
        if signed >= 0 { #expect(fits(signed)) }
        for wrong in [unsigned - 1, unsigned + 1, unsigned + 256, unsigned - 0o10000] where wrong != signed {
            #expect(!fits(wrong))
        }
    }

    @Test func namesShardAndOffsetOfDamage() throws {
        var tar = TestTar()
        tar.add("a.txt", "hello")
        tar.add("b.txt", String(repeating: "x", count: 600))
        func problem(_ bytes: [UInt8]) -> TarError? {
            do {
                _ = try TestTar.read(bytes)
                return nil
            } catch {
                return error as? TarError
            }
        }
        #expect(
            problem(Array(tar.bytes[..<1600]))
                == TarError(
                    shard: "s.tar",
                    offset: 1024,
                    problem: .truncatedMember(name: "b.txt", needed: 600, have: 64)
                )
        )
        #expect(
            problem(Array(tar.bytes[..<1100]))
                == TarError(shard: "s.tar", offset: 1024, problem: .truncatedHeader(have: 76))
        )
        var damaged = tar.closed
        damaged[1030] ^= 1
        #expect(problem(damaged) == TarError(shard: "s.tar", offset: 1024, problem: .badChecksum))
        #expect(
            problem([0x1F, 0x8B] + [UInt8](repeating: 1, count: 600))
                == TarError(shard: "s.tar", offset: 0, problem: .compressed("gzip"))
        )
        let compressed = TarError(shard: "s.tar", offset: 0, problem: .compressed("gzip"))
        #expect(compressed.description.contains("rename it to end in .tar.gz"))
        #expect(problem(Array("this is a text file".utf8))?.problem == .truncatedHeader(have: 19))
        // A file that ends after a whole member has lost nothing that can be known; what ends in its padding was cut.
        #expect(problem(tar.bytes) == nil)
        #expect(
            problem(tar.bytes.dropLast(100))
                == TarError(
                    shard: "s.tar",
                    offset: 1024,
                    problem: .truncatedPadding(name: "b.txt", missing: 100)
                )
        )
    }

    @Test func refusesHostileSizes() throws {
        for size in [UInt64(1) << 33, .max >> 1, 1 << 62] {
            let error = #expect(throws: TarError.self) {
                try TestTar.read(TestTar.header("huge", size: size) + [UInt8](repeating: 0, count: 2048))
            }
            #expect(error?.problem == .hostileSize(name: "huge", size: size, limit: TarReader.memberLimit))
            #expect(error?.description.hasSuffix("; fetch or write the shard anew.") == true)
        }
        var negative = TestTar.header("n", size: 1 << 40)
        negative[124] = 0xFF
        #expect(throws: TarError.self) { try TestTar.read(negative) }
        #expect(throws: TarError.self) { try TestTar.read(TestTar.header("l", size: 1 << 21, kind: "L")) }
        for record in [
            "99 path=x\n", "0 path=x\n", "-5 path=x\n", "11 path=abcd", "9 pathxx\n", "12 size=-1x\n",
        ] {
            var tar = TestTar()
            tar.add("pax", record, kind: "x")
            tar.add("a", "b")
            #expect(throws: TarError.self, "\(record)") { try TestTar.read(tar.closed) }
        }
    }

    @Test func survivesMutations() throws {
        var tar = TestTar()
        tar.add("././@LongLink", String(repeating: "n", count: 200) + ".jpg\0", kind: "L")
        tar.add("cut", "2")
        tar.add("pax", TestTar.pax("path", "k.txt") + TestTar.pax("size", "3"), kind: "x")
        tar.add("cut", "abc")
        tar.add("a.jpg", "x")
        let whole = tar.closed
        var random = CounterRandom(seed: 7, purpose: .order)
        var refused = 0
        for _ in 0..<1500 {
            var bytes = whole
            for _ in 0...random.index(below: 3) {
                let place = random.index(below: bytes.count)
                bytes[place] = UInt8(truncatingIfNeeded: random.next())
                // Half of the time the checksum fits again, so that the damage gets past it.
                if random.index(below: 2) == 0 { Self.repairChecksum(&bytes, block: place / 512) }
            }
            if random.index(below: 4) == 0 { bytes.removeLast(random.index(below: bytes.count)) }
            do {
                for member in try TestTar.read(bytes) {
                    #expect(member.offset >= 512 && member.offset + member.size <= bytes.count)
                }
            } catch {
                refused += 1
                #expect(error is TarError)
            }
        }
        #expect(refused > 100)
    }

    private static func repairChecksum(_ bytes: inout [UInt8], block: Int) {
        let start = block * 512
        for place in 148..<156 { bytes[start + place] = UInt8(ascii: " ") }
        let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
        let digits = Array(String(sum, radix: 8).utf8)
        let field = [UInt8](repeating: UInt8(ascii: "0"), count: 6 - digits.count) + digits + [0, 32]
        bytes.replaceSubrange(start + 148..<start + 156, with: field)
    }

    @Test(arguments: [
        ("a.jpg", "a", "jpg"), ("dir.x/a.b.TXT", "dir.x/a", "b.txt"), ("./k.png", "k", "png"),
        ("../../etc/passwd.txt", "../../etc/passwd", "txt"), ("a.json.gz", "a", "json.gz"),
    ])
    func splitsNames(name: String, key: String, suffix: String) throws {
        let split = try #require(SampleScanner.split(name))
        #expect(split.key == key && split.suffix == suffix)
    }

    @Test(arguments: ["nosuffix", ".hidden", "dir/.hidden.jpg", "a.", "d.x/y", "__meta__.json", ""])
    func ignoresOtherNames(name: String) {
        #expect(SampleScanner.split(name) == nil)
    }

    @Test func groupsSamples() throws {
        var tar = TestTar()
        for name in ["a.jpg", "README", "a.txt", "b.jpg", "b.txt", "b.jpg", "a.txt"] { tar.add(name, name) }
        let samples = try tar.closed.withUnsafeBytes { bytes in
            var scanner = SampleScanner(bytes, shard: "s.tar")
            var samples: [ScannedSample] = []
            while let sample = try scanner.next() { samples.append(sample) }
            #expect(scanner.ignored == 1)
            return samples
        }
        #expect(samples.map(\.key) == ["a", "b", "b", "a"])
        #expect(
            samples.map { $0.fields.map(\.suffix) } == [["jpg", "txt"], ["jpg", "txt"], ["jpg"], ["txt"]]
        )
    }
}
