import Foundation
import Testing

/// Stages and plans, as a user of the tool meets them.
@Suite struct StageTests {
    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        let text = try String(decoding: folder.bytes("recipe.yaml"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("length:") }
        try folder.write(
            "stages.yaml",
            lines.joined(separator: "\n") + """

                stages:
                  - {name: one, length: 2 steps}
                  - {name: two, length: 3 steps, train: {freeze: ['visual\\..*']}}

                """
        )
        return folder
    }

    @Test func aRunOfTwoStages() throws {
        let folder = try folder()
        let run = try Tool.run(["train", "stages.yaml", "--run", "run", "--json"], in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.json["steps"] as? Int == 5 && run.json["stage"] as? String == "two")
        #expect(run.errors.contains("stage 1/2 one") && run.errors.contains("stage 2/2 two"), "\(run.errors)")
        let changed = try Tool.run(["train", "--resume", "run", "--set", "stages.0.batch=2"], in: folder)
        #expect(
            changed.status == 65 && changed.errors.contains("stages.0 (one) is finished"),
            "\(changed.errors)"
        )
        let longer = try Tool.run(
            ["train", "--resume", "run", "--set", "stages.1.length=4 steps", "--json"],
            in: folder
        )
        #expect(longer.json["steps"] as? Int == 6, "\(longer.errors)")
    }

    @Test func aDryRunPrintsTheResolvedRecipeAndWritesNothing() throws {
        let folder = try folder()
        let arguments = ["train", "stages.yaml", "--set", "stages.1.batch=2", "--dry-run"]
        let plan = try Tool.run(arguments, in: folder)
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.contains("stages:") && plan.output.contains("weightDecay"))
        #expect(!folder.holds("runs") && !folder.holds("run"))
        try folder.write("resolved.yaml", plan.output)
        let again = try Tool.run(["train", "resolved.yaml", "--dry-run"], in: folder)
        #expect(again.output == plan.output, "\(again.errors)")
        let json = try Tool.run(arguments + ["--json"], in: folder)
        let stages = try #require(json.json["stages"] as? [[String: Any]])
        #expect(stages.map { $0["batch"] as? Int } == [4, 2])
        #expect(stages.map { $0["steps"] as? Int } == [2, 3])
    }

    @Test func aDryRunFindsWhatIsWrong() throws {
        let folder = try folder()
        let cases: [(String, String)] = [
            ("stages.1.data.train=none.tar", "none.tar"), ("stages.1.batch=1000", "fewer than one batch"),
            ("stages.1.seed=3", "stages.1.seed"), ("length=3 steps", "`length`"),
            ("stages.1.train.freeze=[visuel]", "stages.1.train.freeze.0"),
        ]
        for (override, text) in cases {
            let outcome = try Tool.run(["train", "stages.yaml", "--dry-run", "--set", override], in: folder)
            #expect(outcome.status == 65 || outcome.status == 66, "\(override): \(outcome.errors)")
            #expect(outcome.errors.contains(text), "\(override): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try Tool.run(["train", "stages.yaml", "--dry-run", "--run", "x"], in: folder).status == 64)
    }

    /// Each stage has a rate of its own, and still the run's is read.
    @Test func aWrongValueOfTheRunIsFoundEverywhere() throws {
        let folder = try folder()
        let text = try String(decoding: folder.bytes("stages.yaml"), as: UTF8.self)
        let rate = "{learningRate: 1e-3}"
        try folder.write(
            "stages.yaml",
            text.replacing("length: 2 steps", with: "length: 2 steps, optimizer: \(rate)")
                .replacing("length: 3 steps", with: "length: 3 steps, optimizer: \(rate)")
        )
        let fine = try Tool.run(["train", "stages.yaml", "--run", "run"], in: folder)
        #expect(fine.status == 0, "\(fine.errors)")
        let wrong = "optimizer.learningRate=abc"
        for command in [
            ["train", "stages.yaml", "--dry-run"], ["train", "--resume", "run", "--dry-run"],
            ["plan", "stages.yaml"], ["recipe", "show", "stages.yaml"],
        ] {
            let outcome = try Tool.run(command + ["--set", wrong], in: folder)
            #expect(outcome.status == 65 && outcome.output == "", "\(command): \(outcome.errors)")
            #expect(
                outcome.errors.contains("--set \(wrong): `optimizer.learningRate`: found the text 'abc'"),
                "\(outcome.errors)"
            )
        }
        let unused = try Tool.run(
            ["train", "stages.yaml", "--dry-run", "--set", "optimizer.learningRate=3e-3"],
            in: folder
        )
        #expect(unused.status == 0)
        #expect(
            unused.errors.contains(
                "warning: `optimizer.learningRate` has no effect: every stage has another value."
            ),
            "\(unused.errors)"
        )
    }

    /// The example of a loop and a loss of one's own, which the package builds.
    @Test func theExampleOfACustomLoopTrains() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        let program = Tool.binary.deletingLastPathComponent().appending(path: "custom-loop")
        let outcome = try Tool.Running(program, ["data", "model.json", "2"], in: folder).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("step 2: loss"))
    }
}
