import Testing

@testable import CLIPData

/// What recipes of `fields` drew before there were sources, as hashes; made with the code of that time.
@Suite struct CaptionGoldenTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Three captions; the second is missing now and then, the third blank, the first both.
    private func data() throws -> ShardDataset {
        try directory.writeShard("0.tar", start: 0, count: 120) { sample, fields in
            if sample % 11 == 3 { fields[1].content = " " }
            if sample % 3 != 1 { fields.append(("title.txt", "title \(sample)")) }
            fields.append(("json", #"{"caption": "\#(sample % 4 == 2 ? "" : "json \(sample)")"}"#))
        }
        return try ShardDataset.open([directory.path])
    }

    private func draws(_ policy: CaptionPolicy, _ data: ShardDataset, threads: Int) throws -> UInt64 {
        let settings = LoaderSettings(batchSize: 40, captions: policy, threads: threads, seed: 5)
        var hash = StableHash()
        for batch in try DataLoader(data, settings).take(12) {
            for (key, source) in zip(batch.captionKeys, batch.captionSources) {
                hash.combine(key)
                hash.combine(UInt64(source))
            }
        }
        return hash.value
    }

    @Test(arguments: [1, 4]) func recipesOfFieldsDrawAsEver(threads: Int) throws {
        let fields = ["txt", "title.txt", "json:caption"]
        let policies = [
            try CaptionPolicy(fields: fields, rule: .first),
            try CaptionPolicy(fields: fields, rule: .uniform),
            try CaptionPolicy(fields: fields, rule: .weighted, weights: [1, 2.5, 0.25]),
            try CaptionPolicy(fields: fields, rule: .first, captionsPerImage: 2),
            try CaptionPolicy(fields: fields, rule: .uniform, captionsPerImage: 2),
            try CaptionPolicy(fields: fields, rule: .weighted, weights: [3, 1, 1], captionsPerImage: 4),
        ]
        let data = try data()
        let expected: [UInt64] = [
            5_634_182_463_560_379_739, 1_405_871_905_515_911_266, 864_696_510_528_665_117,
            517_882_572_967_577_162, 16_263_307_589_532_799_404, 12_078_293_579_069_950_310,
        ]
        let found = try policies.map { try draws($0, data, threads: threads) }
        #expect(found == expected, "\(found)")
    }
}
