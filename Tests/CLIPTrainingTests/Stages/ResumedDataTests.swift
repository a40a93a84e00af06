import Foundation
import Testing

@testable import CLIPTraining

/// What decides which samples come changes in a run only by name.
@Suite struct ResumedDataTests {
    @Test(arguments: [
        ("batch: 8", "batch: 4", "batch", "batch=4"), ("seed: 1", "seed: 2", "seed", "seed=2"),
        ("shuffle: auto", "shuffle: blocks", "data.shuffle", "data.shuffle=blocks"),
        (
            "imageFields: [jpg, jpeg, png, webp]", "imageFields: [png]", "data.imageFields",
            "data.imageFields=[png]"
        ),
    ])
    func anEditedRecipeIsRefusedWithWhatItMeans(old: String, new: String, key: String, set: String) throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps"])
        try fixture.edit("run", old, new)
        let files = try fixture.files()
        let error = #expect(throws: ResumeError.self) { try fixture.resume(["length=5 steps"]) }
        guard case .edited(let recipe, 3, let changes)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(recipe.hasSuffix("run/recipe.yaml") && changes.map(\.key) == [key])
        #expect(error?.description.contains("--set '\(set)'") == true, "\(error!)")
        #expect(try fixture.files() == files)
        // Named, it is what is done.
        let text = try fixture.messages(of: ["length=5 steps", set])
        #expect(text.contains("\(key) is ") && text.contains("from step 3 on"), "\(text)")
        #expect(try fixture.resume(["length=6 steps"]).steps == 6)
    }

    @Test func anEditOfAnythingElseIsTaken() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps"])
        try fixture.edit("run", "length: 3 steps", "length: 5 steps")
        try fixture.edit("run", "weightDecay: 0.2", "weightDecay: 0.1")
        #expect(try fixture.resume().steps == 5)
    }

    @Test func whatWasNamedOnceIsNotAskedAgain() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps"])
        try FileManager.default.copyItem(
            at: fixture.url("run/checkpoints/step-3"),
            to: fixture.url("step-3")
        )
        try fixture.resume(["length=5 steps", "batch=4"])
        // As if it had been killed before its first checkpoint with the new batch.
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints"))
        try FileManager.default.createDirectory(
            at: fixture.url("run/checkpoints"),
            withIntermediateDirectories: true
        )
        try FileManager.default.moveItem(at: fixture.url("step-3"), to: fixture.url("run/checkpoints/step-3"))
        #expect(try fixture.resume().samples == 3 * 8 + 2 * 4)
    }

    @Test func aStageToComeMayChange() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.staged("{name: a, length: 3 steps}, {name: b, length: 2 steps, batch: 10}")
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-5"))
        try fixture.edit("run", "batch: 10", "batch: 4")
        #expect(try fixture.resume().samples == 3 * 8 + 2 * 4)
    }

    /// A run over a glob, so that its data can change under one name.
    private func globbed() throws -> (fixture: TrainingFixture, name: String) {
        let fixture = try TrainingFixture()
        let name = "data.train='\(fixture.url("train-*.tar").path)'"
        try fixture.train([name, "length=3 steps"])
        return (fixture, name)
    }

    @Test func dataThatGrewIsRefusedUnlessItIsNamed() throws {
        let (fixture, name) = try globbed()
        try fixture.addShard("train-2.tar", numbers: 40..<48)
        let files = try fixture.files()
        let error = #expect(throws: ResumeError.self) { try fixture.resume(["length=5 steps"]) }
        guard case .otherSamples("data.train", _, 3, 48, 40, true)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("--set 'data.train=\(fixture.url("train-*.tar").path)'") == true)
        #expect(try fixture.files() == files)
        let text = try fixture.messages(of: ["length=5 steps", name])
        #expect(text.contains("48 samples in place of 40 from step 3 on"), "\(text)")
        #expect(try fixture.resume(["length=6 steps"]).steps == 6)
    }

    @Test func otherDataIsRefusedUnlessItIsNamed() throws {
        let (fixture, _) = try globbed()
        let other = "data.train='\(fixture.url("train-1.tar").path)'"
        try fixture.edit("run", "train-*.tar", "train-1.tar")
        let error = #expect(throws: ResumeError.self) { try fixture.resume(["length=5 steps"]) }
        guard case .otherSamples("data.train", _, 3, 20, 40, false)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try fixture.messages(of: ["length=5 steps", other]).contains("20 samples in place of 40"))
    }

    @Test func dataThatMovedIsTheSame() throws {
        let fixture = try TrainingFixture()
        try fixture.train(in: "straight")
        try fixture.train(["length=3 steps", "schedule.kind=constant"], in: "moved")
        try fixture.train(["length=5 steps", "schedule.kind=constant"], in: "stayed")
        let folder = fixture.url("elsewhere")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in fixture.folder.names() where name.hasPrefix("train-") || name.hasPrefix("index") {
            try FileManager.default.moveItem(at: fixture.url(name), to: folder.appending(path: name))
        }
        let new = "data.train='\(folder.path)/train-{0..1}.tar'"
        let text = try fixture.messages(of: ["length=5 steps", new], in: "moved")
        #expect(!text.contains("samples in place of"), "\(text)")
        #expect(try fixture.state("moved", step: 5) == fixture.state("stayed", step: 5))
    }

    /// Runs of the layout before, which know nothing of their samples.
    @Test func anOlderRunGoesOnAsItBegan() throws {
        let (fixture, _) = try globbed()
        try fixture.write("{\"format\":2}", to: "run/run.json")
        try fixture.addShard("train-2.tar", numbers: 40..<48)
        #expect(try fixture.resume(["length=5 steps"]).steps == 5)
        #expect(RunDescription.read(from: fixture.url("run"))?.samples?[0]?.count == 48)
        try fixture.write("{\"format\":4}", to: "run/run.json")
        #expect(throws: (any Error).self) { try fixture.resume(["length=6 steps"]) }
    }
}
