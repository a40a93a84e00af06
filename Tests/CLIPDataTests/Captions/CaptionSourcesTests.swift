import Foundation
import Testing

@testable import CLIPData

/// Side files in the loader, and the report on what they cover.
@Suite struct CaptionSourcesTests {
    let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func side(
        _ name: String,
        _ rows: [String],
        _ change: (inout CaptionFileSettings) -> Void = { _ in }
    )
        throws -> CaptionSource
    {
        try directory.write(Array(rows.joined(separator: "\n").utf8), "\(name).jsonl")
        var settings = CaptionFileSettings(paths: ["\(directory.path)/\(name).jsonl"])
        change(&settings)
        return CaptionSource(name: name, origin: .file(try CaptionFile.open(settings)))
    }

    private func data(_ count: Int = 120) throws -> ShardDataset {
        try directory.writeShard("data/0.tar", start: 0, count: count) { sample, fields in
            if sample % 5 == 0 { fields[1].content = "short" }
            if sample % 2 == 0 {
                fields.append(("json", #"{"width": 1, "url": "http://x/\#(sample)"}"#))
            } else {
                fields.append(("url", "http://x/\(sample)\n"))
            }
        }
        return try ShardDataset.open([directory.path + "/data"])
    }

    @Test(arguments: [CaptionJoin.key, .url]) func rowsFindTheirSamples(join: CaptionJoin) throws {
        let data = try data()
        let prefix = join == .key ? "s" : "http://x/"
        // A third is missing; rows are in another order than samples.
        let rows = (0..<200).reversed().filter { $0 % 3 != 1 }.map {
            #"{"\#(join.rawValue)": "\#(prefix)\#($0)", "captions": ["first \#($0)", "x", "second \#($0)"]}"#
        }
        let policy = try CaptionPolicy(
            sources: [CaptionSource(field: "txt", name: "alt"), side("enriched", rows) { $0.join = join }],
            rule: .mix,
            weights: [0, 1],
            degenerate: DegenerateCaptions(minimumWords: 2)
        )
        var seen: Set<String> = []
        for threads in [1, 4] {
            let settings = LoaderSettings(batchSize: 60, captions: policy, threads: threads, seed: 2)
            for batch in try DataLoader(data, settings).take(8) {
                for row in 0..<batch.count {
                    let ordinal = Int(batch.ordinals[row])
                    let text = batch.captionText(row)
                    seen.insert(text)
                    let own = ordinal % 5 == 0 ? "short" : "caption \(ordinal)"
                    let isFromFile = batch.captionSources[row] == 1
                    #expect(
                        isFromFile ? text == "first \(ordinal)" || text == "second \(ordinal)" : text == own
                    )
                    #expect(ordinal % 3 != 1 || !isFromFile)
                }
            }
        }
        for start in ["first", "second", "caption"] { #expect(seen.contains { $0.hasPrefix(start) }) }

        let coverage = try CaptionCoverage.check(data, policy)
        #expect(!coverage.isEstimate && coverage.samples == 120 && coverage.damaged == 0)
        #expect(coverage.sources.map(\.usable) == [96, 80] && coverage.sources.map(\.degenerate) == [24, 0])
        #expect(coverage.sources[1].rows == rows.count && coverage.sources[1].texts == 160)
        #expect(coverage.sources[1].rowsWithoutSample == rows.count - 80)
        #expect(coverage.sources[1].samplesWithRow == (join == .key ? 80 : nil))
        #expect(coverage.combinations.map(\.count) == [64, 32, 16, 8])
        #expect(coverage.combinations.map(\.sources) == [["alt", "enriched"], ["alt"], ["enriched"], []])
        #expect(
            coverage.warnings.contains {
                $0.hasPrefix("33.3% of the samples have no caption from 'enriched'")
            }
        )
        #expect(coverage.lines[0] == "captions: alt 80.0%, enriched 66.7% of 120 samples")
        #expect(
            try CaptionCoverage.gather(data, policy, threads: 4)
                == CaptionCoverage.gather(data, policy, threads: 1)
        )
        let part = try CaptionCoverage.gather(data, policy, limit: 50, seed: 1)
        #expect(part.isEstimate && part.examined == 50 && part.sources[1].rowsWithoutSample == nil)
        #expect(part.lines[0].contains("drawn from 120"))
    }

    @Test func drawsDependOnNothingButTheVisit() throws {
        let data = try data()
        let rows = (0..<120).map { #"{"key": "s\#($0)", "caption": "enriched \#($0)"}"# }
        let policy = try CaptionPolicy(
            sources: [CaptionSource(field: "txt"), side("e", rows)],
            rule: .mix,
            weights: [0.5, 0.5]
        )
        func draws(_ threads: Int) throws -> [Batch] {
            try DataLoader(data, LoaderSettings(batchSize: 120, captions: policy, threads: threads, seed: 4))
                .take(3)
        }
        let batches = try draws(1)
        #expect(try draws(4).map(\.fingerprint) == batches.map(\.fingerprint))
        let epochs = batches.map { batch in
            (0..<120).map { batch.captionSources[batch.ordinals.firstIndex(of: Int64($0)) ?? 0] }
        }
        #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
        for epoch in epochs { #expect((35...85).contains(epoch.count { $0 == 0 })) }
    }

    @Test func allDegenerateTextsLeaveTheFirst() throws {
        let data = try data(10)
        let policy = try CaptionPolicy(
            sources: [
                side("e", [#"{"key": "s3", "caption": ["", "one", "two"]}"#]), CaptionSource(field: "txt"),
            ],
            rule: .uniform,
            degenerate: DegenerateCaptions(minimumWords: 5)
        )
        let batch = try #require(
            try DataLoader(data, LoaderSettings(batchSize: 10, captions: policy)).take(1).first
        )
        for row in 0..<10 {
            let ordinal = Int(batch.ordinals[row])
            let own = ordinal % 5 == 0 ? "short" : "caption \(ordinal)"
            #expect(batch.captionText(row) == (ordinal == 3 ? "one" : own))
        }
    }

    @Test func readsListsInJSON() throws {
        var tar = TestTar()
        tar.add("a.jpg", "0")
        tar.add("a.json", #"{"captions": ["one", " ", "two "], "mixed": ["x", 1]}"#)
        try directory.write(tar.closed, "data/0.tar")
        let data = try ShardDataset.open([directory.path + "/data"])
        func texts(_ field: String) throws -> [String] {
            try CaptionReader.texts(of: CaptionSource(field: field), at: 0, in: data)
        }
        #expect(try texts("json:captions") == ["one", "", "two"])
        #expect(try texts("json:mixed") == ["x"] && texts("json:none") == [])
        let all = CaptionReader(policy: try CaptionPolicy(fields: ["json:captions"], rule: .all))
        let found = try all.captions(of: 0, in: data, random: CounterRandom(seed: 0, purpose: .caption))
        #expect(found.map(\.text) == ["one", "two"])
    }

    @Test func aFileThatFitsNothingIsNamed() throws {
        let data = try data()
        func failure(_ rows: [String], _ join: CaptionJoin) throws -> String {
            let policy = try CaptionPolicy(sources: [side("e", rows) { $0.join = join }])
            do {
                _ = try CaptionCoverage.check(data, policy)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let keys = try failure([#"{"key": "http://x/1", "caption": "x"}"#], .key)
        #expect(
            keys.contains("0 of 120 keys match")
                && keys.contains("first key is 'http://x/1', the data's first key is 's0'")
        )
        #expect(keys.hasSuffix("Did you mean `join: url`?"))
        let urls = try failure([#"{"url": "s1", "caption": "x"}"#], .url)
        #expect(urls.contains("0 of 120 URLs match") && urls.hasSuffix("Did you mean `join: key`?"))
        #expect(try failure([#"{"url": "http://y/1", "caption": "x"}"#], .url).hasSuffix("one data set."))
        // A field beside a side file has to be there.
        let policy = try CaptionPolicy(
            sources: [CaptionSource(field: "alt.txt"), side("f", [#"{"key": "s1", "caption": "x"}"#])]
        )
        #expect(throws: ShardError.self) { try CaptionCoverage.check(data, policy) }
        #expect(throws: ShardError.self) {
            try DataLoader(data, LoaderSettings(batchSize: 1, captions: policy))
        }
    }

    @Test func sharedKeysAreRefusedUnlessTheSamplesAgree() throws {
        for number in 0..<2 {
            try directory.writeShard("data/\(number).tar", start: 0, count: 4) { sample, fields in
                if sample == 2 { fields[1].content = "caption of \(number)" }
            }
        }
        let data = try ShardDataset.open([directory.path + "/data"])
        func check(_ key: String, _ fields: [String]) throws {
            let file = try side("e-\(key)", [#"{"key": "\#(key)", "caption": "x"}"#])
            let policy = try CaptionPolicy(sources: fields.map { CaptionSource(field: $0) } + [file])
            _ = try CaptionCoverage.check(data, policy)
        }
        try check("s1", ["txt"])
        #expect(throws: CaptionFileError.self) { try check("s1", []) }
        do {
            try check("s2", ["txt"])
            Issue.record("no error")
        } catch let error as CaptionFileError {
            #expect(
                error.description.contains("'s2'")
                    && error.description.contains("/data/0.tar' and another in '")
            )
        }
    }
}
