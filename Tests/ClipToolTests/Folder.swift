import Foundation

/// A folder of its own for one test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "clip-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file, with the folders above it.
    func write(_ name: String, _ content: some Sequence<UInt8>) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(content).write(to: file)
    }

    func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url.appending(path: name))) }

    func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: name).path)
    }
}

extension Folder {
    /// A model small enough for a debug build.
    func writeModel() throws {
        try write(
            "model.json",
            """
            {"embed_dim": 8, "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8,
             "patch_size": 8}, "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2,
             "layers": 1}}
            """
        )
    }

    /// A checkpoint `start` of that model.
    func makeCheckpoint() throws {
        try writeModel()
        _ = try Tool.run(
            ["model", "init", "--config", "model.json", "--seed", "1", "--out", "start"],
            in: self
        )
    }

    /// Pictures with captions beside them, all different.
    func writePictures(_ count: Int) throws {
        for number in 0..<count {
            let picture = TestPNG.image(width: 20 + number, height: 18) { x, y in
                [
                    UInt8(truncatingIfNeeded: 9 * x + 31 * number), UInt8(truncatingIfNeeded: 13 * y),
                    UInt8(40 * number),
                ]
            }
            try write("pictures/p\(number).png", picture)
            try write("pictures/p\(number).txt", "picture number \(number)\n")
        }
    }

    /// Shards `data` of such pictures.
    func makeShards(_ count: Int) throws {
        try writePictures(count)
        _ = try Tool.run(["data", "pack", "pictures", "--out", "data"], in: self)
    }

    func writeRecipe(length: String) throws {
        try writeModel()
        try write(
            "recipe.yaml",
            """
            model: {config: model.json}
            data: {train: data, workers: 1}
            batch: 4
            length: \(length)
            optimizer: {learningRate: 1e-3}
            schedule: {warmup: 1 steps}
            log: {every: 1 steps}
            threads: 1
            """
        )
    }
}
