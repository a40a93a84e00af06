import Testing
import TorchOptim

@Suite struct LearningRateScheduleTests {
    @Test func cosineBySteps() {
        let schedule = LearningRateSchedule(peak: 1, minimum: 0.2)
        let rate = { schedule.rate(step: $0, of: 14, warmup: 4) }
        #expect((0..<5).map(rate) == [0.25, 0.5, 0.75, 1, 1])
        #expect(abs(rate(9) - 0.6) < 1e-12)
        #expect(abs(rate(14) - 0.2) < 1e-12)
        #expect(rate(100) == rate(14))
        #expect(rate(13) > rate(14))
    }

    @Test func constantBySteps() {
        let schedule = LearningRateSchedule(peak: 3, shape: .constant)
        #expect([0, 1, 2, 50].map { schedule.rate(step: $0, of: 10, warmup: 2) } == [1.5, 3, 3, 3])
    }

    @Test func edges() {
        let schedule = LearningRateSchedule(peak: 1)
        #expect(schedule.rate(step: 0, of: 10, warmup: 0) == 1)
        #expect(schedule.rate(step: 5, of: 5, warmup: 5) == 0)
        #expect(schedule.rate(step: 0, of: 5, warmup: 10) == 0.1)
        #expect(schedule.rate(fraction: 1, warmup: 1) == 1)
        #expect(schedule.rate(fraction: 0, warmup: 0) == 1)
    }

    @Test func cosineByFraction() {
        let schedule = LearningRateSchedule(peak: 2, minimum: 1)
        #expect(schedule.rate(fraction: 0.05, warmup: 0.1) == 1)
        #expect(schedule.rate(fraction: 0.1, warmup: 0.1) == 2)
        #expect(abs(schedule.rate(fraction: 0.55, warmup: 0.1) - 1.5) < 1e-12)
        #expect(schedule.rate(fraction: 1, warmup: 0.1) == 1)
        #expect(schedule.rate(fraction: 7, warmup: 0.1) == 1)
    }
}
