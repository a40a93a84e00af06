import Foundation
import Testing

/// Every seed of the fuzzer, and every input that once broke a reader, ends in a result or an error.
@Suite(.timeLimit(.minutes(1)))
struct FuzzReplayTests {
    struct Input: CustomTestStringConvertible {
        let target: FuzzTarget
        let file: URL
        var testDescription: String { "\(target.rawValue)/\(file.lastPathComponent)" }
    }

    private static let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// `TARGET/*` below a folder.
    private static func inputs(below folder: URL) -> [Input] {
        FuzzTarget.allCases.flatMap { target in
            files(in: folder.appending(path: target.rawValue)).map { Input(target: target, file: $0) }
        }
    }

    private static func files(in folder: URL) -> [URL] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).sorted().map { folder.appending(path: $0) }
    }

    static let seeds = inputs(
        below: tests.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzz/seeds")
    )
    static let found = inputs(below: tests.appending(path: "Fixtures/fuzz"))
    static let pictures = files(in: tests.appending(path: "Fixtures/images")).compactMap { file in
        let targets = ["jpg": FuzzTarget.jpeg, "png": .png, "webp": .webp]
        return targets[file.pathExtension].map { Input(target: $0, file: file) }
    }

    @Test(arguments: seeds + found + pictures)
    func propertiesHold(_ input: Input) throws {
        let directory = try TestDirectory()
        let bytes = [UInt8](try Data(contentsOf: input.file))
        // An array's storage has slack behind it; an exact allocation shows a read past the end to a sanitizer.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        let words = try input.target.check(
            UnsafeRawBufferPointer(copy),
            files: FuzzFiles(directory: directory.path)
        )
        #expect(!words.isEmpty)
    }

    @Test func thereAreInputsOfEachTarget() {
        for target in FuzzTarget.allCases {
            #expect((Self.seeds + Self.pictures).contains { $0.target == target }, "\(target.rawValue)")
        }
        #expect(Self.found.count >= 5)
    }
}
