import Foundation
import LoopbackServer
import Testing

@testable import RemoteFiles

/// Reading that is ended for one purpose, beside reading that goes on.
@Suite(.timeLimit(.minutes(15))) struct StopSignalTests {
    private let content = pattern(50_000)

    private func spool(_ folder: TestFolder, threads: Int = 1) throws -> Spool {
        var settings = try folder.cache()
        settings.prefetchThreads = threads
        return try Spool(
            client: RemoteClient(settings: quickSettings()),
            cache: RemoteCache(settings: settings)
        )
    }

    private func exists(_ name: String, _ folder: TestFolder) -> Bool {
        FileManager.default.fileExists(atPath: folder.path + "/" + name)
    }

    private func waitFor(_ name: String, _ folder: TestFolder) {
        while !exists(name, folder) { usleep(1000) }
    }

    /// A command that notes that it began, and waits while there is a gate.
    private func command(_ name: String, _ folder: TestFolder) -> Location {
        .pipe(
            "cd '\(folder.path)'; touch begun-\(name); while test -e gate; do sleep 0.01; done; echo \(name)"
        )
    }

    @Test func aSignalFollowsOthers() {
        let (one, other) = (StopSignal(), StopSignal())
        let either = StopSignal(following: one, nil, other)
        #expect(!either.isStopped)
        #expect(other.raise() && !other.raise())
        #expect(either.isStopped && !one.isStopped)
    }

    @Test func requestsThatAreNotBegunAreForgotten() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        try Data().write(to: URL(fileURLWithPath: folder.path + "/gate"))
        let (mine, others) = (StopSignal(), StopSignal())
        spool.prefetch(["a", "b", "c"].map { command($0, folder) }, for: mine)
        waitFor("begun-a", folder)
        spool.prefetch([command("e", folder)], for: others)
        spool.prefetch(["c", "d"].map { command($0, folder) }, for: mine)
        try FileManager.default.removeItem(atPath: folder.path + "/gate")
        // One thread makes them in order, so that those before the last were made, too, or forgotten.
        for name in ["e", "c", "d"] { waitFor("begun-" + name, folder) }
        #expect(!exists("begun-b", folder))
    }

    @Test func requestsOfAStoppedOwnerEnd() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        try Data().write(to: URL(fileURLWithPath: folder.path + "/gate"))
        let (mine, others) = (StopSignal(), StopSignal())
        // The gate stays: what is begun has to be killed for the thread to go on.
        spool.prefetch(["a", "b"].map { command($0, folder) }, for: mine)
        waitFor("begun-a", folder)
        spool.prefetch([command("c", folder)], for: others)
        mine.stop()
        waitFor("begun-c", folder)
        #expect(!exists("begun-b", folder))
        spool.prefetch([command("d", folder)], for: mine)
        #expect(throws: RemoteError.stopped) { try spool.open(command("d", folder), stop: mine) }
        #expect(!exists("begun-d", folder))
    }

    @Test func othersMakeAnewWhatWasStopped() throws {
        let folder = try TestFolder()
        let spool = try spool(folder)
        let location = Location.pipe(
            "cd '\(folder.path)'; if test -e begun; then echo good; else touch begun; sleep 600; fi"
        )
        let mine = StopSignal()
        spool.prefetch([location], for: mine)
        waitFor("begun", folder)
        Thread {
            usleep(20_000)
            mine.stop()
        }.start()
        let file = try spool.open(location)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "good\n")
    }

    @Test func aSilentServerHoldsNobodyUp() throws {
        // The first request for content gets no answer.
        let server = TestServer { [content] request in
            var answer = TestServer.Answer.file(content, request)
            if request.number == 1 { (answer.breaksAfter, answer.stalls) = (10, true) }
            return answer
        }
        defer { server.stop() }
        let folder = try TestFolder()
        var settings = quickSettings()
        settings.idleTimeout = 3600
        let file = try PagedRemoteFile(
            RemoteFile(server.url(), client: RemoteClient(settings: settings)),
            cache: RemoteCache(settings: folder.cache())
        )
        let (mine, group) = (StopSignal(), DispatchGroup())
        group.enter()
        Thread {
            #expect(throws: RemoteError.stopped) { try file.read(0..<5000, stop: mine) }
            group.leave()
        }.start()
        while server.requests.count < 2 { usleep(1000) }
        group.enter()
        Thread { [content] in
            // It waits for the first thread's request, and makes it again.
            #expect((try? file.read(0..<5000)) == Array(content[..<5000]))
            group.leave()
        }.start()
        usleep(20_000)
        mine.stop()
        group.wait()
        #expect(server.requests.count == 3)
    }
}
