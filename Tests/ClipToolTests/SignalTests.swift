import Foundation
import Testing

/// Ctrl-C and requests to end, at moments that are not training.
@Suite(.timeLimit(.minutes(15))) struct SignalTests {
    /// A recipe whose data comes from a command that never prints anything, and says its process's number.
    private func hangingFolder() throws -> Folder {
        let folder = try Folder()
        try folder.writeRecipe(length: "3 steps")
        return folder
    }

    private func command(_ folder: Folder) -> String {
        let mark = folder.url.appending(path: "mark").path
        return "pipe:echo $$ > \(mark).new; mv \(mark).new \(mark); sleep 600"
    }

    private func waitForMark(_ folder: Folder, _ running: Tool.Running) throws -> pid_t {
        while running.isRunning, !folder.holds("mark") { Thread.sleep(forTimeInterval: 0.01) }
        let text = String(decoding: try folder.bytes("mark"), as: UTF8.self)
        return try #require(pid_t(text.trimmingCharacters(in: .newlines)))
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aRunThatHasNotBegunLeavesNothing(signal: Int32, status: Int32) throws {
        let folder = try hangingFolder()
        let running = try Tool.start(
            [
                "train", "recipe.yaml", "--run", "run", "--set", "data.train=['\(command(folder))']",
                "--set", "data.cache.directory=cache",
            ],
            in: folder
        )
        let child = try waitForMark(folder, running)
        running.send(signal)
        running.kill(after: 60)
        let outcome = try running.outcome()
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains("stopped by signal \(signal)"))
        #expect(!folder.holds("run"))
        #expect(kill(child, 0) == -1 && errno == ESRCH)
    }

    @Test(arguments: [["data", "index"], ["data", "check"], ["data", "stats"], ["data", "pack"]])
    func commandsThatReadEndWithTheirCommands(words: [String]) throws {
        let folder = try Folder()
        let out = words[1] == "pack" ? ["--out", "out"] : []
        let running = try Tool.start(words + [command(folder), "--cache", "cache"] + out, in: folder)
        let child = try waitForMark(folder, running)
        running.interrupt()
        running.kill(after: 60)
        let outcome = try running.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(!folder.holds("out") && !folder.holds(".out.packing"))
        #expect(kill(child, 0) == -1 && errno == ESRCH)
        let indexes = try? FileManager.default.contentsOfDirectory(
            atPath: folder.url.appending(path: "cache/indexes").path
        )
        #expect((indexes ?? []).isEmpty)
    }

    @Test func theFirstSignalIsAnsweredAndThenSaved() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "1000000 steps")
        let running = try Tool.start(["train", "recipe.yaml", "--run", "run", "--json"], in: folder)
        while running.isRunning, (try? folder.bytes("run/metrics.jsonl").isEmpty) != false {
            Thread.sleep(forTimeInterval: 0.02)
        }
        running.send(SIGTERM)
        running.kill(after: 60)
        let outcome = try running.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("stopping: saving a checkpoint; press Ctrl-C again to stop at once"))
        let steps = try #require(outcome.json["steps"] as? Int)
        #expect(folder.holds("run/checkpoints/step-\(steps)/manifest.json"))
    }

    @Test func aCtrlCThatTheParentIgnoresIsNoneToHear() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "1000000 steps")
        let running = try Tool.shell(
            "trap '' INT; exec \"$clip\" train recipe.yaml --run run --json",
            in: folder
        )
        func waitForLines(_ count: Int) {
            func lines() -> Int { (try? folder.bytes("run/metrics.jsonl").count { $0 == 10 }) ?? 0 }
            while running.isRunning, lines() < count { Thread.sleep(forTimeInterval: 0.02) }
        }
        waitForLines(2)
        running.send(SIGINT)
        let seen = (try folder.bytes("run/metrics.jsonl")).count { $0 == 10 }
        waitForLines(seen + 20)
        #expect(running.isRunning && !running.messages.contains("stopping"))
        running.send(SIGTERM)
        running.kill(after: 60)
        #expect(try running.outcome().status == 130)
    }
}
