import Foundation
import Testing

@testable import CLIPTraining

@Suite struct MetricsLogTests {
    private let temporary: TemporaryDirectory
    private var file: URL { temporary.url.appending(path: "metrics.jsonl") }

    init() throws { temporary = try TemporaryDirectory() }

    private func text() throws -> String { try String(contentsOf: file, encoding: .utf8) }

    @Test func linesAreAppendedWhole() throws {
        let log = try MetricsLog(file)
        try log.append(NamedMetrics(step: 1, values: ["eval/acc1": 0.5]))
        try MetricsLog(file).append(NamedMetrics(step: 2, stage: 1, values: ["train/loss": .nan]))
        #expect(
            try text()
                == "{\"eval/acc1\":0.5,\"stage\":0,\"step\":1}\n{\"stage\":1,\"step\":2,\"train/loss\":\"NaN\"}\n"
        )
    }

    @Test func resumingCutsLaterStepsAndTornLines() throws {
        let log = try MetricsLog(file)
        for step in [1, 2, 3, 10] { try log.append(NamedMetrics(step: step, values: [:])) }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"step\":2,\"tra".utf8))
        try log.truncate(afterStep: 2)
        try log.append(NamedMetrics(step: 3, values: [:]))
        #expect(
            try text() == "{\"stage\":0,\"step\":1}\n{\"stage\":0,\"step\":2}\n{\"stage\":0,\"step\":3}\n"
        )
    }

    @Test func damagedLinesAreSetAsideAndNamed() throws {
        let lines = [
            #"{"step":1,"train/loss":3.5}"#, "\0\0\0", #"{"step":2}"#, #"{"step":"two"}"#, "", "[3]",
            #"{"note":"no step"}"#, #"{"step":9}"#, #"{"step":3}"#, #"{"step":4,"tr"#,
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let log = try MetricsLog(file)
        #expect(try log.truncate(afterStep: 3) == [2, 4, 6])
        let good = [lines[0], lines[2], lines[6], lines[8]].map { $0 + "\n" }.joined()
        #expect(try text() == good)
        let aside = temporary.url.appending(path: "metrics.damaged.jsonl")
        let damaged = [lines[1], lines[3], lines[5]].map { $0 + "\n" }.joined()
        #expect(try String(contentsOf: aside, encoding: .utf8) == damaged)
        let words = log.description(of: [2, 4, 6])
        #expect(words.contains("3 lines that are no JSON object (line 2, 4, 6)"), "\(words)")
        #expect(words.contains("metrics.damaged.jsonl"))

        // Lines that were set aside before stay there; a file without damage leaves none.
        try log.append(NamedMetrics(step: 4, values: [:]))
        #expect(try log.truncate(afterStep: 9).isEmpty)
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("oh\n".utf8))
        #expect(try log.truncate(afterStep: 9) == [6])
        #expect(try String(contentsOf: aside, encoding: .utf8) == damaged + "oh\n")
        // The last line is whole where only its end is missing.
        try Data(#"{"step":7}"#.utf8).write(to: file)
        #expect(try log.truncate(afterStep: 9).isEmpty)
        #expect(try text() == #"{"step":7}"# + "\n")
    }

    @Test func aDirectoryThatIsGoneIsExplained() {
        let gone = temporary.url.appending(path: "gone/metrics.jsonl")
        let error = #expect(throws: RunDirectoryError.self) { try MetricsLog(gone) }
        #expect(error?.description == "cannot open \(gone.path): No such file or directory.")
    }
}
