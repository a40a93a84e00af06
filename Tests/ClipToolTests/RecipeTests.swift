import Foundation
import Testing

/// Presets and recipes, as a user of the tool meets them.
@Suite struct RecipeTests {
    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        return folder
    }

    @Test func presetsAreListedWithWhatTheySettle() throws {
        let folder = try Folder()
        let text = try Tool.run(["recipe", "presets"], in: folder)
        #expect(text.status == 0)
        for name in ["clip", "sogclr", "isogclr", "fastclip-v0", "fastclip-v3", "neuclip", "siglip"] {
            #expect(text.output.split(separator: "\n").contains { $0.hasPrefix("\(name): ") })
        }
        let json = try Tool.run(["recipe", "presets", "fastclip-v3", "--json"], in: folder).json
        let presets = try #require(json["presets"] as? [[String: Any]])
        #expect(presets.count == 1 && presets[0]["name"] as? String == "fastclip-v3")
        let settings = try #require(presets[0]["settings"] as? [[String: String]])
        #expect(settings.contains(["key": "objective.multiplyByTemperature", "value": "true"]))
        #expect(settings.contains(["key": "temperature.rho", "value": "6.5"]))
        let unknown = try Tool.run(["recipe", "presets", "fastclip"], in: folder)
        #expect(unknown.status == 64 && unknown.errors.contains("fastclip-v3"))
    }

    @Test func aRecipeIsShownWithoutItsData() throws {
        let folder = try folder()
        try FileManager.default.removeItem(at: folder.url.appending(path: "data"))
        let shown = try Tool.run(
            [
                "recipe", "show", "recipe.yaml", "--set", "objective.preset=neuclip", "--set",
                "temperature.rho=2",
            ],
            in: folder
        )
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("  rho: 2.0  # neuclip: 6.5"), "\(shown.output)")
        #expect(shown.output.contains("  learningRate: 0.001  # default: 0.0005"))
        try folder.write("shown.yaml", shown.output)
        let again = try Tool.run(["recipe", "show", "shown.yaml"], in: folder)
        #expect(again.output == shown.output)
        let json = try Tool.run(["recipe", "show", "shown.yaml", "--json"], in: folder).json
        let differences = try #require(json["differences"] as? [[String: String]])
        #expect(
            differences.contains([
                "key": "temperature.rho", "value": "2.0", "standard": "6.5", "preset": "neuclip",
            ])
        )
        #expect(try Tool.run(["recipe", "show", "none.yaml"], in: folder).status == 66)
        #expect(try Tool.run(["recipe", "show", "pictures"], in: folder).status == 66)
    }

    /// Earlier versions did not check a value of the run that every stage replaces.
    @Test func theRecipeOfAnEarlierRunIsShown() throws {
        let folder = try Folder()
        let text = """
            model: {config: ViT-S-32}
            data: {train: data/*.tar}
            batch: 2
            optimizer: {learningRate: -5}
            stages:
            - {name: a, length: 2 steps, optimizer: {learningRate: 1e-3}}
            """
        try folder.write("run/recipe.yaml", text)
        let run = try Tool.run(["recipe", "show", "run"], in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let file = try Tool.run(["recipe", "show", "run/recipe.yaml"], in: folder)
        #expect(file.status == 65 && file.errors.contains("optimizer.learningRate"), "\(file.errors)")
    }

    /// As far as no file is needed.
    @Test func whatCannotRunIsNotShown() throws {
        let folder = try folder()
        try FileManager.default.removeItem(at: folder.url.appending(path: "model.json"))
        func show(_ override: String) throws -> Tool.Outcome {
            try Tool.run(["recipe", "show", "recipe.yaml", "--set", override], in: folder)
        }
        #expect(try show("tokens.text.budget=300").status == 0)
        let size = try show("model={config: ViT-B-16, imageSize: 100}")
        #expect(size.status == 65 && size.output == "", "\(size.errors)")
        #expect(size.errors.contains("`model.imageSize` is 100"), "\(size.errors)")
        let budget = try Tool.run(
            [
                "recipe", "show", "recipe.yaml", "--set", "model.contextLength=8", "--set",
                "tokens.text.budget=50",
            ],
            in: folder
        )
        #expect(
            budget.status == 65 && budget.errors.contains("50 tokens are more than the 8"),
            "\(budget.errors)"
        )
    }

    @Test func aRunIsShownAndSwitchesItsPreset() throws {
        let folder = try folder()
        _ = try Tool.run(["train", "recipe.yaml", "--run", "run"], in: folder)
        let switched = ["--set", "objective.preset=fastclip-v3", "--set", "temperature.rho=1"]
        let shown = try Tool.run(["recipe", "show", "run"] + switched, in: folder)
        #expect(shown.status == 0 && shown.output.contains("preset: fastclip-v3"), "\(shown.errors)")
        #expect(shown.output.contains("normalizer: movingAverage\n"))
        let step = try Tool.run(["recipe", "show", "run/checkpoints/step-3"], in: folder)
        #expect(step.output.contains("preset: null"))

        let longer = ["train", "--resume", "run", "--set", "length=5 steps"] + switched
        let dry = try Tool.run(longer + ["--dry-run"], in: folder)
        #expect(dry.status == 0 && dry.errors.contains("would go on from step 3"), "\(dry.errors)")
        #expect(try Tool.run(["recipe", "show", "run"], in: folder).output.contains("preset: null"))
        let gone = try Tool.run(longer + ["--json"], in: folder)
        #expect(gone.json["steps"] as? Int == 5, "\(gone.errors)")
        #expect(try Tool.run(["recipe", "show", "run"], in: folder).output.contains("preset: fastclip-v3"))
        // Now there is something to forget.
        let back = [
            "train", "--resume", "run", "--set", "length=6 steps", "--set", "objective.preset=isogclr",
        ]
        let refused = try Tool.run(back, in: folder)
        #expect(refused.status == 65 && refused.errors.contains("--fresh-state"), "\(refused.errors)")
        #expect(try Tool.run(back + ["--fresh-state"], in: folder).status == 0)
    }

    @Test func aRunResumesFromAnyFolder() throws {
        let folder = try folder()
        let retrieval = "evaluate=[{kind: retrieval, data: data}, {kind: retrieval, data: data, name: again}]"
        let start = ["train", "recipe.yaml", "--run", "run", "--set", retrieval]
        let first = try Tool.run(start, in: folder)
        #expect(first.status == 0, "\(first.errors)")
        try FileManager.default.removeItem(at: folder.url.appending(path: "model.json"))
        let elsewhere = try Folder()
        let run = folder.url.appending(path: "run").path
        let more = try Tool.run(
            ["train", "--resume", run, "--set", "length=5 steps", "--json"],
            in: elsewhere
        )
        #expect(more.status == 0 && more.json["steps"] as? Int == 5, "\(more.errors)")
        let lines = try String(decoding: folder.bytes("run/metrics.jsonl"), as: UTF8.self)
        // Metrics have the name that was typed, before and after.
        #expect(lines.components(separatedBy: "\"retrieval/data/").count > 2)
        #expect(lines.components(separatedBy: "\"retrieval/again/").count > 2)
        #expect(!lines.contains(elsewhere.url.path) && !lines.contains("retrieval//"))
        let measured = try Tool.run(["eval", "normalizer", run, "--json"], in: elsewhere)
        #expect(measured.status == 0, "\(measured.errors)")
    }

    /// Recipes of runs from before paths were made absolute.
    @Test func anOlderRunSaysWhereItsPathsCountFrom() throws {
        let folder = try folder()
        _ = try Tool.run(["train", "recipe.yaml", "--run", "run"], in: folder)
        let text = try String(decoding: folder.bytes("run/recipe.yaml"), as: UTF8.self)
        let prefix = folder.url.path + "/"
        #expect(text.contains("train: \(prefix)data"), "\(text)")
        try folder.write("run/recipe.yaml", text.replacing(prefix, with: ""))
        try folder.write("run/run.json", "{\"format\":2}")
        let elsewhere = try Folder()
        let run = folder.url.appending(path: "run").path
        let lost = try Tool.run(["train", "--resume", run, "--set", "length=5 steps"], in: elsewhere)
        #expect(lost.status == 66 && lost.errors.contains("relative paths"), "\(lost.errors)")
        let named = try Tool.run(
            [
                "train", "--resume", run, "--set", "length=5 steps", "--set", "data.train=\(prefix)data",
                "--json",
            ],
            in: elsewhere
        )
        #expect(named.json["steps"] as? Int == 5, "\(named.errors)")
        let home = try Tool.run(
            ["train", "--resume", "run", "--set", "length=6 steps", "--json"],
            in: folder
        )
        #expect(home.json["steps"] as? Int == 6, "\(home.errors)")
    }

    @Test func anEditOfTheBatchIsAskedForByName() throws {
        let folder = try folder()
        _ = try Tool.run(["train", "recipe.yaml", "--run", "run"], in: folder)
        let text = try String(decoding: folder.bytes("run/recipe.yaml"), as: UTF8.self)
        try folder.write("run/recipe.yaml", text.replacing("batch: 4", with: "batch: 2"))
        let resume = ["train", "--resume", "run", "--set", "length=5 steps"]
        let refused = try Tool.run(resume, in: folder)
        #expect(refused.status == 65 && refused.errors.contains("--set 'batch=2'"), "\(refused.errors)")
        let named = try Tool.run(resume + ["--set", "batch=2"], in: folder)
        #expect(
            named.status == 0 && named.errors.contains("batch is 2 in place of 4 from step 3 on"),
            "\(named.errors)"
        )
    }
}
