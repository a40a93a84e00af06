import Testing
import TorchOptim

@testable import CLIPTraining

/// Steps, pairs and the durations of a stage whose batch may change on the way.
@Suite struct StageClockTests {
    private func recipe(
        batch: Int,
        _ length: TrainingDuration,
        warmup: TrainingDuration = .steps(0)
    ) throws -> Recipe {
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.batch = batch
        recipe.length = length
        recipe.schedule.warmup = warmup
        recipe.optimizer.learningRate = 2
        return recipe
    }

    /// A position after steps of one batch and then of others.
    private func position(_ parts: [(steps: Int, batch: Int)], now batch: Int) -> TrainingPosition {
        var position = TrainingPosition()
        for part in parts {
            position.continueStage(withBatch: part.batch)
            position.step += part.steps
            position.samples += part.steps * part.batch
        }
        position.continueStage(withBatch: batch)
        return position
    }

    /// Steps, fractions and rates of a stage with one batch, as they were before batches could change.
    @Test(arguments: [(65, 8), (64, 8), (1000, 256), (7, 3), (40, 40)], [0.3, 2, 2.7])
    func oneBatchGivesTheSameNumbersToTheBit(data: (samples: Int, batch: Int), epochs: Double) throws {
        for length in [TrainingDuration.epochs(epochs), .samples(Int(epochs * 100)), .steps(11)] {
            for warmup in [TrainingDuration.steps(0), .percent(37), .epochs(0.1), .samples(9)] {
                let recipe = try recipe(batch: data.batch, length, warmup: warmup)
                guard let pace = try? TrainingPace(recipe, samplesPerEpoch: data.samples) else { continue }
                func steps(_ duration: TrainingDuration, of total: Int) -> Int {
                    switch duration {
                    case .epochs(let count):
                        Int((count * Double(data.samples) / Double(data.batch)).rounded(.up))
                    case .samples(let count): (count + data.batch - 1) / data.batch
                    case .steps(let count): count
                    case .percent(let percent): Int((Double(total) * percent / 100).rounded(.up))
                    case .seconds: 0
                    }
                }
                let total = steps(length, of: 0), rise = steps(warmup, of: total)
                #expect(pace.length == .steps(total))
                #expect(pace.epochs == Double(total) * Double(data.batch) / Double(data.samples))
                let schedule = TrainingSchedule(recipe, pace: pace)
                let rates = LearningRateSchedule(peak: 2)
                let noted = pace.continued(from: position([(3, data.batch)], now: data.batch))
                #expect(noted == pace)
                for step in 0...total + 2 {
                    let place = TrainingPosition(step: step, samples: step * data.batch)
                    #expect(pace.fraction(at: place) == min(1, Double(step) / Double(total)))
                    #expect(
                        schedule.learningRate(at: place) == rates.rate(step: step, of: total, warmup: rise)
                    )
                }
            }
        }
    }

    @Test(arguments: [
        (16, TrainingDuration.epochs(4), 16 + 8), (4, .epochs(4), 16 + 32), (64, .epochs(20), 16 + 18),
        (48, .epochs(4), 16 + 3), (16, .samples(129), 17), (16, .samples(128), 16), (16, .epochs(1), 8),
        (16, .steps(20), 20),
    ])
    func aLengthEndsAtItsPairsWhateverTheBatchWas(batch: Int, length: TrainingDuration, total: Int) throws {
        let now = position([(16, 8)], now: batch)
        #expect(now.batchChanges == [.init(step: 16, samples: 128)])
        let pace = try TrainingPace(recipe(batch: batch, length), samplesPerEpoch: 64).continued(from: now)
        #expect(pace.length == .steps(total))
        #expect(pace.isComplete(at: now) == (total <= 16))
        // A later session with the same batch finds the same.
        var later = now
        later.step += 2
        later.samples += 2 * batch
        later.continueStage(withBatch: batch)
        #expect(later.batchChanges == now.batchChanges)
        #expect(
            try TrainingPace(recipe(batch: batch, length), samplesPerEpoch: 64).continued(from: later) == pace
        )
    }

    @Test func severalChangesAreKept() throws {
        let now = position([(4, 8), (3, 16), (2, 4)], now: 32)
        #expect(now.batchChanges.map(\.step) == [4, 7, 9] && now.samples == 88)
        let clock = StageClock(batch: 32, at: now)
        #expect((0...11).map { clock.samples(at: $0) } == [0, 8, 16, 24, 32, 48, 64, 80, 84, 88, 120, 152])
        for step in 1...11 {
            let samples = Int(clock.samples(at: step))
            #expect(clock.step(reaching: samples) == step)
            #expect(clock.step(reaching: Double(samples) - 0.5) == step)
            #expect(clock.step(reaching: samples + 1) == step + 1)
        }
        // A stage that follows begins anew, and one of another stage before counts from its start.
        var next = now.enteringNextStage(dataPosition: nil)
        #expect(next.batchChanges.isEmpty)
        next.continueStage(withBatch: 10)
        #expect(next.batchChanges.isEmpty)
        next.step += 2
        next.samples += 20
        next.continueStage(withBatch: 5)
        #expect(StageClock(batch: 5, at: next).changes == [.init(step: 2, samples: 20)])
    }

    @Test func schedulesAndCadencesCountPairs() throws {
        let now = position([(16, 8)], now: 16)
        func pace(_ warmup: TrainingDuration, _ length: TrainingDuration) throws -> (Recipe, TrainingPace) {
            let recipe = try recipe(batch: 16, length, warmup: warmup)
            return (recipe, try TrainingPace(recipe, samplesPerEpoch: 64).continued(from: now))
        }
        let (plain, even) = try pace(.steps(0), .epochs(4))
        #expect(even.fraction(at: now) == 0.5)
        #expect(abs(TrainingSchedule(plain, pace: even).learningRate(at: now) - 1) < 1e-12)
        // The warm-up of one epoch ended with step 8, at 64 pairs; 64 of the 192 after it are done.
        let (warm, pairs) = try pace(.epochs(1), .epochs(4))
        #expect(pairs.end(of: .epochs(1)) == .steps(8))
        let third = TrainingSchedule(warm, pace: pairs).learningRate(at: now)
        #expect(abs(third - LearningRateSchedule(peak: 2).rate(fraction: 1.0 / 3, warmup: 0)) < 1e-12)
        // A quarter of the run is the same 64 pairs.
        let (percent, quarter) = try pace(.percent(25), .epochs(4))
        #expect(quarter.end(of: .percent(25)) == .steps(8))
        #expect(TrainingSchedule(percent, pace: quarter).learningRate(at: now) == third)
        // A warm-up that lasts on rises with the pairs: 128 of 256, and the step's own.
        let (rising, long) = try pace(.epochs(4), .epochs(8))
        #expect(TrainingSchedule(rising, pace: long).learningRate(at: now) == 2 * (8.0 + 1) / 16)
        // γ's course ends where half of the pairs are seen.
        #expect(long.epochs(of: .percent(50)) == 4)

        func due(_ duration: TrainingDuration, _ pace: TrainingPace) -> [Int] {
            var cadence = pace.cadence(of: duration, from: now)
            return (17...24).filter { step in
                var later = now
                later.step = step
                later.samples += (step - 16) * 16
                return cadence.isDue(at: later)
            }
        }
        // Epochs three and four end 4 and 8 steps on; steps are steps.
        #expect(due(.epochs(1), even) == [20, 24])
        #expect(due(.samples(96), even) == [20])
        #expect(due(.percent(25), even) == [20, 24])
        #expect(due(.steps(3), even) == [18, 21, 24])
    }

    @Test func aPositionIsStoredWithItsChanges() throws {
        let now = position([(4, 8), (3, 16)], now: 32)
        #expect(try now.storedAndRead() == now)
        let old = #"{"step": 3, "samples": 24, "dataPosition": 24, "stage": 0, "elapsedSeconds": 1}"#
        let read = try old.readPosition()
        #expect(read.batchChanges.isEmpty && read.dueEvaluations.isEmpty)
        // A change that no step has followed is no other place.
        var before = now
        before.batchChanges.removeLast()
        #expect(before.isSamePlace(as: now))
        before.batchChanges.removeLast()
        #expect(!before.isSamePlace(as: now))
    }
}
