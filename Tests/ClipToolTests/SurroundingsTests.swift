import Foundation
import Testing

/// What the tool is started with: descriptors that are missing, names that are no text.
@Suite(.timeLimit(.minutes(15))) struct SurroundingsTests {
    @Test func missingDescriptorsHarmNothing() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "3 steps")
        let train =
            "\"$clip\" train recipe.yaml --set objective.preset=sogclr --set 'checkpoint.every=1 steps'"
        #expect(try Tool.shell("\(train) --run whole", in: folder).outcome().status == 0)
        let files = try contents(of: "whole", in: folder)
        #expect(files.count > 10)
        for combination in 1..<8 {
            let closed = (0..<3).filter { combination & 1 << $0 != 0 }.map { "\($0)>&-" }.joined(
                separator: " "
            )
            let shell = try Tool.shell("\(train) --run run-\(combination) \(closed)", in: folder)
            #expect(try shell.outcome().status == 0, "\(closed)")
            let found = try contents(of: "run-\(combination)", in: folder)
            #expect(found.keys.sorted() == files.keys.sorted(), "\(closed)")
            for (name, content) in files {
                #expect(found[name] == content, "\(closed): \(name)")
            }
            // Descriptors 2 alone, and all.
            guard combination == 4 || combination == 7 else { continue }
            let resumed = try Tool.run(
                ["train", "--resume", "run-\(combination)", "--set", "length=4 steps"],
                in: folder
            )
            #expect(resumed.status == 0, "\(closed): \(resumed.errors)")
        }
    }

    @Test func theRestartForSpeedKeepsThemOpen() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        let line = "unset GOMP_SPINCOUNT; \"$clip\" train recipe.yaml --run run <&- >&- 2>&-"
        #expect(try Tool.shell(line, in: folder).outcome().status == 0)
        #expect(try Tool.run(["model", "show", "run"], in: folder).output.contains("step-2"))
    }

    /// What a run wrote, without what differs from run to run: times, numbers of processes, random identities.
    private func contents(of run: String, in folder: Folder) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let root = folder.url.appending(path: run)
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else {
                continue
            }
            let varies = path.hasPrefix("states/") || path == ".lock" || path == "metrics.jsonl"
            let isChecked = varies || path.hasSuffix("/state.json") || path.hasSuffix("/manifest.json")
            files[path] = isChecked ? Data() : data
            let text = String(decoding: data, as: UTF8.self)
            if path == ".lock" { #expect(text.hasPrefix("process ") && text.count < 20, "\(text)") }
            if path == "metrics.jsonl" {
                for line in text.split(separator: "\n") {
                    #expect(line.hasPrefix("{") && line.hasSuffix("}"))
                }
            }
            #expect(!path.hasPrefix("states/") || !text.contains("step 1"), "\(path)")
        }
        return files
    }

    @Test func namesThatAreNoTextAreRefused() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        let bad = "\"$(printf 'run-\\377')\""
        let run = try Tool.shell("\"$clip\" train recipe.yaml --run \(bad)", in: folder).outcome()
        #expect(
            run.status == 64 && run.errors.contains("argument 4, 'run-\u{FFFD}', is no UTF-8"),
            "\(run.errors)"
        )
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(!names.contains { $0.hasPrefix("run") })

        let line = "mkdir \(bad) && cd \(bad) && \"$clip\" train ../recipe.yaml --run run"
        let inside = try Tool.shell(line, in: folder).outcome()
        #expect(inside.status == 64 && inside.errors.contains("clip was started in"), "\(inside.errors)")
        #expect(try Tool.shell("ls -A \(bad)", in: folder).outcome().output == "")
    }

    @Test func otherNamesAreFine() throws {
        let folder = try Folder()
        try folder.makeShards(6)
        try folder.writeRecipe(length: "2 steps")
        for name in ["läuft", "two words", "one\ntwo", "-", "%41", "{a,b}", "a*"] {
            let run = try Tool.run(["train", "recipe.yaml", "--run", name], in: folder)
            #expect(run.status == 0, "\(name): \(run.errors)")
            #expect(folder.holds("\(name)/recipe.yaml"), "\(name)")
        }
    }
}
