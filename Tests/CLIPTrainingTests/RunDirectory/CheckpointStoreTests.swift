import CLIPData
import CLIPModels
import Foundation
import LocalFiles
import Testing

@testable import CLIPTraining

@Suite struct CheckpointStoreTests {
    private let temporary: TemporaryDirectory
    private let store: CheckpointStore

    init() throws {
        temporary = try TemporaryDirectory()
        store = CheckpointStore(run: temporary.url)
    }

    @discardableResult
    private func save(_ step: Int, text: String = "weights") throws -> Checkpoint {
        try store.write(TrainingPosition(step: step, samples: step * 8)) { directory in
            try Data(text.utf8).write(to: directory.appending(path: "model.safetensors"))
            let inner = directory.appending(path: "optimizer")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            try Data("moments".utf8).write(to: inner.appending(path: "state"))
        }
    }

    @Test func writesWholeCheckpoints() throws {
        let position = TrainingPosition(
            step: 7,
            samples: 56,
            dataPosition: 56,
            stage: 1,
            elapsedSeconds: 1.25
        )
        let saved = try store.write(position) { try Data().write(to: $0.appending(path: "empty")) }
        #expect(temporary.names("checkpoints") == ["step-7"])
        #expect(temporary.names("checkpoints/step-7") == ["empty", "manifest.json", "state.json"])
        #expect(try saved.position() == position)
        try saved.verify()
        #expect(try store.newestValid()?.step == 7)
        let manifest = try CheckpointManifest(readFrom: saved.url)
        // SHA-256 of nothing.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(manifest.files.first == .init(path: "empty", bytes: 0, sha256: empty))
    }

    @Test func anEmptyRunHasNone() throws {
        #expect(try store.checkpoints().isEmpty)
        #expect(try store.newestValid() == nil)
    }

    @Test func stepsAreOrderedAsNumbers() throws {
        for step in [100, 9, 20] { try save(step) }
        #expect(try store.checkpoints().map(\.step) == [9, 20, 100])
    }

    private static let damages: [@Sendable (TemporaryDirectory, URL) throws -> Void] = [
        { temporary, _ in try temporary.corrupt("checkpoints/step-2/model.safetensors", at: 3) },
        { temporary, _ in try temporary.corrupt("checkpoints/step-2/optimizer/state", at: 0) },
        { temporary, _ in try temporary.corrupt("checkpoints/step-2/state.json", at: 5) },
        { temporary, _ in try temporary.corrupt("checkpoints/step-2/manifest.json", at: 0) },
        { _, url in try FileManager.default.removeItem(at: url.appending(path: "manifest.json")) },
        { _, url in try FileManager.default.removeItem(at: url.appending(path: "model.safetensors")) },
        { _, url in try Data("weigh".utf8).write(to: url.appending(path: "model.safetensors")) },
        { _, url in
            let other = url.deletingLastPathComponent().appending(path: "step-1/state.json")
            try FileManager.default.removeItem(at: url.appending(path: "state.json"))
            try FileManager.default.copyItem(at: other, to: url.appending(path: "state.json"))
        },
    ]

    @Test(arguments: damages.indices)
    func aDamagedNewestOneIsReportedAndPassedOver(index: Int) throws {
        try save(1)
        let newest = try save(2)
        try Self.damages[index](temporary, newest.url)
        var reports: [String] = []
        let found = try store.newestValid { reports.append($0.description) }
        #expect(found?.step == 1)
        #expect(reports.count == 1)
        #expect(reports.first?.contains("checkpoints/step-2 is damaged: ") == true, "\(reports)")
    }

    /// Of every file, the manifest included; a blank of its JSON that became another blank changes nothing.
    @Test func singleBitsAreFound() throws {
        let written = try store.write(TrainingPosition(step: 2, samples: 16)) { directory in
            for (name, size) in [("open_clip_model.safetensors", 3000), ("optimizer.safetensors", 2000)] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: CounterRandom.mix(UInt64($0))) }
                try Data(bytes).write(to: directory.appending(path: name))
            }
            try Data("seed: 1\nlength: 5 steps\n".utf8).write(to: directory.appending(path: "recipe.yaml"))
            try Data(#"{"embed_dim": 8}"#.utf8).write(to: directory.appending(path: "config.json"))
        }
        let manifest = try CheckpointManifest(readFrom: written.url)
        for (number, name) in (manifest.files.map(\.path) + [CheckpointManifest.name]).enumerated() {
            let file = written.url.appending(path: name)
            let good = try Data(contentsOf: file)
            for draw in 0..<(name == CheckpointManifest.name ? 80 : 30) {
                let bit = Int(CounterRandom.mix(UInt64(number * 1000 + draw)) % UInt64(8 * good.count))
                var data = good
                data[bit >> 3] ^= 1 << UInt8(bit & 7)
                try data.write(to: file)
                var isSame = false
                do {
                    if try store.newestValid() != nil {
                        isSame = try CheckpointManifest(readFrom: written.url) == manifest
                        #expect(isSame && name == CheckpointManifest.name, "bit \(bit) of \(name)")
                    }
                } catch is UnreadableFormat {
                    #expect(name == CheckpointManifest.name)
                }
            }
            try good.write(to: file)
        }
        #expect(try store.newestValid()?.step == 2)
    }

    @Test(arguments: ["objective.safetensors", "recipe.yaml", "ema/open_clip_model.safetensors"])
    func aFileThatWasAddedIsNotRead(name: String) throws {
        let saved = try save(2)
        try Data("mine".utf8).write(to: saved.url.appending(path: "notes.txt"))
        try saved.verify()
        let file = saved.url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data("other".utf8).write(to: file)
        let added = RunDirectoryError.damaged(
            path: saved.url.path,
            reason: "\(name) is not in manifest.json"
        )
        #expect(throws: added) { try saved.verify() }
    }

    @Test func aFailingWriterLeavesNoTrace() throws {
        try save(1)
        struct Failure: Error, CustomStringConvertible {
            var description: String { "the tensor has no storage" }
        }
        let error = #expect(throws: RunDirectoryError.self) {
            try store.write(TrainingPosition(step: 2)) { directory in
                try Data("half".utf8).write(to: directory.appending(path: "model.safetensors"))
                throw Failure()
            }
        }
        #expect(error?.description.contains("the tensor has no storage") == true)
        #expect(error?.description.contains("The checkpoint of step 1 is untouched.") == true)
        #expect(temporary.names("checkpoints") == ["step-1"])
        #expect(try store.newestValid()?.step == 1)
    }

    @Test func aFullDiskIsSaidSo() throws {
        try save(1)
        let error = #expect(throws: RunDirectoryError.self) {
            try store.write(TrainingPosition(step: 2)) { _ in
                // Every write to this device fails as on a full disk.
                let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
                try full.write(contentsOf: Data("weights".utf8))
            }
        }
        guard case .noSpace(step: 2, path: _, previous: 1) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(temporary.names("checkpoints") == ["step-1"])
    }

    @Test func aFullDiskInWordsOfAnotherLibraryIsSaidSo() throws {
        struct WriterError: Error { var reason = "write failed: No space left on device" }
        let error = #expect(throws: RunDirectoryError.self) {
            try store.write(TrainingPosition(step: 2)) { _ in throw WriterError() }
        }
        #expect(error?.description.hasPrefix("no space left for the checkpoint of step 2") == true)
        #expect(error?.description.contains("There is no earlier checkpoint.") == true)
    }

    @Test func anIntactCheckpointIsNotReplacedAndADamagedOneIs() throws {
        try save(1, text: "first")
        try save(1, text: "second")
        #expect(throws: RunDirectoryError.self) {
            try store.write(TrainingPosition(step: 1, samples: 9)) { _ in }
        }
        let file = temporary.url.appending(path: "checkpoints/step-1/model.safetensors")
        #expect(try String(contentsOf: file, encoding: .utf8) == "first")
        try temporary.corrupt("checkpoints/step-1/model.safetensors", at: 0)
        try save(1, text: "third")
        #expect(try String(contentsOf: file, encoding: .utf8) == "third")
    }

    @Test func pruningKeepsTheNewest() throws {
        for step in 1...4 { try save(step) }
        try store.prune(keep: 2)
        #expect(temporary.names("checkpoints") == ["step-3", "step-4"])
        try store.prune(keep: 0)
        #expect(temporary.names("checkpoints") == ["step-4"])
    }

    @Test func pruningNeverTakesTheLastGoodOne() throws {
        for step in 1...4 { try save(step) }
        try temporary.corrupt("checkpoints/step-4/model.safetensors", at: 0)
        try temporary.corrupt("checkpoints/step-3/model.safetensors", at: 0)
        try store.prune(keep: 1)
        #expect(try store.newestValid()?.step == 2)
        #expect(!temporary.names("checkpoints").contains("step-1"))
    }
}
