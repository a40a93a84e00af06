import CLIPText
import Foundation
import Testing

@Suite struct AssetFolderTests {
    @Test func theFirstFolderThatIsNamedCounts() {
        func place(_ environment: [String: String]) -> String {
            do throws(AssetError) {
                return try AssetFolder.url(.wordPieces, environment: environment).path
            } catch {
                return error.file.path
            }
        }
        let all = ["SWIFT_CLIP_MODELS": "/nowhere/m", "XDG_CACHE_HOME": "/nowhere/x", "HOME": "/nowhere/h"]
        let file = "bert-base-uncased/vocab.txt"
        #expect(place(all) == "/nowhere/m/\(file)")
        #expect(
            place(all.merging(["SWIFT_CLIP_MODELS": ""]) { $1 }) == "/nowhere/x/swift-clip/models/\(file)"
        )
        #expect(place(["HOME": "/nowhere/h"]) == "/nowhere/h/.cache/swift-clip/models/\(file)")
    }

    @Test func missingFilesNameTheirCommand() {
        for (asset, command) in [
            (AssetFolder.Asset.tagger, "`scripts/models tagger`"),
            (.wordPieces, "`scripts/models wordpiece`"),
            (.smolLM2, "`scripts/models smollm2`"),
        ] {
            let error = #expect(throws: AssetError.self) {
                try AssetFolder.url(asset, environment: ["SWIFT_CLIP_MODELS": "/nowhere"])
            }
            #expect(error?.description.contains("/nowhere/\(asset.rawValue)") ?? false)
            #expect(error?.description.contains(command) ?? false)
        }
    }

    @Test func filesThatAreThereAreFound() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tagger/tagger.json")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data().write(to: file)
        let environment = ["SWIFT_CLIP_MODELS": folder.path]
        #expect(try AssetFolder.url(.tagger, environment: environment).path == file.path)
    }

    /// Script and library agree on places; nothing is fetched.
    @Test func theScriptListsTheSamePlaces() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
            let process = Process()
            process.executableURL = root.appending(path: "scripts/models")
            process.arguments = arguments
            process.environment = ProcessInfo.processInfo.environment.merging([
                "SWIFT_CLIP_MODELS": "/nowhere"
            ]) { $1 }
            let pipe = Pipe()
            (process.standardOutput, process.standardError) = (pipe, pipe)
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }
        let list = try run([])
        #expect(list.status == 0)
        for asset in AssetFolder.Asset.allCases {
            #expect(list.text.contains("\(asset.name): "), "\(list.text)")
            #expect(list.text.contains("/nowhere/\(asset.rawValue) (not fetched)"), "\(list.text)")
        }
        #expect(list.text.contains("CC-BY-SA-4.0"))
        let unknown = try run(["taggers"])
        #expect(unknown.status == 64)
        #expect(unknown.text.contains("there is no 'taggers'; expected one of: tagger wordpiece smollm2"))
    }
}
