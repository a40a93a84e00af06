public import RemoteFiles
import Synchronization

/// Reads, decodes and tokenizes samples on threads of its own and hands out batches in order.
///
/// What is in a batch depends on settings and position only, never on the number of threads or on timing. At most
/// `prefetch` batches are in memory beside those that the consumer holds.
public final class DataLoader: Sendable {
    /// The settings.
    public let settings: LoaderSettings
    private let maker: RowMaker
    private let allocator: any HostAllocator
    private let stop: StopSignal?
    private let state = Mutex(State())

    private struct State {
        var engine: LoaderEngine?
        /// The number of workers, where it was changed.
        var threads: Int?
        var isShutDown = false
        var counters = LoaderCounters()
        var failure: (any Error)?
    }

    /// Creates a loader; nothing is read before `start` or the first `next`.
    ///
    /// - Parameters:
    ///   - source: The samples.
    ///   - settings: Batch size, order, captions and so on.
    ///   - images: Decodes an image into a row.
    ///   - texts: What becomes of captions: token ids, or embeddings that were computed before.
    ///   - allocator: Gives the memory for images.
    ///   - stop: Ends the wait for a batch.
    /// - Throws: `LoaderError.setting`; `ShardError.fields` when no sample has an image or a caption.
    public init(
        source: any SampleSource,
        settings: LoaderSettings,
        images: any ImageTransforming,
        texts: CaptionInput,
        allocator: any HostAllocator = PageableAllocator(),
        stop: StopSignal? = nil
    ) throws {
        try settings.validate()
        try texts.validate()
        if images.readsImages { try source.requireImages(settings.imageFields) }
        try settings.pairing?.validate(for: source)
        if settings.pairing?.parts.allSatisfy(\.isTexts) == true {
            try source.require(["json"], purpose: "an object with a query and a positive")
        } else {
            try settings.captions.requireFields(of: source)
        }
        self.settings = settings
        self.allocator = allocator
        self.stop = stop
        maker = RowMaker(source: source, settings: settings, images: images, texts: texts)
    }

    /// Creates a loader of token ids.
    ///
    /// - Parameter tokenize: Makes a caption's token ids, without padding; called from several threads at a time.
    public convenience init(
        source: any SampleSource,
        settings: LoaderSettings,
        images: any ImageTransforming,
        tokenize: @escaping @Sendable (String) -> [Int32],
        allocator: any HostAllocator = PageableAllocator()
    ) throws {
        try self.init(
            source: source,
            settings: settings,
            images: images,
            texts: .tokens(tokenize),
            allocator: allocator
        )
    }

    deinit { shutdown() }

    /// Starts, or starts again, at a stream position: the number of rows of the global batches before it.
    ///
    /// Where each batch takes one of several parts, the first is the next one that begins there or behind.
    /// - Precondition: `position ≥ 0`.
    public func start(at position: Int = 0) {
        precondition(position >= 0, "stream position \(position)")
        let old = state.withLock { state in
            defer { state = started(at: position, threads: state.threads) }
            return state.engine
        }
        old?.stop()
    }

    private func started(at position: Int, threads: Int?) -> State {
        var state = State(threads: threads)
        do {
            let engine = try LoaderEngine(
                maker: maker,
                allocator: allocator,
                position: maker.order.start(at: position),
                stop: stop
            )
            if let threads { try engine.setThreads(threads) }
            state.engine = engine
        } catch {
            // The next batch that is asked for says so.
            state.failure = error
        }
        return state
    }

    /// How many positions of the stream make one epoch, over all ranks: position `p` belongs to epoch
    /// `p / epochLength`.
    public var epochLength: Int { maker.order.epochLength }

    /// How many workers there are.
    public var threads: Int { state.withLock { $0.threads } ?? settings.threads }

    /// Changes the number of workers. Batches stay what they are.
    ///
    /// - Throws: `LoaderError.threads` where not one can be started.
    public func setThreads(_ count: Int) throws {
        let engine = state.withLock { state in
            state.threads = max(1, count)
            return state.engine
        }
        try engine?.setThreads(count)
    }

    /// Where the workers' time went since `start`.
    public var timing: RowTiming { state.withLock { $0.engine }?.timing ?? RowTiming() }

    /// Waits for the next batch; nil after the last one of a sequential pass. A shuffled stream never ends.
    ///
    /// Meant for one consumer at a time.
    /// - Throws: `LoaderError.tooManyFaults` or `.noReplacement` for bad data, `.stopped` after `shutdown` or the
    ///   signal,
    ///   `ShardError` when shards cannot be read or were changed. Once thrown, it is thrown again.
    public func next() throws -> Batch? {
        let engine = try running()
        do {
            while true {
                let start = ContinuousClock.now
                guard var batch = try engine.next() else { return nil }
                batch.waited = (ContinuousClock.now - start) / .seconds(1)
                try count(batch)
                // A pass without replacement may lose all rows of a batch.
                if batch.count > 0 { return batch }
            }
        } catch {
            state.withLock { state in
                // A restart meanwhile is not to be spoilt by the old engine's end.
                if state.engine === engine { state.failure = state.failure ?? error }
            }
            throw error
        }
    }

    /// Stops and joins the threads; `next` throws from now on, until `start`.
    public func shutdown() {
        let engine = state.withLock { state in
            state.isShutDown = true
            defer { state.engine = nil }
            return state.engine
        }
        engine?.stop()
    }

    /// What was read since `start`.
    public var counters: LoaderCounters { state.withLock { $0.counters } }

    private func running() throws -> LoaderEngine {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if state.isShutDown { throw LoaderError.stopped }
            if let engine = state.engine { return engine }
            state = started(at: 0, threads: state.threads)
            if let failure = state.failure { throw failure }
            guard let engine = state.engine else { throw LoaderError.stopped }
            return engine
        }
    }

    private func count(_ batch: Batch) throws {
        try state.withLock { state in
            state.counters.add(batch)
            let counters = state.counters
            let window = min(settings.badSampleWindow, max(1, maker.source.count))
            guard counters.samplesRead >= window,
                Double(counters.faults.total) > settings.maximumBadSampleRate * Double(counters.samplesRead)
            else { return }
            throw LoaderError.tooManyFaults(
                bad: counters.faults.total,
                read: counters.samplesRead,
                limit: settings.maximumBadSampleRate,
                table: counters.faults
            )
        }
    }
}

/// What a loader has done.
public struct LoaderCounters: Sendable, Equatable {
    /// Batches handed out.
    public private(set) var batches = 0
    /// Rows handed out.
    public private(set) var rows = 0
    /// Seconds in which the consumer waited for a batch.
    public private(set) var waitedSeconds = 0.0
    /// Samples that could not be used.
    public private(set) var faults = FaultTable()

    /// Creates counters at zero.
    public init() {}

    /// Samples that were looked at: rows and faults.
    public var samplesRead: Int { rows + faults.total }

    mutating func add(_ batch: Batch) {
        batches += 1
        rows += batch.count
        waitedSeconds += batch.waited
        for fault in batch.faults { faults.add(fault) }
    }
}
