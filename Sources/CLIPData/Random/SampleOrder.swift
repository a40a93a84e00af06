/// Which sample a position of the stream stands for.
public struct SampleVisit: Sendable, Hashable {
    /// The sample's place in its source.
    public var index: Int
    /// How often the stream has passed through the whole source before: the epoch.
    public var visit: Int

    /// Creates a visit.
    public init(index: Int, visit: Int) {
        self.index = index
        self.visit = visit
    }
}

/// The endless stream of samples of a stage, as a pure function of the position.
///
/// A batch takes the positions that follow the previous batch's, also across epochs, so each batch is full.
public protocol SampleOrder: Sendable {
    /// How many positions make one epoch.
    var epochLength: Int { get }
    /// The sample at a position.
    ///
    /// - Precondition: `position ≥ 0`.
    func sample(at position: Int) -> SampleVisit
    /// The sample that stands in when the one at `position` cannot be used; `attempt` counts from 0.
    func reserve(for position: Int, attempt: Int) -> SampleVisit
    /// The parts of the source that the stream reads around a position, or nil where it may read any.
    func window(at position: Int) -> ReadingWindow?
    /// Where the batches of a run that goes on begin: at the position, or the next one where a batch can.
    func start(at position: Int) -> Int
}

extension SampleOrder {
    /// None: any part may be read.
    public func window(at position: Int) -> ReadingWindow? { nil }
    /// A batch can begin anywhere.
    public func start(at position: Int) -> Int { position }
}

/// The parts of a source that are read together, and those that come next.
public struct ReadingWindow: Sendable, Hashable {
    /// The window's number in the stream, rising with the position.
    public var number: Int
    /// The samples that are read now, as ranges of places in the source.
    public var current: [Range<Int>]
    /// The samples of the window that follows.
    public var next: [Range<Int>]
}
