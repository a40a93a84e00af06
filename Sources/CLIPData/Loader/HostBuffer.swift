import Synchronization

/// Plain memory that a batch's images lie in; given back when the last reference goes.
///
/// @unchecked because of the pointer: the loader writes before it hands the buffer out, and nobody after that.
public final class HostBuffer: @unchecked Sendable {
    /// The first byte.
    public let baseAddress: UnsafeMutableRawPointer
    /// The size in bytes.
    public let byteCount: Int
    private let release: @Sendable (UnsafeMutableRawPointer) -> Void

    /// Takes over memory; `release` is called once with its address.
    public init(
        _ baseAddress: UnsafeMutableRawPointer,
        byteCount: Int,
        release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
    ) {
        self.baseAddress = baseAddress
        self.byteCount = byteCount
        self.release = release
    }

    deinit { release(baseAddress) }

    /// Calls `body` with the content.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: baseAddress, count: byteCount))
    }

    /// The bytes for writing.
    var mutableBytes: UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(
            start: baseAddress.bindMemory(to: UInt8.self, capacity: byteCount),
            count: byteCount
        )
    }
}

/// Where a batch's memory comes from: pageable memory here, pinned memory for a GPU.
public protocol HostAllocator: Sendable {
    /// Memory for `byteCount` bytes, aligned to 64 bytes, content undefined.
    func allocate(byteCount: Int) throws -> HostBuffer
}

/// Ordinary memory. Released blocks are kept for reuse, so a steady stream of batches causes no page faults.
public final class PageableAllocator: HostAllocator {
    private let pool: Pool

    /// Creates an allocator that keeps at most `keptBlocks` released blocks.
    public init(keptBlocks: Int = 8) {
        pool = Pool(limit: keptBlocks)
    }

    /// A released block of that size, or a new one.
    public func allocate(byteCount: Int) -> HostBuffer {
        let address = pool.take(byteCount) ?? .allocate(byteCount: max(1, byteCount), alignment: 64)
        return HostBuffer(address, byteCount: byteCount) { [pool] in pool.give(back: $0, byteCount) }
    }

    /// Released blocks; addresses are kept as numbers, since pointers are not Sendable.
    private final class Pool: Sendable {
        private let limit: Int
        private let free = Mutex<[(address: UInt, byteCount: Int)]>([])

        init(limit: Int) { self.limit = limit }

        deinit {
            for block in free.withLock({ $0 }) {
                UnsafeMutableRawPointer(bitPattern: block.address)?.deallocate()
            }
        }

        func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
            let address: UInt? = free.withLock { free in
                guard let place = free.lastIndex(where: { $0.byteCount == byteCount }) else { return nil }
                return free.remove(at: place).address
            }
            return address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
        }

        func give(back address: UnsafeMutableRawPointer, _ byteCount: Int) {
            let block = (address: UInt(bitPattern: address), byteCount: byteCount)
            let surplus: UInt? = free.withLock { free in
                free.append(block)
                // The oldest goes first: after a change of batch size it is the wrong one.
                return free.count > limit ? free.removeFirst().address : nil
            }
            surplus.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }?.deallocate()
        }
    }
}
