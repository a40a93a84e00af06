import Foundation
import LoopbackServer
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// Runs on data from a server that falls silent, or loses a file.
@Suite(.timeLimit(.minutes(15))) struct FailingSourceTests {
    /// What a server does with a path while a run trains; nil for nothing.
    private typealias Fault = @Sendable (_ path: String) -> TestServer.Answer?

    private final class Served: Sendable {
        let fixture: TrainingFixture
        let server: TestServer
        private let faults: FaultBox

        init() throws {
            let fixture = try TrainingFixture()
            let faults = FaultBox()
            (self.fixture, self.faults) = (fixture, faults)
            server = TestServer { request in
                let file = fixture.url(String(request.path.dropFirst()))
                guard let content = try? Data(contentsOf: file) else { return .init(status: 404) }
                return faults.answer(request.path) ?? .file(Array(content), request)
            }
        }

        deinit { server.stop() }

        /// From the next request for a path on, or where a run is to begin, from the one after: it asks for versions.
        func set(sparingFirst: Bool = false, _ fault: Fault?) { faults.set(fault, sparingFirst) }

        func url(_ name: String) -> String { server.url("/" + name).absoluteString }

        /// Shards one after the other, with a server that is given up soon.
        func overrides(_ more: [String] = [], idle: Double = 0.3) -> [String] {
            [
                "data.train=['\(url("train-0.tar"))', '\(url("train-1.tar"))']", "data.shuffle=blocks",
                "data.window=1", "data.cache.directory=\(fixture.url("cache").path)",
                "data.remote={tries: 2, idleTimeout: \(idle)}",
            ] + more
        }

        /// Makes the index, and forgets the bytes.
        func index(_ overrides: [String]) throws {
            _ = try TrainingRun.plan(recipe: fixture.recipe(overrides), output: .nullDevice)
            for folder in ["files", "pages"] {
                try? FileManager.default.removeItem(at: fixture.url("cache/\(folder)"))
            }
        }

        /// The shard that the run reads second.
        func second() throws -> String {
            let local = try fixture.trainer(["data.shuffle=blocks", "data.window=1"])
            defer { local.loader.shutdown() }
            let first = try #require(try local.loader.next()).ordinals[0]
            return first < 20 ? "/train-1.tar" : "/train-0.tar"
        }
    }

    private final class FaultBox: Sendable {
        private let state = Mutex((fault: Fault?.none, spared: Set<String>?.none))

        func set(_ new: Fault?, _ sparesFirst: Bool) { state.withLock { $0 = (new, sparesFirst ? [] : nil) } }

        func answer(_ path: String) -> TestServer.Answer? {
            let fault = state.withLock { state in
                state.spared?.insert(path).inserted == true ? nil : state.fault
            }
            return fault?(path)
        }
    }

    @Test(arguments: [true, false])
    func theStepsBeforeAreSaved(isSilent: Bool) throws {
        let served = try Served()
        let fixture = served.fixture
        let overrides = served.overrides()
        try served.index(overrides)
        let second = try served.second()
        served.set(sparingFirst: true) { $0 == second ? isSilent ? .silence : .init(status: 404) : nil }
        let error = #expect(throws: ShardError.self) { try fixture.train(overrides) }
        let cause = try #require(
            { if case .remote(let cause) = error { cause } else { nil } }() as RemoteError?
        )
        if isSilent {
            guard case .unreachable(_, _, 2, _) = cause else {
                Issue.record("\(cause)")
                return
            }
        } else {
            #expect(cause == .notFound(url: served.url(String(second.dropFirst())), status: 404))
        }
        // Twenty samples of the first shard are two batches of eight.
        #expect(fixture.folder.names("run/checkpoints") == ["step-2"])
        served.set(nil)
        #expect(try fixture.resume().steps == 10)
        try fixture.train(overrides, in: "straight")
        #expect(try fixture.state("run", step: 10) == fixture.state("straight", step: 10))
    }

    @Test func theWaitForASilentServerIsGivenUp() throws {
        let served = try Served()
        let fixture = served.fixture
        let overrides = served.overrides(idle: 3600)
        try served.index(overrides)
        let second = try served.second()
        let interrupt = InterruptFlag(signals: [])
        served.set(sparingFirst: true) { path in
            guard path == second else { return nil }
            interrupt.raise()
            return .silence
        }
        let report = try fixture.train(overrides, interrupt: interrupt)
        #expect(report.isInterrupted && report.steps <= 2)
        #expect(fixture.folder.names("run/checkpoints") == ["step-\(report.steps)"])
        served.set(nil)
        #expect(try fixture.resume().steps == 10)
        try fixture.train(overrides, in: "straight")
        #expect(try fixture.state("run", step: 10) == fixture.state("straight", step: 10))
    }

    @Test func anEvaluationIsBrokenOffAndTheStepsAreSaved() throws {
        let served = try Served()
        let fixture = served.fixture
        try FileManager.default.copyItem(at: fixture.url("train-0.tar"), to: fixture.url("held-out.tar"))
        let evaluation = "evaluate=[{kind: retrieval, data: '\(served.url("held-out.tar"))', every: 3 steps}]"
        let overrides = served.overrides([evaluation], idle: 3600)
        try served.index(overrides)
        let interrupt = InterruptFlag(signals: [])
        served.set(sparingFirst: true) { path in
            guard path == "/held-out.tar" else { return nil }
            interrupt.raise()
            return .silence
        }
        let report = try fixture.train(overrides, interrupt: interrupt)
        #expect(report.isInterrupted && report.steps == 3 && report.evaluations.isEmpty)
        #expect(fixture.folder.names("run/checkpoints") == ["step-3"])
        #expect(try fixture.metrics().count == 3)
    }

    @Test func theLastEvaluationIsPartOfTheRun() throws {
        let served = try Served()
        let fixture = served.fixture
        try FileManager.default.copyItem(at: fixture.url("train-0.tar"), to: fixture.url("held-out.tar"))
        let evaluation =
            "evaluate=[{kind: retrieval, data: '\(served.url("held-out.tar"))', every: 90 steps}]"
        let overrides = served.overrides([evaluation, "length=2 steps"], idle: 3600)
        try served.index(overrides)
        let interrupt = InterruptFlag(signals: [])
        served.set(sparingFirst: true) { path in
            guard path == "/held-out.tar" else { return nil }
            interrupt.raise()
            return .silence
        }
        let report = try fixture.train(overrides, interrupt: interrupt)
        #expect(report.isInterrupted && report.steps == 2)
        served.set(nil)
        let resumed = try fixture.resume()
        #expect(!resumed.isInterrupted && resumed.evaluations.keys.contains { $0.hasPrefix("retrieval/") })
    }

    @Test func anEvaluationWhoseDataFailsCostsNoSteps() throws {
        let served = try Served()
        let fixture = served.fixture
        try FileManager.default.copyItem(at: fixture.url("train-0.tar"), to: fixture.url("held-out.tar"))
        let evaluation = "evaluate=[{kind: retrieval, data: '\(served.url("held-out.tar"))', every: 3 steps}]"
        let overrides = served.overrides([evaluation])
        try served.index(overrides)
        served.set { $0 == "/held-out.tar" ? .init(status: 404) : nil }
        let error = #expect(throws: ScheduledEvaluationError.self) { try fixture.train(overrides) }
        #expect(error?.key == "evaluate.0.data" && error?.cause is ShardError)
        #expect(fixture.folder.names("run/checkpoints") == ["step-3"])
    }
}
