import Foundation
import Synchronization

/// A part of a file that is read at any place, each block compared with its checksum when it is first needed.
///
/// The file is not mapped: a byte that somebody cuts off while it is open is an error here, where a load through a mapping
/// would end the process (SIGBUS). Blocks of a small file stay in memory, so that only the first look at one is a call; of
/// a large file, every read is one, and the system's cache holds it.
///
/// @unchecked because of the pointers: a block's memory is written under the lock before its flag is set, and never after.
package final class CheckedBlocks: @unchecked Sendable {
    /// A larger part is not kept in memory.
    package static let residentLimit = 64 << 20

    private let file: SharedFile
    private let range: Range<Int>
    private let sums: [UInt64]?
    private let memory: UnsafeMutableRawPointer?
    private let isReady: UnsafeMutablePointer<Atomic<Bool>>
    private let blockCount: Int
    private let loading = Mutex(())

    /// Nothing is read yet.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - range: The part of it, in bytes.
    ///   - sums: A checksum for each block of the part; nil for a file of a format without them.
    package init(
        _ file: SharedFile,
        _ range: Range<Int>,
        sums: [UInt64]?,
        residentLimit: Int = CheckedBlocks.residentLimit
    ) {
        let blockCount = BlockSums.count(of: range.count)
        precondition((sums?.count ?? blockCount) == blockCount, "\(blockCount) blocks")
        self.blockCount = blockCount
        self.file = file
        self.range = range
        self.sums = sums
        let isResident = !range.isEmpty && range.count <= residentLimit
        // Pages that were never touched take no memory.
        memory = isResident ? .allocate(byteCount: range.count, alignment: 16) : nil
        isReady = .allocate(capacity: blockCount)
        for block in 0..<blockCount { (isReady + block).initialize(to: Atomic(false)) }
    }

    deinit {
        isReady.deinitialize(count: blockCount)
        isReady.deallocate()
        memory?.deallocate()
    }

    /// Copies bytes of the part; `place` counts from the start of the file.
    ///
    /// - Throws: ``BlockFault``.
    package func read(_ place: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        precondition(
            range.lowerBound <= place.lowerBound && place.upperBound <= range.upperBound
                && place.count == target.count,
            "bytes \(place) of \(range)"
        )
        var start = place.lowerBound
        while start < place.upperBound {
            let block = (start - range.lowerBound) / BlockSums.blockBytes
            let end = min(place.upperBound, bounds(of: block).upperBound)
            try require(block)
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: target[start - place.lowerBound..<end - place.lowerBound]
            )
            if let memory {
                piece.copyMemory(
                    from: UnsafeRawBufferPointer(
                        start: memory + (start - range.lowerBound),
                        count: end - start
                    )
                )
            } else {
                try fill(piece, at: start)
            }
            start = end
        }
    }

    /// Compares the blocks of some bytes with their checksums where that was not done yet.
    ///
    /// - Throws: ``BlockFault``.
    package func require(bytes place: Range<Int>) throws {
        guard !place.isEmpty else { return }
        let first = (place.lowerBound - range.lowerBound) / BlockSums.blockBytes
        let last = (place.upperBound - 1 - range.lowerBound) / BlockSums.blockBytes
        for block in first...last { try require(block) }
    }

    /// The whole part's bytes, compared with their checksums.
    ///
    /// - Throws: ``BlockFault``.
    package func requireAll() throws { try require(bytes: range) }

    private func bounds(of block: Int) -> Range<Int> {
        let start = range.lowerBound + block * BlockSums.blockBytes
        return start..<min(range.upperBound, start + BlockSums.blockBytes)
    }

    private func require(_ block: Int) throws {
        guard !isReady[block].load(ordering: .acquiring) else { return }
        let bounds = bounds(of: block)
        guard sums != nil || memory != nil else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bounds.count, alignment: 16)
        defer { buffer.deallocate() }
        try fill(buffer, at: bounds.lowerBound)
        if let sums, BlockSums.sum(of: UnsafeRawBufferPointer(buffer), block: block) != sums[block] {
            throw BlockFault.damaged(bounds)
        }
        loading.withLock { _ in
            // Another thread may have come first, and others may be reading what it left.
            guard !isReady[block].load(ordering: .relaxed) else { return }
            if let memory {
                UnsafeMutableRawBufferPointer(
                    start: memory + (bounds.lowerBound - range.lowerBound),
                    count: bounds.count
                ).copyMemory(from: UnsafeRawBufferPointer(buffer))
            }
            isReady[block].store(true, ordering: .releasing)
        }
    }

    private func fill(_ target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        let count: Int
        do {
            count = try file.read(into: target, at: offset)
        } catch let error as POSIXError {
            throw BlockFault.system(error)
        }
        guard count == target.count else { throw BlockFault.cut(at: offset + target.count) }
    }
}
