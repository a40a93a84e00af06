/// How the steps of a stage and the pairs seen in them belong together.
///
/// A run may be resumed with another batch, so that a step no longer stands for the same number of pairs in the whole
/// stage. Up to the last change the two are known from the position; from there each step has the present batch.
struct StageClock: Equatable, Sendable {
    /// A moment of the stage, counted from its start.
    struct Moment: Equatable, Sendable {
        var step = 0
        var samples = 0
    }

    /// Pairs in a step from the last change on.
    let batch: Int
    /// The moments at which the batch changed, in order.
    private(set) var changes: [Moment] = []

    init(batch: Int) { self.batch = batch }

    /// The clock of a stage that continues at a position.
    init(batch: Int, at position: TrainingPosition) {
        self.batch = batch
        changes = position.batchChanges.map {
            Moment(
                step: $0.step - position.stageStart.step,
                samples: $0.samples - position.stageStart.samples
            )
        }
    }

    /// Whether all steps have the same number of pairs.
    var isEven: Bool { changes.isEmpty }

    private var last: Moment { changes.last ?? Moment() }

    /// How many pairs more were seen than if all steps had had the present batch.
    var lead: Int { last.samples - last.step * batch }

    /// Pairs seen after so many steps.
    func samples(at step: Int) -> Double {
        guard step < last.step else { return Double(last.samples) + Double(step - last.step) * Double(batch) }
        let (start, end) = segment { $0.step > step }
        let perStep = Double(end.samples - start.samples) / Double(end.step - start.step)
        return Double(start.samples) + Double(step - start.step) * perStep
    }

    /// Pairs seen after so many steps, in units of the present batch: the steps themselves, where it never changed.
    func batches(at step: Int) -> Double {
        guard !isEven else { return Double(step) }
        return samples(at: step) / Double(batch)
    }

    /// The step that completes so many pairs.
    func step(reaching samples: Int) -> Int {
        guard samples <= last.samples, !isEven else {
            let rest = samples - last.samples
            let steps = rest / batch + (rest % batch == 0 ? 0 : 1)
            let (sum, overflows) = last.step.addingReportingOverflow(steps)
            return overflows ? .max : sum
        }
        return step(reaching: Double(samples))
    }

    /// The step that completes so many pairs, which may be a fraction.
    func step(reaching samples: Double) -> Int {
        guard samples <= Double(last.samples), !isEven else {
            let steps = ((samples - Double(last.samples)) / Double(batch)).wholeNumber
            return last.step + steps
        }
        let (start, end) = segment { Double($0.samples) >= samples }
        let perStep = Double(end.samples - start.samples) / Double(end.step - start.step)
        return start.step + ((samples - Double(start.samples)) / perStep).wholeNumber
    }

    /// The part of the past that ends with the first change of which something holds.
    private func segment(_ holds: (Moment) -> Bool) -> (start: Moment, end: Moment) {
        let place = changes.firstIndex(where: holds) ?? changes.count - 1
        return (place > 0 ? changes[place - 1] : Moment(), changes[place])
    }
}

extension Double {
    /// Rounded up; what no integer can hold becomes more than any run reaches.
    var wholeNumber: Int { Int(min(rounded(.up), 1e18)) }
}
