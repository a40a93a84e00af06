import Foundation
import Testing

@Suite struct PipeTests {
    @Test func aReaderThatStopsEndsTheToolQuietly() throws {
        let folder = try Folder()
        let command = "'\(Tool.binary.path)' model list --all --json | head -c 1"
        let shell = try Tool.Running(URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: folder)
        let outcome = try shell.outcome()
        #expect(outcome.output == "{")
        #expect(outcome.errors == "")
    }

    @Test func aFullDiskIsAFailure() throws {
        let folder = try Folder()
        let shell = try Tool.Running(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "'\(Tool.binary.path)' model list > /dev/full"],
            in: folder
        )
        #expect(try shell.outcome().status == 74)
    }
}
