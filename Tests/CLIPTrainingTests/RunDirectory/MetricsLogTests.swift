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

    @Test func aDirectoryThatIsGoneIsExplained() {
        let gone = temporary.url.appending(path: "gone/metrics.jsonl")
        let error = #expect(throws: RunDirectoryError.self) { try MetricsLog(gone) }
        #expect(error?.description == "cannot open \(gone.path): No such file or directory.")
    }
}
