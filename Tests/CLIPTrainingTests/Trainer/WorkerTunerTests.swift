import CLIPData
import Testing

@testable import CLIPTraining

@Suite struct WorkerTunerTests {
    /// A step of 64 rows that computes for 0.1 s and waits for the rest.
    private func measure(_ tuner: inout WorkerTuner, rowSeconds: Double) -> Int {
        let reading = rowSeconds * 64 / Double(tuner.threads)
        let step = max(0.1, reading)
        return tuner.update(rowSeconds: rowSeconds, rows: 64, stepSeconds: step, waitShare: 1 - 0.1 / step)
    }

    @Test func findsTheNumberThatKeepsUp() {
        var tuner = WorkerTuner(threads: 1, maximum: 16)
        for _ in 0..<6 { _ = measure(&tuner, rowSeconds: 0.01) }
        // 0.64 s of rows in 0.1 s of computing, and a fifth more.
        #expect(tuner.threads == 8)
        for _ in 0..<6 { _ = measure(&tuner, rowSeconds: 0.001) }
        #expect(tuner.threads == 1)
    }

    @Test func staysWithinTheMachine() {
        var tuner = WorkerTuner(threads: 40, maximum: 2)
        #expect(tuner.threads == 2)
        for _ in 0..<4 { _ = measure(&tuner, rowSeconds: 1) }
        #expect(tuner.threads == 2)
    }

    @Test func oneMeasurementChangesNothing() {
        var tuner = WorkerTuner(threads: 2, maximum: 8)
        #expect(measure(&tuner, rowSeconds: 0.02) == 2)
        #expect(measure(&tuner, rowSeconds: 0.001) == 2)
        #expect(tuner.update(rowSeconds: 0, rows: 64, stepSeconds: 1, waitShare: 1) == 2)
        #expect(tuner.update(rowSeconds: .nan, rows: 64, stepSeconds: 1, waitShare: 1) == 2)
    }

    @Test func theLimitIsThePhaseThatTookLongest() {
        var timing = RowTiming()
        (timing.read, timing.decode, timing.transform, timing.text) = (1, 4, 2, 3)
        #expect(DataLimit(timing, waitShare: 0.2, isRemote: false) == .decode)
        #expect(DataLimit(timing, waitShare: 0.02, isRemote: false) == nil)
        timing.read = 9
        #expect(DataLimit(timing, waitShare: 0.2, isRemote: false) == .disk)
        #expect(DataLimit(timing, waitShare: 0.2, isRemote: true) == .network)
    }
}
