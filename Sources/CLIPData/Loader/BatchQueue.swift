/// The batches that were begun and not handed out yet, in order, and what is read next.
///
/// Whoever uses it keeps others out meanwhile.
struct BatchQueue {
    private let maker: RowMaker
    private let allocator: any HostAllocator
    private var nextPosition: Int
    /// The reading window that the source was told of last.
    private var announced: Int?
    var batches: [BatchAssembly] = []

    init(maker: RowMaker, allocator: any HostAllocator, position: Int) {
        self.maker = maker
        self.allocator = allocator
        nextPosition = position
    }

    private var settings: LoaderSettings { maker.settings }

    /// Whether no further batch follows.
    var isAtEnd: Bool { settings.order == .sequential && nextPosition >= maker.source.count }

    /// Whether another batch may be begun now.
    var hasRoom: Bool {
        batches.count < settings.prefetch && !isAtEnd && isWithinReach
            && !batches.contains { $0.failure != nil }
    }

    /// The next row of a begun batch that nobody works on, up to a batch that failed: nobody gets what follows it.
    func claim() -> (BatchAssembly, Int)? {
        for batch in batches {
            if let row = batch.claim() { return (batch, row) }
            if batch.failure != nil { return nil }
        }
        return nil
    }

    /// Begins the next batch.
    mutating func open() throws {
        let position = nextPosition
        var rows = rows(from: position)
        var end = position + settings.batchSize
        if settings.order == .sequential {
            end = min(end, maker.source.count)
            rows = rows.clamped(to: position..<end)
        }
        let batch = try BatchAssembly(
            position: position,
            nextPosition: end,
            rows: rows,
            rowBytes: maker.rowBytes,
            allocator: allocator
        )
        nextPosition = end
        batches.append(batch)
        announce()
    }

    /// Tells the source which window is read: that of the first row in work, as what came before can be dropped then.
    mutating func announce() {
        let position = batches.first { !$0.isComplete }?.rows.lowerBound ?? nextPosition
        guard let window = maker.order.window(at: position), window.number != announced else { return }
        announced = window.number
        maker.source.announce(window)
    }

    /// Whether the next batch reads from no window behind the next one: what is kept for reading is two windows, however
    /// many batches are prefetched. A batch that is larger is read when no other is in work.
    private var isWithinReach: Bool {
        guard let announced, batches.contains(where: { !$0.isComplete }) else { return true }
        let last = rows(from: nextPosition).upperBound - 1
        guard let window = maker.order.window(at: last) else { return true }
        return window.number <= announced + 1
    }

    /// The positions of this rank's rows in a batch.
    private func rows(from position: Int) -> Range<Int> {
        GlobalOrder.rows(
            of: settings.rank,
            ranks: settings.ranks,
            batchSize: settings.batchSize,
            from: position
        )
    }
}
