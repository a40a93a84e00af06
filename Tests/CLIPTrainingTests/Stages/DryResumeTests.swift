import Foundation
import Testing

@testable import CLIPTraining

/// What a resume would refuse is refused by its plan too, and the plan changes nothing.
@Suite struct DryResumeTests {
    private func plan(
        _ fixture: TrainingFixture,
        _ overrides: [String] = [],
        fresh: Bool = false
    ) throws -> TrainingPlan {
        try TrainingRun.plan(
            resuming: fixture.url("run"),
            overrides: overrides,
            startsStateAfresh: fresh,
            output: .nullDevice
        )
    }

    private func run() throws -> TrainingFixture {
        let fixture = try TrainingFixture()
        let data = "data.train='\(fixture.url("train-*.tar").path)'"
        try fixture.train([
            "objective.preset=sogclr", "length=4 steps", "checkpoint={every: 2 steps}", data,
        ])
        return fixture
    }

    /// Something that is wrong with the state of samples of a run.
    enum Fault: CaseIterable {
        case noRecords, noJournal, flippedBit, flippedBitOfJournal, cutOff, otherSamples, otherLoss, open,
            training
    }

    /// - Returns: Overrides with which the run is resumed, and what has the run open.
    private func make(_ fault: Fault, in fixture: TrainingFixture) throws -> (
        overrides: [String], user: AnyObject?
    ) {
        let manager = FileManager.default
        func flip(_ name: String, at place: (Int) -> Int) throws {
            var bytes = try Data(contentsOf: fixture.url(name))
            bytes[place(bytes.count)] ^= 4
            try bytes.write(to: fixture.url(name))
        }
        switch fault {
        case .noRecords: try manager.removeItem(at: fixture.url("run/states/live.bin"))
        case .noJournal: try manager.removeItem(at: fixture.url("run/states/journal-4.bin"))
        case .flippedBit: try flip("run/states/live.bin") { $0 - 6 }
        case .flippedBitOfJournal: try flip("run/states/journal-4.bin") { _ in 20 }
        case .cutOff: try Data("CLIPSTAT".utf8).write(to: fixture.url("run/states/live.bin"))
        case .otherSamples:
            // A run that knows nothing of its samples but what the records do.
            try fixture.write("{\"format\":2}", to: "run/run.json")
            // In a folder of their own, so that no index knows both.
            try manager.createDirectory(at: fixture.url("other"), withIntermediateDirectories: true)
            try fixture.addShard("other/0.tar", numbers: 60..<100)
            return (["data.train='\(fixture.url("other/0.tar").path)'"], nil)
        case .otherLoss: return (["objective.preset=fastclip-v2"], nil)
        case .open: return ([], try LiveRecords(opening: fixture.url("run/states/live.bin")))
        case .training: return ([], try RunDirectory.resume(at: fixture.url("run")))
        }
        return ([], nil)
    }

    @Test(arguments: Fault.allCases)
    func aPlanRefusesWhatTheResumeDoes(fault: Fault) throws {
        let fixture = try run()
        let (overrides, user) = try make(fault, in: fixture)
        let files = try fixture.files()
        let longer = overrides + ["length=6 steps"]
        let planned = #expect(throws: (any Error).self) { _ = try plan(fixture, longer) }
        #expect(try fixture.files() == files)
        let real = #expect(throws: (any Error).self) { _ = try fixture.resume(longer) }
        try withExtendedLifetime(user) {
            let (planned, real) = (try #require(planned), try #require(real))
            #expect("\(planned)" == "\(real)")
            switch fault {
            case .otherLoss: #expect(planned is ResumeError)
            case .training: #expect(planned is RunDirectoryError)
            default: #expect(planned is SampleStateError)
            }
        }
    }

    @Test(arguments: [Fault.noRecords, .flippedBit, .otherSamples, .otherLoss])
    func aFreshStartIsPlannedWithoutForgetting(fault: Fault) throws {
        let fixture = try run()
        let overrides = try make(fault, in: fixture).overrides + ["length=6 steps"]
        let files = try fixture.files()
        #expect(try plan(fixture, overrides, fresh: true).resumes?.step == 4)
        #expect(try fixture.files() == files)
    }

    @Test func aPlanOfWhatWillWorkLeavesTheStateAsItIs() throws {
        let fixture = try run()
        let files = try fixture.files()
        let names = fixture.folder.names("run/states")
        #expect(try plan(fixture, ["length=6 steps"]).resumes?.isFinished == false)
        #expect(try fixture.files() == files && fixture.folder.names("run/states") == names)
        #expect(try fixture.resume(["length=6 steps"]).steps == 6)
    }

    /// What the resume would say, the plan says.
    @Test func aPlanSaysWhatWouldChange() throws {
        let fixture = try run()
        try fixture.addShard("train-2.tar", numbers: 40..<48)
        let log = fixture.url("plan.log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        _ = try TrainingRun.plan(
            resuming: fixture.url("run"),
            overrides: ["length=40 steps", "data.train='\(fixture.url("train-*.tar").path)'"],
            output: FileHandle(forWritingTo: log)
        )
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(text.contains("the learning rate goes from "), "\(text)")
        #expect(text.contains("48 samples in place of 40"), "\(text)")
        #expect(text.contains("warning: the index has numbered 48 samples by now"), "\(text)")
    }
}
