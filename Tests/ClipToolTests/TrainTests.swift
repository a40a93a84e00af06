import Foundation
import Testing

@Suite struct TrainTests {
    @Test func trainsAndGoesOn() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        let first = try Tool.run(["train", "recipe.yaml", "--run", "run", "--json"], in: folder)
        #expect(first.status == 0, "\(first.errors)")
        #expect((first.json["run"] as? String)?.hasSuffix("/run") == true)
        #expect(first.json["steps"] as? Int == 3)
        #expect(first.json["samples"] as? Int == 12)
        #expect(first.json["samples_per_second"] as? Double ?? 0 > 0)
        #expect(first.json["final_loss"] is Double)

        let more = try Tool.run(["train", "--resume", "run", "--set", "length=5 steps"], in: folder)
        #expect(more.status == 0, "\(more.errors)")
        #expect(more.output.contains("5, 20 pairs"))
        #expect(try Tool.run(["model", "show", "run"], in: folder).output.contains("step-5"))

        let recipe = try folder.bytes("run/recipe.yaml")
        let finished = try Tool.run(["train", "--resume", "run", "--set", "batch=5"], in: folder)
        #expect(finished.status == 0 && !finished.output.contains("speed"), "\(finished.output)")
        #expect(finished.errors.contains("the run is finished at step 5"), "\(finished.errors)")
        #expect(try folder.bytes("run/recipe.yaml") == recipe)

        let again = try Tool.run(["train", "recipe.yaml", "--run", "run"], in: folder)
        #expect(again.status == 73)
        #expect(again.errors.contains("--resume"))
    }

    @Test func ctrlCLeavesARunToResume() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "1000000 steps")
        let running = try Tool.start(["train", "recipe.yaml", "--run", "run", "--json"], in: folder)
        while running.isRunning, (try? folder.bytes("run/metrics.jsonl").isEmpty) != false {
            Thread.sleep(forTimeInterval: 0.02)
        }
        running.interrupt()
        running.kill(after: 30)
        let outcome = try running.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.json["interrupted"] as? Bool == true)
        let steps = try #require(outcome.json["steps"] as? Int)

        let resumed = try Tool.run(
            ["train", "--resume", "run", "--set", "length=\(steps + 1) steps", "--json"],
            in: folder
        )
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.json["steps"] as? Int == steps + 1)
    }

    /// `ulimit -f` below a checkpoint's size, which the system punishes with a signal.
    @Test func aLimitOfFileSizesIsAnErrorOfTheCheckpoint() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        let first = try Tool.run(["train", "recipe.yaml", "--run", "run", "--json"], in: folder)
        #expect(first.status == 0, "\(first.errors)")
        let script = "ulimit -f 1000; exec '\(Tool.binary.path)' train --resume run --set 'length=4 steps'"
        let limited = try Tool.Running(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", script],
            environment: ["GOMP_SPINCOUNT": "3000"],
            in: folder
        ).outcome()
        #expect(limited.status > 0 && limited.status < 128, "\(limited.status) \(limited.errors)")
        #expect(limited.errors.contains("the checkpoint of step 4"), "\(limited.errors)")
        #expect(limited.errors.contains("File too large") && limited.errors.contains("ulimit -f"))
        #expect(limited.errors.contains("The checkpoint of step 2 is untouched"))
        let names = try FileManager.default.contentsOfDirectory(
            atPath: folder.url.appending(path: "run/checkpoints").path
        )
        #expect(names == ["step-2"])
        let resumed = try Tool.run(["train", "--resume", "run", "--json"], in: folder)
        #expect(resumed.status == 0 && resumed.json["steps"] as? Int == 4, "\(resumed.errors)")
        #expect(resumed.json["saving_seconds"] as? Double ?? 0 > 0)
    }

    /// A dry run refuses what the resume would, with its status.
    @Test func aDryResumeRefusesWhatTheResumeWould() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        let preset = ["--set", "objective.preset=sogclr"]
        let first = try Tool.run(["train", "recipe.yaml", "--run", "run"] + preset, in: folder)
        #expect(first.status == 0, "\(first.errors)")
        try FileManager.default.removeItem(at: folder.url.appending(path: "run/states/live.bin"))
        let cases = [
            (["run", "--set", "length=5 steps"], Int32(66), "live.bin is missing"),
            (["run/checkpoints/step-3"], 66, "--resume \(folder.url.path)/run does"),
            (["run", "--set", "temperature.initial=0.2"], 65, "temperature.initial says how a run starts"),
        ]
        for (arguments, status, text) in cases {
            for more in [["--dry-run"], []] {
                let outcome = try Tool.run(["train", "--resume"] + arguments + more, in: folder)
                #expect(outcome.status == status, "\(arguments + more): \(outcome.errors)")
                #expect(outcome.errors.contains(text), "\(outcome.errors)")
            }
        }
    }

    @Test func badRecipesLeaveNothingBehind() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        try folder.write("twice.yaml", "batch: 2\nbatch: 3\n")
        try folder.write("binary.yaml", [0xFF, 0xFE, 0x00])
        let train = ["train", "recipe.yaml", "--run", "run"]
        let cases: [([String], Int32, String)] = [
            (train + ["--set", "batcj=3"], 65, "did you mean `batch`"),
            (train + ["--set", "batch=many"], 65, "batch"),
            (train + ["--set", "data.train=other"], 66, "other"),
            (train + ["--set", "data.captions.fields=[caption]"], 65, "expected 'caption'"),
            (["train", "twice.yaml", "--run", "run"], 65, "`batch` is given more than once"),
            (["train", "binary.yaml", "--run", "run"], 65, "is no UTF-8 text file"),
            (["train", "none.yaml", "--run", "run"], 66, "none.yaml"),
            (["train", "--resume", "run"], 66, "run"),
            (["train", "recipe.yaml", "--resume", "run"], 64, "--set"),
        ]
        for (arguments, status, name) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
            #expect(lines.count == 1 && lines[0].contains(name), "\(outcome.errors)")
            #expect(!folder.holds("run"))
        }
    }
}
