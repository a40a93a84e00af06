import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

@Suite struct LowRankWritingTests {
    @Test(arguments: ["all", "some"]) func whatIsWrittenIsReadBack(name: String) throws {
        let folder = try ScratchDirectory()
        let adapter = try LowRankFixture.adapter(name)
        try adapter.write(to: folder.path("deep/adapter"), base: "some/model")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("deep/adapter")).sorted()
                == ["adapter_config.json", "adapter_model.safetensors"]
        )
        let read = try LowRankAdapter(
            directory: folder.path("deep/adapter"),
            for: LowRankFixture.base().configuration
        )
        #expect(read.options == adapter.options)
        #expect(Set(read.tensors.keys) == Set(adapter.tensors.keys))
        for (key, tensor) in adapter.tensors {
            #expect(
                try read.tensors[key]?.scalars(as: Float.self) == tensor.scalars(as: Float.self),
                "\(key)"
            )
        }
        let settings =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: folder.url.appending(path: "deep/adapter/adapter_config.json"))
            ) as? [String: Any]
        #expect(settings?["peft_type"] as? String == "LORA")
        #expect(settings?["base_model_name_or_path"] as? String == "some/model")
        #expect(settings?["target_modules"] as? [String] == adapter.options.targets)
    }

    /// Short names mean all blocks: an adapter of one block is written with whole names, and read back.
    @Test func anAdapterOfOneBlockStaysOne() throws {
        let folder = try ScratchDirectory()
        var adapter = try LowRankFixture.adapter("all")
        adapter.pairs = adapter.pairs.filter { $0.key.contains(".layers.1.") }
        try adapter.write(to: folder.path("adapter"))
        let read = try LowRankAdapter(
            directory: folder.path("adapter"),
            for: LowRankFixture.base().configuration
        )
        #expect(read.pairs.count == 7 && Set(read.pairs.keys) == Set(adapter.pairs.keys))
        let settings =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: folder.url.appending(path: "adapter/adapter_config.json"))
            ) as? [String: Any]
        #expect(settings?["target_modules"] as? [String] == adapter.pairs.keys.sorted())
        // The same without the number of blocks.
        try LowRankAdapter(options: adapter.options, pairs: adapter.pairs).write(to: folder.path("bare"))
        #expect(
            try LowRankAdapter(directory: folder.path("bare"), for: LowRankFixture.base().configuration).pairs
                .count == 7
        )
    }

    /// PEFT's own file and ours hold the same names and bytes.
    @Test func weightsAreWrittenAsPeftWritesThem() throws {
        let folder = try ScratchDirectory()
        try LowRankFixture.adapter("all").write(to: folder.path("adapter"))
        let ours = try SafetensorsFile(path: folder.path("adapter/adapter_model.safetensors"))
        let theirs = try SafetensorsFile(path: LanguageFixture.path("LowRank/all/adapter_model.safetensors"))
        #expect(ours.names.sorted() == theirs.names.sorted())
        #expect(ours.metadata == ["format": "pt"])
        for name in theirs.names {
            #expect(ours[name]?.dtype == theirs[name]?.dtype)
            #expect(
                try ours.tensor(name).scalars(as: Float.self) == theirs.tensor(name).scalars(as: Float.self)
            )
        }
    }

    @Test func nothingIsOverwritten() throws {
        let folder = try ScratchDirectory()
        let adapter = try LowRankFixture.adapter("some")
        try Data("kept".utf8).write(to: folder.url.appending(path: "file"))
        for path in [folder.url.path, folder.path("file")] {
            let error = #expect(throws: LowRankError.self) { try adapter.write(to: path) }
            #expect(error?.problem == .occupied)
        }
        #expect(try Data(contentsOf: folder.url.appending(path: "file")) == Data("kept".utf8))
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "empty"),
            withIntermediateDirectories: true
        )
        try adapter.write(to: folder.path("empty"))
        #expect(folder.names() == ["empty", "file"])
    }

    /// A parent that is a file: an error with the system's reason, and nothing half made.
    @Test func aFailedWriteLeavesNothing() throws {
        let folder = try ScratchDirectory()
        try Data().write(to: folder.url.appending(path: "file"))
        let error = #expect(throws: LowRankError.self) {
            try LowRankFixture.adapter("some").write(to: folder.path("file/adapter"))
        }
        #expect(error?.description.contains("cannot write an adapter: ") ?? false)
        #expect(folder.names() == ["file"])
    }
}
