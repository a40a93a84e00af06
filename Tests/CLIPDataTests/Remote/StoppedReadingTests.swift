import Foundation
import LoopbackServer
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData

/// A signal ends whatever waits for data, and nothing half made is left.
@Suite(.timeLimit(.minutes(15))) struct StoppedReadingTests {
    private func remote(_ fixture: RemoteFixture, _ stop: StopSignal) -> RemoteData {
        RemoteData(settings: fixture.remote().settings, stop: stop)
    }

    /// Raises a signal once there is a file.
    private func raise(_ stop: StopSignal, once path: String) {
        Thread.detachNewThread {
            while !FileManager.default.fileExists(atPath: path) { usleep(1000) }
            stop.stop()
        }
    }

    @Test func indexingEndsWithItsCommand() throws {
        let fixture = try RemoteFixture([6, 6])
        let (stop, mark) = (StopSignal(), fixture.directory.path + "/mark")
        raise(stop, once: mark)
        let shards = [
            fixture.plain(0), "pipe:echo $$ > '\(mark).new'; mv '\(mark).new' '\(mark)'; sleep 600",
        ]
        let error = #expect(throws: ShardError.self) {
            try fixture.open(shards, index: "i", remote: remote(fixture, stop))
        }
        #expect(error == .remote(.stopped))
        #expect(!FileManager.default.fileExists(atPath: fixture.directory.path + "/i"))
        let process = try #require(
            pid_t(String(contentsOfFile: mark, encoding: .utf8).trimmingCharacters(in: .newlines))
        )
        #expect(kill(process, 0) == -1 && errno == ESRCH)
    }

    @Test func nothingIsIndexedOnceItIsRaised() throws {
        let fixture = try RemoteFixture([6, 6])
        let stop = StopSignal()
        stop.stop()
        #expect(throws: RemoteError.stopped) {
            try fixture.open(fixture.shards(nil), index: "i", remote: remote(fixture, stop))
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.directory.path + "/i"))
    }

    @Test func aParallelLoopEndsBeforeItsNextPiece() throws {
        let stop = StopSignal()
        let done = AtomicCount()
        #expect(throws: RemoteError.stopped) {
            try ParallelLoop.run(count: 1000, threads: 2, stop: stop) { _ in
                if done.next() == 10 { stop.stop() }
            }
        }
        #expect(done.next() < 20)
        // What was complete before is complete.
        let late = StopSignal()
        try ParallelLoop.run(count: 3, threads: 1, stop: late) { if $0 == 2 { late.stop() } }
    }

    @Test func theWaitForABatchEnds() throws {
        let fixture = try RemoteFixture([6])
        let mark = fixture.directory.path + "/mark"
        let shard =
            "pipe:if test -e '\(mark)-armed'; then touch '\(mark)'; sleep 600; fi; cat '\(fixture.plain(0))'"
        _ = try fixture.open([shard], index: "i")
        try fixture.emptyCache()
        try fixture.directory.write([], "mark-armed")
        // The source knows nothing of it.
        let data = try fixture.open([shard], index: "i")
        let stop = StopSignal()
        raise(stop, once: mark)
        let loader = try DataLoader(
            source: data,
            settings: .small(),
            images: NumberImages(),
            texts: .tokens(byteTokens),
            stop: stop
        )
        guard case .stopped = #expect(throws: LoaderError.self, performing: { try loader.next() }) else {
            Issue.record("another error")
            return
        }
        loader.shutdown()
    }

    @Test func aTableOfCaptionsIsNotHalfMade() throws {
        let directory = try TestDirectory()
        let rows = (0..<2000).map { "\($0),caption \($0)\n" }.joined()
        try directory.write(Array("key,caption\n\(rows)".utf8), "side.csv")
        let stop = StopSignal()
        let read = AtomicCount()
        #expect(throws: RemoteError.stopped) {
            try CaptionFile.open(
                CaptionFileSettings(paths: [directory.path + "/side.csv"], join: .key),
                hash: {
                    if read.next() == 500 { stop.stop() }
                    return StableHash.of($0)
                },
                checkedBytes: CaptionTable.checkedBytes,
                stop: stop
            )
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["side.csv"])
    }

    @Test func aCheckReportsOnWhatItReadBeforeASilentCommand() throws {
        let fixture = try RemoteFixture([64, 6])
        let mark = fixture.directory.path + "/mark"
        let shards = [
            fixture.plain(0),
            "pipe:if test -e '\(mark)-armed'; then touch '\(mark)'; sleep 600; fi; cat '\(fixture.plain(1))'",
        ]
        _ = try fixture.open(shards, index: "i")
        try fixture.emptyCache()
        try fixture.directory.write([], "mark-armed")
        let stop = StopSignal()
        let data = try fixture.open(shards, index: "i", remote: remote(fixture, stop))
        raise(stop, once: mark)
        var settings = DataCheckSettings()
        settings.threads = 1
        let report = try DataCheck(settings).run(data, isInterrupted: { stop.isStopped })
        #expect(report.isInterrupted && report.examined == 64)
    }

    @Test func aPackingLeavesNoFolder() throws {
        let directory = try TestDirectory()
        let lines = (0..<400).map { "{\"image\": \"none-\($0).png\", \"caption\": \"c\"}\n" }.joined()
        try directory.write(Array(lines.utf8), "list.jsonl")
        let packing = ShardPacker.Configuration(
            input: directory.path + "/list.jsonl",
            output: directory.path + "/out"
        )
        let stop = StopSignal()
        #expect(throws: RemoteError.stopped) {
            try ShardPacker(packing).run(stop: stop) { if $0.done > 0 { stop.stop() } }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["list.jsonl"])
    }
}
