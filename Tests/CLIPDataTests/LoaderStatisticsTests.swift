import Testing

@testable import CLIPData

@Suite struct LoaderStatisticsTests {
    @Test func countsWhatIsThere() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 600) { sample, fields in
            if sample < 3 { fields[1].content = ["The same", " the  SAME", "the same\n"][sample] }
            if sample == 5 { fields[1].content = " " }
            if sample == 6 { fields.remove(at: 0) }
            if sample == 7 { fields[0].content = "broken" }
            if sample % 2 == 0 { fields.append(("title.txt", "a title of \(sample)")) }
        }
        let data = try ShardDataset.open([directory.path])
        struct Bad: Error {}
        let results = try [1, 4].map { threads in
            try DataStatistics.gather(
                data,
                captions: ["txt", "title.txt"],
                threads: threads,
                countTokens: { $0.utf8.count }
            ) { bytes, _ in
                guard let number = Int(String(decoding: bytes, as: UTF8.self)) else { throw Bad() }
                return ProbedImage(format: number % 2 == 0 ? "even" : "odd", width: number + 1, height: 10)
            }
        }
        #expect(results[0] == results[1])
        let statistics = results[0]
        #expect(statistics.samples == 600 && statistics.examined == 600)
        #expect(statistics.fields == ["jpg": 599, "txt": 600, "title.txt": 300])
        #expect(statistics.captions.map(\.present) == [599, 300])
        #expect(statistics.captions.map(\.blank) == [1, 0])
        #expect(statistics.samplesWithoutCaption == 1)
        #expect(
            statistics.coverage == [
                .init(fields: ["txt", "title.txt"], samples: 300), .init(fields: ["txt"], samples: 299),
                .init(fields: [], samples: 1),
            ]
        )
        #expect(statistics.captions[1].words.mean == 4)
        #expect(statistics.captions[0].characters.maximum == "caption 599".count)
        #expect(statistics.captions[0].tokens?.minimum == "the same".count)
        #expect(statistics.captionsThatRepeat == 3)
        #expect(statistics.mostRepeated == [.init(text: "The same", count: 3)])
        let images = try #require(statistics.images)
        #expect(images.formats == ["even": 299, "odd": 299])
        #expect(images.missing == 1 && images.unreadable == 1)
        #expect(images.width.maximum == 600 && images.shortSide.percentiles["p50"] == 10)
    }

    @Test func looksAtASpreadOfSamples() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 40)
        let statistics = try DataStatistics.gather(
            ShardDataset.open([directory.path]),
            limit: 4,
            probe: { bytes, _ in
                ProbedImage(format: String(decoding: bytes, as: UTF8.self), width: 1, height: 1)
            }
        )
        #expect(statistics.examined == 4)
        #expect(statistics.images?.formats == ["0": 1, "10": 1, "20": 1, "30": 1])
    }

    @Test func percentiles() {
        let distribution = Distribution(Dictionary(uniqueKeysWithValues: (1...100).map { ($0, 1) }))
        #expect(distribution.mean == 50.5 && distribution.minimum == 1 && distribution.maximum == 100)
        #expect(distribution.percentiles == ["p5": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95, "p99": 99])
        #expect(Distribution([:]).mean == 0)
    }
}
