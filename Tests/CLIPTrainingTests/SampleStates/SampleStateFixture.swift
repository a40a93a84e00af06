import CLIPObjectives
import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Ordinals without data.
struct FakeNumbering: SampleNumbering {
    var ordinalCount: Int
    var seed: UInt64 = 1

    func identity(ofOrdinal ordinal: Int) -> UInt64 { CounterRandom.mix(seed &+ UInt64(ordinal)) }
}

/// A run that changes states as training does, each step a function of its number.
final class SampleStateFixture {
    var count = 40
    var width = 2
    /// Changes in one step.
    var batch = 6
    let folder: TemporaryDirectory
    let run: URL
    var directory: SampleStateDirectory

    init(in folder: TemporaryDirectory? = nil, run name: String = "run") throws {
        self.folder = try folder ?? TemporaryDirectory()
        run = self.folder.url.appending(path: name)
        directory = SampleStateDirectory(run: run)
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    }

    /// Works on a run that lies there.
    init(run: URL, folder: TemporaryDirectory) {
        self.folder = folder
        self.run = run
        directory = SampleStateDirectory(run: run)
    }

    var numbering: FakeNumbering { FakeNumbering(ordinalCount: count) }
    var checkpoints: CheckpointStore { CheckpointStore(run: run) }

    func url(_ name: String) -> URL { directory.url.appending(path: name) }

    func create() throws -> StoredSampleStates { try directory.create(width: width, numbering: numbering) }

    func resume(_ step: Int, fresh: Bool = false) throws -> StoredSampleStates {
        try directory.resume(width: width, numbering: numbering, step: step, fresh: fresh)
    }

    /// The changes of a step; some ordinals come twice, and some numbers depend on those before.
    func step(_ number: Int, _ states: some SampleStates) throws {
        let ordinals = (0..<batch).map { row in
            Int64(CounterRandom.mix(UInt64(number * 1000 + row)) % UInt64(count))
        }
        let old = try states.read(ordinals)
        let new = old.enumerated().map { $1 * 0.5 + Float(number) + Float($0) / 64 }
        try states.write(new, at: ordinals)
    }

    /// All records after a number of steps, computed in memory.
    func reference(_ steps: Int) throws -> [Float] {
        let states = MemorySampleStates(count: count, width: width)
        for number in 0..<steps { try step(number + 1, states) }
        return try all(states)
    }

    func all(_ states: some SampleStates) throws -> [Float] {
        try states.read((0..<Int64(states.count)).map { $0 })
    }

    /// Saves and prunes as a trainer does.
    func save(_ step: Int, _ states: StoredSampleStates, keep: Int = 2) throws {
        try states.checkpoint(step: step)
        try checkpoints.write(TrainingPosition(step: step)) { _ in }
        try checkpoints.prune(keep: keep)
        try states.prune(keeping: checkpoints.checkpoints().map(\.step))
    }

    /// Takes steps, with a checkpoint after each multiple of `every`.
    func train(_ steps: ClosedRange<Int>, every: Int = 3, _ states: StoredSampleStates) throws {
        for number in steps {
            try step(number, states)
            if number % every == 0 { try save(number, states) }
        }
    }

    /// What a process that is killed now would leave.
    func copy() throws -> SampleStateFixture {
        let copy = folder.url.appending(path: "copy-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: run, to: copy)
        let fixture = SampleStateFixture(run: copy, folder: folder)
        fixture.count = count
        fixture.width = width
        fixture.batch = batch
        return fixture
    }

    func remove() throws { try FileManager.default.removeItem(at: run) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

    /// Names and contents below `states/`, but for the bitmap.
    func contents() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try bytes($0)) })
            .filter { $0.key != "journalled.bits" }
    }
}
