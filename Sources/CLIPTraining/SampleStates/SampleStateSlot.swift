import CLIPObjectives

/// A place for the state of samples that is opened later: an objective can be put together, and a checkpoint be checked
/// against it, before the state on the disk is rolled back.
final class SampleStateSlot: SampleStates {
    let width: Int
    let count: Int
    /// The state, once it is open.
    var states: StoredSampleStates?

    init(width: Int, count: Int) {
        self.width = width
        self.count = count
    }

    func read(_ ordinals: [Int64]) throws -> [Float] {
        guard let states else { throw ObjectiveError.noOrdinals }
        return try states.read(ordinals)
    }

    func write(_ values: [Float], at ordinals: [Int64]) throws {
        guard let states else { throw ObjectiveError.noOrdinals }
        try states.write(values, at: ordinals)
    }
}
