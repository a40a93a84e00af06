import Foundation
import Testing
import Torch
import TorchNN

@Suite struct SafetensorsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func everyTypeRoundTrips() throws {
        var tensors: [String: Tensor] = [:]
        for dtype in DType.allCases {
            tensors["t.\(dtype)"] = try Tensor([0, 1, 1, 0, 1, 1] as [Float], shape: [3, 2]).to(dtype)
        }
        tensors["scalar"] = try Tensor(2.5)
        tensors["none"] = try Tensor.zeros([0, 4], dtype: .int64)
        let metadata = ["format": "pt", "quote \" \\ / \n": "ä 🐈"]
        try SafetensorsFile.write(tensors, metadata: metadata, to: folder.path("a.safetensors"))
        let file = try SafetensorsFile(path: folder.path("a.safetensors"))
        #expect(file.metadata == metadata)
        #expect(Set(file.names) == Set(tensors.keys))
        for (name, tensor) in try file.tensors() {
            let expected = try #require(tensors[name])
            #expect(tensor.dtype == expected.dtype)
            #expect(tensor.shape == expected.shape)
            #expect(try tensor.scalars(as: Double.self) == expected.scalars(as: Double.self))
        }
        #expect(try folder.names == ["a.safetensors"])
    }

    @Test func equalTensorsGiveEqualAlignedBytes() throws {
        let tensors: [String: Tensor] = [
            "b": try .ones([3]), "a": try .ones([2]), "flag": try .ones([3], dtype: .bool),
            "long": try .ones([1], dtype: .int64),
        ]
        for name in ["x", "y"] { try SafetensorsFile.write(tensors, to: folder.path(name)) }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("x")))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("y"))) == bytes)
        let file = try SafetensorsFile(path: folder.path("x"))
        #expect(file.names == ["long", "a", "b", "flag"])
        #expect(file.entries.allSatisfy { $0.byteOffset % $0.dtype.byteCount == 0 })
        #expect(file.entries[0].byteOffset % 8 == 0)
    }

    @Test func viewsAndTransposesAreWrittenInOrder() throws {
        let matrix = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        try matrix.setRequiresGradient(true)
        let path = folder.path("t")
        try SafetensorsFile.write(
            ["t": matrix.transposed(), "s": matrix.slice(1..<3, dim: 1)],
            to: path
        )
        let file = try SafetensorsFile(path: path)
        #expect(try file.tensor("t").scalars() == [1, 4, 2, 5, 3, 6] as [Float])
        #expect(try file.tensor("s").scalars() == [2, 3, 5, 6] as [Float])
    }

    @Test func writingIntoAViewLeavesTheFile() throws {
        let path = folder.path("w")
        try SafetensorsFile.write(["a": .ones([4])], to: path)
        let view = try SafetensorsFile(path: path).tensor("a")
        // The file object is gone; the view keeps the mapping.
        try view.fill(5)
        #expect(try view.scalars() == [5, 5, 5, 5] as [Float])
        #expect(try SafetensorsFile(path: path).tensor("a").scalars() == [1, 1, 1, 1] as [Float])
    }

    @Test func replacingAFileLeavesOpenViews() throws {
        let path = folder.path("r")
        try SafetensorsFile.write(["a": .ones([4])], to: path)
        let old = try SafetensorsFile(path: path).tensor("a")
        try SafetensorsFile.write(["a": old * 3], to: path)
        #expect(try old.scalars() == [1, 1, 1, 1] as [Float])
        #expect(try SafetensorsFile(path: path).tensor("a").scalars() == [3, 3, 3, 3] as [Float])
    }

    @Test func missingNameAndFile() throws {
        let path = folder.path("m")
        try SafetensorsFile.write(["a": .ones([4])], to: path)
        let file = try SafetensorsFile(path: path)
        #expect(throws: SafetensorsError(path: path, problem: .missing(tensor: "b", names: ["a"]))) {
            try file.tensor("b")
        }
        #expect(file["b"] == nil)
        let absent = #expect(throws: SafetensorsError.self) {
            try SafetensorsFile(path: folder.path("absent"))
        }
        #expect(absent?.description.contains("No such file") == true)
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: folder.url.path) }
    }

    @Test func failedWriteLeavesThePreviousFile() async {
        // The limit on file sizes stands for a full disk; it belongs to the process, so the test has its own.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.path("full")
            try SafetensorsFile.write(["a": .ones([4])], to: path)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: SafetensorsError.self) {
                try SafetensorsFile.write(["a": .ones([100_000])], to: path)
            }
            #expect(error?.path == path)
            #expect(error?.description.contains("write") == true)
            #expect(try SafetensorsFile(path: path).tensor("a").scalars() == [1, 1, 1, 1] as [Float])
            #expect(try folder.names == ["full"])
        }
    }

    @Test func unwritableFolderIsAnError() throws {
        #expect(throws: SafetensorsError.self) {
            try SafetensorsFile.write(["a": .ones([4])], to: folder.path("absent/file"))
        }
        #expect(throws: SafetensorsError.self) {
            try SafetensorsFile.write(["__metadata__": .ones([4])], to: folder.path("reserved"))
        }
        #expect(try folder.names.isEmpty)
    }
}
