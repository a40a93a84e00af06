/// A store of states that can go back to a savepoint, so that a search leaves nothing behind.
///
/// While a savepoint is alive, the old record of a sample is kept in memory at the sample's first change; without one,
/// a write costs one comparison more than the store's own. What is restored is written through the store below,
/// which sees changes like all others.
///
/// The store below may be opened later than this one is made: until then, reads and writes throw
/// ``ObjectiveError/statesNotOpen``.
///
/// Not for use by several threads at a time.
public final class RevertibleSampleStates: SampleStates {
    /// Numbers in one record.
    public let width: Int
    /// Records.
    public let count: Int
    /// The store that holds the records; nil until it is opened.
    public private(set) var base: (any SampleStates)?
    private var innermost: SampleSavepoint?

    /// Creates a store without records, to be opened later.
    public init(width: Int, count: Int) {
        self.width = width
        self.count = count
    }

    /// Creates a store over another one.
    public convenience init(_ base: any SampleStates) {
        self.init(width: base.width, count: base.count)
        self.base = base
    }

    /// Takes the store that holds the records from now on. Savepoints that are alive end.
    ///
    /// - Throws: ``ObjectiveError/shape(_:found:expected:)`` for a store of another size.
    public func open(_ states: any SampleStates) throws {
        guard states.width == width, states.count == count else {
            throw ObjectiveError.shape(
                "sample states",
                found: [states.count, states.width],
                expected: "[\(count), \(width)]"
            )
        }
        end(through: nil)
        base = states
    }

    /// The records of some samples, `[ordinals.count · width]` row by row.
    ///
    /// - Throws: ``ObjectiveError/statesNotOpen``, and what the store throws.
    public func read(_ ordinals: [Int64]) throws -> [Float] { try opened.read(ordinals) }

    /// Replaces the records of some samples.
    ///
    /// - Throws: ``ObjectiveError/statesNotOpen``, and what the store throws.
    public func write(_ values: [Float], at ordinals: [Int64]) throws {
        let base = try opened
        if let innermost {
            let fresh = innermost.missing(from: ordinals)
            innermost.keep(try base.read(fresh), of: fresh, width: width)
        }
        try base.write(values, at: ordinals)
    }

    private var opened: any SampleStates {
        get throws {
            guard let base else { throw ObjectiveError.statesNotOpen }
            return base
        }
    }
}

extension RevertibleSampleStates {
    /// Starts to keep what changes from now on, until ``discard(_:)``; savepoints nest.
    public func savepoint() -> SampleSavepoint {
        let savepoint = SampleSavepoint(inside: innermost)
        innermost = savepoint
        return savepoint
    }

    /// Gives all samples the records that they had at a savepoint. The savepoint stays alive, and those that were
    /// made after it end.
    ///
    /// - Throws: ``ObjectiveError/savepointEnded``; what the store throws, after which it can be called again.
    public func restore(_ savepoint: SampleSavepoint) throws {
        let base = try opened
        try mergeInner(into: savepoint)
        let (values, ordinals) = savepoint.records
        if !ordinals.isEmpty { try base.write(values, at: ordinals) }
        savepoint.forget()
    }

    /// Ends a savepoint and those that were made after it, and leaves the records as they are; an outer savepoint can
    /// still be restored. One that has ended already stays so.
    public func discard(_ savepoint: SampleSavepoint) {
        guard savepoint.isAlive, (try? mergeInner(into: savepoint)) != nil else { return }
        if let outer = savepoint.outer {
            outer.take(savepoint, width: width)
        }
        end(through: savepoint)
    }

    /// Ends the savepoints inside of one; what they kept becomes the outer one's.
    private func mergeInner(into savepoint: SampleSavepoint) throws {
        var place = innermost
        while let current = place, current !== savepoint { place = current.outer }
        guard place != nil else { throw ObjectiveError.savepointEnded }
        while let inner = innermost, inner !== savepoint {
            inner.outer?.take(inner, width: width)
            end(through: inner)
        }
    }

    /// Ends the innermost savepoints up to and including one, or all.
    private func end(through last: SampleSavepoint?) {
        while let savepoint = innermost {
            innermost = savepoint.end()
            if savepoint === last { return }
        }
    }
}
