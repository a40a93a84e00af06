import Foundation

/// The window of batches between the workers and the consumer.
///
/// @unchecked because `state` is guarded by `condition`, which the compiler cannot see.
final class LoaderEngine: @unchecked Sendable {
    private struct State {
        var window: [BatchAssembly] = []
        var nextPosition = 0
        /// The window that the source was told of last.
        var announced: Int?
        var isStopped = false
        var failure: (any Error)?
    }

    private let maker: RowMaker
    private let allocator: any HostAllocator
    private let condition = NSCondition()
    private var state = State()
    private let workers = DispatchGroup()

    init(maker: RowMaker, allocator: any HostAllocator, position: Int) {
        self.maker = maker
        self.allocator = allocator
        state.nextPosition = position
        for number in 0..<maker.settings.threads {
            workers.enter()
            let thread = Thread { [self] in
                work()
                workers.leave()
            }
            thread.name = "loader \(number)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// The next batch in order, or nil at the end of the data.
    func next() throws -> Batch? {
        // Put together outside the lock, so that workers go on meanwhile; nobody else has the assembly any more.
        try takeComplete()?.batch(
            height: maker.images.height,
            width: maker.images.width,
            captionsPerImage: maker.settings.captions.fixedCount
        )
    }

    private func takeComplete() throws -> BatchAssembly? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if state.isStopped { throw LoaderError.stopped }
            if let first = state.window.first {
                if first.isComplete {
                    if let failure = first.failure { throw failure.error }
                    state.window.removeFirst()
                    condition.broadcast()
                    return first
                }
            } else if let failure = state.failure {
                throw failure
            } else if isAtEnd {
                return nil
            }
            condition.wait()
        }
    }

    /// Lets the workers finish their rows and joins them.
    func stop() {
        condition.lock()
        state.isStopped = true
        condition.broadcast()
        condition.unlock()
        workers.wait()
    }

    private var isAtEnd: Bool {
        maker.settings.order == .sequential && state.nextPosition >= maker.source.count
    }

    private func work() {
        let workspace = ImageWorkspace()
        while let (assembly, row) = claim() {
            var faults: [SampleFault] = []
            let result: Result<BatchRow?, any Error>
            do {
                let pixels = assembly.pixels(of: row)
                let position = assembly.rows.lowerBound + row
                result = .success(
                    try maker.row(at: position, pixels: pixels, workspace: workspace, faults: &faults)
                )
            } catch {
                result = .failure(error)
            }
            condition.lock()
            assembly.finish(row, result, faults: faults)
            if assembly.isComplete { condition.broadcast() }
            condition.unlock()
        }
    }

    /// The next row to work on; waits while the window is full.
    private func claim() -> (BatchAssembly, Int)? {
        condition.lock()
        defer { condition.unlock() }
        while !state.isStopped {
            for assembly in state.window {
                if let row = assembly.claim() { return (assembly, row) }
            }
            // Batches that were begun before a failure are still finished and handed out.
            if state.failure != nil { return nil }
            if state.window.count < maker.settings.prefetch, !isAtEnd {
                do {
                    state.window.append(try open())
                } catch {
                    state.failure = error
                }
                // Others may take rows of it, and the consumer may have an empty or failed batch to see.
                condition.broadcast()
            } else {
                condition.wait()
            }
        }
        return nil
    }

    private func open() throws -> BatchAssembly {
        let settings = maker.settings
        let position = state.nextPosition
        if let window = maker.order.window(at: position), window.number != state.announced {
            state.announced = window.number
            maker.source.announce(window)
        }
        var rows = GlobalOrder.rows(
            of: settings.rank,
            ranks: settings.ranks,
            batchSize: settings.batchSize,
            from: position
        )
        var end = position + settings.batchSize
        if settings.order == .sequential {
            end = min(end, maker.source.count)
            rows = rows.clamped(to: position..<end)
        }
        let assembly = try BatchAssembly(
            position: position,
            nextPosition: end,
            rows: rows,
            rowBytes: maker.rowBytes,
            allocator: allocator
        )
        state.nextPosition = end
        return assembly
    }
}
