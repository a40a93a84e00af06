import CLIPModels
import CLIPObjectives
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Files that an earlier build wrote (`scripts/fixtures/make_old_run.sh`): an index of shards, and two runs that look as if
/// they had crashed at their last step.
@Suite struct OldRunTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let packed = fixtures.appending(path: "Fixtures/old-run/old-run.tar.gz")
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", packed.path, "-C", folder.url.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
    }

    private func url(_ name: String) -> URL { folder.url.appending(path: "old-run/\(name)") }

    /// The recipe names its files relative to the folder in which the run was started.
    private func nameFiles(of run: String) throws {
        let file = url("\(run)/recipe.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        for name in ["shards/train.tar", "model.json"] {
            text = text.replacing(": \(name)\n", with: ": \"\(url(name).path)\"\n")
        }
        try Data(text.utf8).write(to: file)
    }

    private func metrics(_ run: String) throws -> [[String: Double]] {
        try String(contentsOf: url("\(run)/metrics.jsonl"), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode([String: Double].self, from: Data($0.utf8))
        }
    }

    private func records(_ run: String, step: Int) throws -> [Float] {
        try SampleStateView(SampleStateDirectory(run: url(run)), width: 2, step: step).read(Array(0..<12))
    }

    @Test(arguments: ["fastclip", "neuclip"])
    func isResumed(run: String) throws {
        try nameFiles(of: run)
        let before = try metrics(run)
        let index = try Data(contentsOf: url("shards/index.clipidx"))
        let keepsRecords = run == "fastclip"
        // The journals of both steps lead back, too.
        let known = try keepsRecords ? records(run, step: 6) : []
        func digest(_ step: Int) throws -> RecordDigest? {
            try JournalReader(url("\(run)/states/journal-\(step).bin")).header.digest
        }
        if keepsRecords {
            #expect(try records(run, step: 3) != known)
            #expect(try digest(3) == nil)
            // The name that the gradient had.
            let recipe = try String(contentsOf: url("\(run)/recipe.yaml"), encoding: .utf8)
            #expect(recipe.contains("gradient: compat"))
            #expect(try Recipe(yaml: recipe).temperature.gradient == .fastclip2025)
        }

        // It was trained and evaluated on white before checkpoints said so.
        let model = url("\(run)/checkpoints/step-3/model").path
        #expect(try CheckpointDirectory(model).preprocessing.pixels == PixelReading(alpha: .white))

        let report = try TrainingRun.resume(
            directory: url(run),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(report.steps == 6)
        #expect(report.samples == 24)
        #expect(try CheckpointDirectory(url(run).path).preprocessing.pixels == PixelReading(alpha: .white))
        // What has something of this layout in it has its number, too.
        #expect(folder.names("old-run/\(run)").contains("run.json"))
        #expect(folder.names("old-run/\(run)/checkpoints") == ["step-3", "step-6"])
        let after = try metrics(run)
        #expect(after.count == before.count)
        for (old, new) in zip(before, after) {
            for name in ["train/loss", "train/batch_loss", "train/grad_norm", "train/scale", "train/lr"] {
                let (old, new) = (try #require(old[name]), try #require(new[name]))
                #expect(abs(old - new) <= 1e-4 * abs(old), "\(name)")
            }
        }
        if keepsRecords {
            #expect(try digest(3) != nil && digest(6) != nil)
            for (old, new) in zip(known, try records(run, step: 6)) {
                #expect(abs(old - new) <= 1e-4 * max(1, abs(old)))
            }
        }
        #expect(try Data(contentsOf: url("shards/index.clipidx")) == index)
    }

    @Test func theIndexIsReadAsItIs() throws {
        let shards = try ShardList([url("shards/train.tar").path])
        let index = try ShardIndex.open(shards)
        #expect(index.sampleCount == 12)
        #expect(index.shardCount == 1)
        let data = try ShardDataset(shards, index: index)
        #expect(data.count == 12)
        #expect(data.ordinalCount == 12)
        let keys = try (0..<12).map { try index.file.key(of: $0) }
        #expect(keys == (0..<12).map { ($0 < 10 ? "00" : "0") + "\($0)" })
    }
}
