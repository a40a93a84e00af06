import CLIPObjectives
import Testing

/// Going back to a savepoint in memory.
@Suite struct RevertibleSampleStatesTests {
    private let base = MemorySampleStates(count: 8, width: 2)
    private let states: RevertibleSampleStates
    private let everyone = [Int64](0..<8)

    init() throws {
        states = RevertibleSampleStates(base)
        try states.write((0..<16).map { Float($0) }, at: everyone)
    }

    private func all() throws -> [Float] { try states.read(everyone) }

    /// Changes some records, a different change each time.
    private func change(_ ordinals: [Int64], by amount: Float) throws {
        try states.write(states.read(ordinals).map { $0 * 2 + amount }, at: ordinals)
    }

    @Test func aTrialLeavesNothing() throws {
        let before = try all()
        let savepoint = states.savepoint()
        for step in 1...3 {
            try change([1, 5, 1], by: Float(step))
            try change([Int64(step)], by: 0.5)
        }
        #expect(savepoint.changedCount == 4)
        #expect(try all() != before)
        try states.restore(savepoint)
        #expect(try all() == before)
        #expect(savepoint.changedCount == 0)
        #expect(try base.read(everyone) == before)
        // It can be tried again.
        try change([7], by: 3)
        try states.restore(savepoint)
        #expect(try all() == before)
    }

    @Test func nothingIsKeptWithoutASavepoint() throws {
        let savepoint = states.savepoint()
        states.discard(savepoint)
        try change([1, 2], by: 1)
        #expect(savepoint.changedCount == 0)
        #expect(!savepoint.isAlive)
        #expect(throws: ObjectiveError.savepointEnded) { try states.restore(savepoint) }
        states.discard(savepoint)
    }

    @Test func theInnerOneGoesBackToItself() throws {
        let outer = states.savepoint()
        let start = try all()
        try change([0, 1], by: 1)
        let between = try all()
        let inner = states.savepoint()
        try change([1, 2], by: 2)
        try states.restore(inner)
        #expect(try all() == between)
        try change([3], by: 2)
        try states.restore(outer)
        #expect(try all() == start)
        #expect(!inner.isAlive)
        #expect(outer.isAlive)
        #expect(throws: ObjectiveError.savepointEnded) { try states.restore(inner) }
    }

    /// What an inner savepoint kept still leads back to the outer one.
    @Test func discardingTheInnerOneMergesIt() throws {
        let outer = states.savepoint()
        let start = try all()
        try change([0, 1], by: 1)
        let inner = states.savepoint()
        try change([1, 2], by: 2)
        states.discard(inner)
        #expect(outer.changedCount == 3)
        try change([4], by: 1)
        try states.restore(outer)
        #expect(try all() == start)
    }

    @Test func discardingTheOuterOneEndsTheInner() throws {
        let outermost = states.savepoint()
        let start = try all()
        try change([0], by: 1)
        let outer = states.savepoint()
        try change([0, 1], by: 1)
        let inner = states.savepoint()
        try change([1, 2], by: 2)
        let end = try all()
        states.discard(outer)
        #expect(try all() == end)
        #expect(!inner.isAlive)
        #expect(outermost.changedCount == 3)
        try states.restore(outermost)
        #expect(try all() == start)
    }

    @Test func aSavepointOfAnotherStoreIsRefused() throws {
        let other = RevertibleSampleStates(base)
        let savepoint = other.savepoint()
        #expect(throws: ObjectiveError.savepointEnded) { try states.restore(savepoint) }
        states.discard(savepoint)
        #expect(savepoint.isAlive)
    }

    @Test func aWriteThatIsRefusedChangesNothing() throws {
        let before = try all()
        let savepoint = states.savepoint()
        #expect(throws: ObjectiveError.unknownSample(ordinal: 8, count: 8)) {
            try states.write([1, 2, 3, 4], at: [1, 8])
        }
        #expect(throws: ObjectiveError.self) { try states.write([1], at: [1]) }
        try states.restore(savepoint)
        #expect(try all() == before)
    }

    @Test func aStoreIsOpenedLater() throws {
        let late = RevertibleSampleStates(width: 2, count: 8)
        #expect(throws: ObjectiveError.statesNotOpen) { _ = try late.read([0]) }
        #expect(throws: ObjectiveError.statesNotOpen) { try late.write([1, 2], at: [0]) }
        #expect(throws: ObjectiveError.shape("sample states", found: [7, 2], expected: "[8, 2]")) {
            try late.open(MemorySampleStates(count: 7, width: 2))
        }
        try late.open(base)
        #expect(try late.read([3]) == [6, 7])
        #expect(ObjectiveError.statesNotOpen.description.contains("not open yet"))
    }

    /// Columns of it are kept like whole records.
    @Test func partsOfARecordGoBackTogether() throws {
        let before = try all()
        let columns = [StateColumns(states, 0..<1), StateColumns(states, 1..<2)]
        let savepoint = states.savepoint()
        try columns[0].write([-1], at: [3])
        try columns[1].write([-2], at: [3])
        #expect(try states.read([3]) == [-1, -2])
        try states.restore(savepoint)
        #expect(try all() == before)
    }
}
