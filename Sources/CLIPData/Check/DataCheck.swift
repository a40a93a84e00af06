import Synchronization

/// Reads data before training does, and says what is wrong with it.
///
/// Every image is decoded in full. Memory is 41 bytes for each sample that is read, and some 60 more for a moment while
/// duplicates are looked for: about 1 GB for ten million.
public struct DataCheck: Sendable {
    /// What is looked at.
    public let settings: DataCheckSettings
    private let countTokens: (@Sendable (String) -> Int)?

    /// How many samples a thread takes at a time.
    private static let chunk = 32

    /// Creates a check.
    ///
    /// - Parameters:
    ///   - settings: What is looked at.
    ///   - countTokens: Counts a caption's tokens without start and end of text; nil leaves tokens out.
    /// - Throws: `LoaderError.setting` with the first setting that is out of range.
    public init(
        _ settings: DataCheckSettings,
        countTokens: (@Sendable (String) -> Int)? = nil
    ) throws(LoaderError) {
        try settings.validate()
        self.settings = settings
        self.countTokens = countTokens
    }

    /// Reads the samples.
    ///
    /// - Parameters:
    ///   - source: The samples.
    ///   - progress: Called now and then, from any thread.
    ///   - isInterrupted: Whether to stop and report on what was read so far.
    /// - Throws: `ShardError` when the data itself cannot be read.
    public func run(
        _ source: any SampleSource,
        progress: @escaping @Sendable (DataCheckProgress) -> Void = { _ in },
        isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws -> DataCheckReport {
        let selection = SampleSelection(source.count, limit: settings.sampleLimit, seed: settings.seed)
        let total = selection.count
        let work = Work(fields: settings.captions.count, count: total)
        progress(DataCheckProgress(done: 0, total: total))
        let chunks = (total + Self.chunk - 1) / Self.chunk
        try ParallelLoop.run(count: chunks, threads: settings.threads) { number in
            var inspector = SampleInspector(source: source, settings: settings, countTokens: countTokens)
            var marks: [SampleMarks] = []
            let start = number * Self.chunk
            for place in start..<min(total, start + Self.chunk) {
                if isInterrupted() { break }
                do {
                    marks.append(try inspector.inspect(place: place, index: selection[place]))
                } catch {
                    // What was waited for ends with an error, and its sample is counted in part.
                    if isInterrupted() { return }
                    throw error
                }
            }
            let done = work.add(inspector.tally, marks, from: start)
            if !marks.isEmpty { progress(DataCheckProgress(done: done, total: total)) }
        }
        let (tally, marks) = work.result
        let maker = DataCheckReportMaker(
            source: source,
            settings: settings,
            selection: selection,
            countsTokens: countTokens != nil
        )
        return try maker.report(tally, marks)
    }

    /// Collects what threads have counted.
    private final class Work: Sendable {
        private let state: Mutex<(tally: DataCheckTally, marks: SampleMarkTable)>

        init(fields: Int, count: Int) {
            state = Mutex((DataCheckTally(fields: fields), SampleMarkTable(count: count)))
        }

        /// - Returns: How many samples were read so far.
        func add(_ part: DataCheckTally, _ marks: [SampleMarks], from start: Int) -> Int {
            state.withLock { state in
                state.tally.merge(part)
                state.marks.store(marks, from: start)
                return state.tally.examined
            }
        }

        var result: (DataCheckTally, SampleMarkTable) { state.withLock { ($0.tally, $0.marks) } }
    }
}

/// How far a check is.
public struct DataCheckProgress: Sendable, Equatable {
    /// Samples read so far.
    public var done: Int
    /// Samples to read in all.
    public var total: Int
}

/// Which samples are read, and in which order: all from the front, or a random draw in its own order.
struct SampleSelection: Sendable {
    let count: Int
    private let permutation: KeyedPermutation?

    /// Streams of the check, apart from those of training.
    private static let stage: UInt64 = 0xC4EC

    init(_ samples: Int, limit: Int?, seed: UInt64) {
        // Places are 32-bit numbers.
        let samples = max(0, samples)
        let limit = min(limit ?? samples, samples, Int(UInt32.max) - 1)
        count = limit
        permutation =
            limit < samples
            ? KeyedPermutation(
                count: samples,
                random: CounterRandom(seed: seed, stage: Self.stage, purpose: .order)
            ) : nil
    }

    /// The position in the source of the sample with this place.
    subscript(place: Int) -> Int { permutation.map { $0[place] } ?? place }

    /// Positions drawn at random, first those that any draw with this seed holds.
    static func draw(_ number: Int, of samples: Int, seed: UInt64) -> [Int] {
        guard samples > 0 else { return [] }
        let permutation = KeyedPermutation(
            count: samples,
            random: CounterRandom(seed: seed, stage: stage, purpose: .order)
        )
        return (0..<min(number, samples)).map { permutation[$0] }
    }
}
