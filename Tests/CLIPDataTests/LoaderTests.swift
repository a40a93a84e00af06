import Foundation
import Testing

@testable import CLIPData

@Suite struct LoaderTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func data(
        _ count: Int = 100,
        in folder: String = "a",
        change: (Int, inout [(suffix: String, content: String)]) -> Void = { _, _ in }
    ) throws -> ShardDataset {
        for shard in 0..<4 {
            try directory.writeShard(
                "\(folder)/\(shard).tar",
                start: shard * count / 4,
                count: count / 4,
                change: change
            )
        }
        return try ShardDataset.open([directory.path + "/" + folder])
    }

    private func settings(_ batchSize: Int = 8, threads: Int = 2) throws -> LoaderSettings {
        LoaderSettings(batchSize: batchSize, captions: try CaptionPolicy(), threads: threads, seed: 3)
    }

    @Test func fillsBatches() throws {
        let loader = try DataLoader(data(), settings())
        let batches = try loader.take(25)
        #expect(batches.map(\.position) == Array(stride(from: 0, to: 200, by: 8)))
        #expect(batches.allSatisfy { $0.count == 8 && $0.captionsPerImage == 1 && $0.waited >= 0 })
        let ordinals = batches.flatMap(\.ordinals)
        #expect(Set(ordinals[..<100]).count == 100 && Set(ordinals[100...]).count == 100)
        #expect(
            batches.flatMap(\.visits) == [Int64](repeating: 0, count: 100) + [Int64](repeating: 1, count: 100)
        )
        for batch in batches {
            for row in 0..<8 {
                #expect(batch.captionText(row) == "caption \(batch.ordinals[row])")
                #expect(batch.images.withUnsafeBytes { Int64($0[row * 6]) } == batch.ordinals[row])
                #expect(batch.captionKeys[row] == CaptionKey.of("caption \(batch.ordinals[row])"))
            }
        }
        #expect(loader.counters.batches == 25 && loader.counters.rows == 200)
    }

    @Test func aSampleIsCroppedDifferentlyInEachEpoch() throws {
        let batches = try DataLoader(data(), settings(100)).take(2)
        let crops = batches.map { batch in
            batch.images.withUnsafeBytes { bytes in
                Dictionary(uniqueKeysWithValues: (0..<100).map { (batch.ordinals[$0], bytes[$0 * 6 + 1]) })
            }
        }
        #expect(crops[0].count { crops[1][$0.key] != $0.value } > 90)
    }

    @Test func batchesDoNotDependOnThreads() throws {
        let data = try data { sample, fields in
            if sample % 9 == 0 { fields[0].content = "?" }
            fields.append(("title.txt", "title \(sample)"))
        }
        var settings = try settings()
        settings.maximumBadSampleRate = 1
        settings.captions = try CaptionPolicy(
            fields: ["txt", "title.txt"],
            rule: .weighted,
            weights: [1, 2],
            captionsPerImage: 1
        )
        var results: [[String]] = []
        for (threads, prefetch) in [(1, 1), (4, 5)] {
            settings.threads = threads
            settings.prefetch = prefetch
            results.append(try DataLoader(data, settings, isUneven: true).take(30).map(\.fingerprint))
        }
        #expect(results[0] == results[1])
    }

    @Test func ranksShareTheGlobalBatch() throws {
        let data = try data()
        let whole = try DataLoader(data, settings(12)).take(20)
        for ranks in [2, 3] {
            var parts: [[Batch]] = []
            for rank in 0..<ranks {
                var settings = try settings(12)
                settings.rank = rank
                settings.ranks = ranks
                parts.append(try DataLoader(data, settings).take(20))
            }
            for step in 0..<20 {
                #expect(parts.flatMap { $0[step].ordinals } == whole[step].ordinals)
                #expect(parts.allSatisfy { $0[step].position == whole[step].position })
            }
        }
    }

    @Test func resumesAnywhere() throws {
        let data = try data { sample, fields in if sample % 13 == 5 { fields[0].content = "x" } }
        let all = try DataLoader(data, settings()).take(40).map(\.fingerprint)
        let loader = try DataLoader(data, settings())
        for step in [17, 3, 38] {
            loader.start(at: step * 8)
            #expect(try loader.take(2).map(\.fingerprint) == Array(all[step..<step + 2]))
        }
    }

    @Test func badSamplesAreReplacedAndOtherRowsStay() throws {
        let good = try DataLoader(data(), settings()).take(12)
        let loader = try DataLoader(
            data(in: "b") { sample, fields in
                switch sample {
                case 10: fields[0].content = "broken"
                case 20: fields[1].content = "  \n"
                case 30: fields.remove(at: 1)
                case 40: fields.remove(at: 0)
                default: break
                }
            },
            settings()
        )
        let bad = try loader.take(12)
        let broken: Set<Int64> = [10, 20, 30, 40]
        for (before, after) in zip(good, bad) {
            #expect(after.count == 8)
            for row in 0..<8 where !broken.contains(before.ordinals[row]) {
                #expect(before.ordinals[row] == after.ordinals[row])
            }
            #expect(broken.isDisjoint(with: after.ordinals))
        }
        let table = loader.counters.faults
        for kind in [FaultKind(rawValue: "not a number"), .emptyCaption, .missingCaption, .missingImage] {
            #expect((table.counts[kind] ?? 0) >= 1)
        }
        let example = try #require(table.examples[.emptyCaption]?.first)
        #expect(example.label.key == "s20" && example.ordinal == 20)
        #expect(good[example.position / 8].ordinals[example.position % 8] == 20 || table.total > 4)
    }

    @Test func stopsWhenTooManySamplesAreBad() throws {
        var settings = try settings()
        settings.badSampleWindow = 40
        let loader = try DataLoader(
            data { sample, fields in if sample % 3 == 0 { fields[1].content = "" } },
            settings
        )
        let error = #expect(throws: LoaderError.self) {
            while let batch = try loader.next() { #expect(batch.position < 100) }
        }
        let text = "\(try #require(error))"
        #expect(text.contains("samples are bad") && text.contains("× empty caption, first 's"))
        #expect(throws: LoaderError.self) { try loader.next() }
    }

    @Test func stopsAtOnceWhenEverySampleIsBad() throws {
        let data = try data { _, fields in fields[0].content = "x" }
        let loader = try DataLoader(data, settings())
        let error = #expect(throws: LoaderError.self) { try loader.next() }
        #expect("\(try #require(error))".contains("65 × not a number"))
    }

    @Test func stopsAtOnceWhenAFieldHasAnotherName() throws {
        let data = try data { _, fields in fields[1].suffix = "caption" }
        let error = #expect(throws: ShardError.self) { try DataLoader(data, settings()) }
        #expect("\(try #require(error))".contains("expected 'txt', found 'caption' (100×)"))
    }

    @Test func evaluatesInOrderWithAllCaptions() throws {
        let data = try data(20) { sample, fields in
            if sample % 2 == 0 { fields.append(("title.txt", "title \(sample)")) }
            if sample == 7 { fields[0].content = "broken" }
        }
        var settings = try settings()
        settings.order = .sequential
        settings.captions = try CaptionPolicy(fields: ["txt", "title.txt"], rule: .all)
        let loader = try DataLoader(data, settings)
        var batches: [Batch] = []
        while let batch = try loader.next() { batches.append(batch) }
        #expect(batches.map(\.count) == [7, 8, 4])
        #expect(batches.map(\.nextPosition) == [8, 16, 20])
        #expect(batches.flatMap(\.ordinals) == (0..<20).filter { $0 != 7 })
        #expect(batches[0].captionOffsets == [0, 2, 3, 5, 6, 8, 9, 11])
        #expect(batches[1].captionText(1) == "title 8" && batches[1].captionSources[..<2] == [0, 1])
        // Rows behind the one that is left out have moved up, pixels too.
        let pixels = batches.flatMap { batch in
            batch.images.withUnsafeBytes { bytes in (0..<batch.count).map { Int64(bytes[$0 * 6]) } }
        }
        #expect(pixels == batches.flatMap(\.ordinals))
        #expect(loader.counters.faults.total == 1)
        #expect(try loader.next() == nil)
    }

    @Test func givesSeveralCaptionsPerImage() throws {
        let data = try data(20) { sample, fields in fields.append(("title.txt", "title \(sample)")) }
        var settings = try settings(5)
        settings.captions = try CaptionPolicy(
            fields: ["txt", "title.txt"],
            rule: .uniform,
            captionsPerImage: 2
        )
        let batch = try #require(try DataLoader(data, settings).next())
        #expect(batch.captionsPerImage == 2 && batch.captionCount == 10)
        #expect(batch.captionOffsets == [0, 2, 4, 6, 8, 10])
        for row in 0..<5 { #expect(Set(batch.captionSources[2 * row..<2 * row + 2]) == [0, 1]) }
    }

    @Test func stopsCleanly() async throws {
        let loader = try DataLoader(data(), settings(), isUneven: true)
        _ = try loader.next()
        loader.shutdown()
        loader.shutdown()
        #expect(throws: LoaderError.self) { try loader.next() }
        loader.start(at: 16)
        #expect(try loader.next()?.position == 16)
        // Dropped while its threads work: they end, and the memory that a batch holds stays valid.
        var dropped: DataLoader? = try DataLoader(data(in: "b"), settings(), isUneven: true)
        let batch = try #require(try dropped?.next())
        dropped = nil
        #expect(batch.images.withUnsafeBytes { Int64($0[0]) } == batch.ordinals[0])
    }

    @Test func refusesSettingsOutOfRange() throws {
        let data = try data()
        let changes: [(inout LoaderSettings) -> Void] = [
            { $0.batchSize = 0 }, { $0.threads = 0 }, { $0.ranks = 3 }, { $0.rank = 1 }, { $0.prefetch = 0 },
            { $0.imageFields = [] }, { $0.maximumBadSampleRate = .nan }, { $0.stage = -1 },
        ]
        for change in changes {
            var settings = try settings()
            change(&settings)
            #expect(throws: LoaderError.self) { try DataLoader(data, settings) }
        }
    }

    @Test func memoryIsReused() throws {
        let allocator = PageableAllocator(keptBlocks: 2)
        let first = allocator.allocate(byteCount: 100).baseAddress
        #expect(allocator.allocate(byteCount: 100).baseAddress == first)
        let held = [allocator.allocate(byteCount: 100), allocator.allocate(byteCount: 100)]
        #expect(held[0].baseAddress != held[1].baseAddress)
        #expect(Int(bitPattern: allocator.allocate(byteCount: 7).baseAddress) % 64 == 0)
    }
}
