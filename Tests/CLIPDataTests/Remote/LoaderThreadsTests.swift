import Foundation
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPData

/// Workers that come and go, and ends in any state.
@Suite(.timeLimit(.minutes(1))) struct LoaderThreadsTests {
    @Test func batchesStayWhileThreadsChange() throws {
        let fixture = try RemoteFixture([25, 10, 1, 30, 14])
        let expected = try DataLoader(
            fixture.open(fixture.shards(nil)),
            .small(order: .blocks(window: 2), threads: 1)
        )
        .take(60).map(\.fingerprint)
        for way in [RemoteFixture.Way.command, .packedOnServer] {
            let loader = try DataLoader(
                fixture.open(fixture.shards(way)),
                .small(order: .blocks(window: 2), threads: 1),
                isUneven: true
            )
            var found: [String] = []
            for threads in [1, 4, 2, 7, 1, 3] {
                try loader.setThreads(threads)
                #expect(loader.threads == threads)
                found += try loader.take(10).map(\.fingerprint)
            }
            #expect(found == expected)
            loader.start(at: 80)
            #expect(loader.threads == 3)
            #expect(try loader.take(20).map(\.fingerprint) == Array(expected[10..<30]))
        }
    }

    @Test func threadsChangeFromOtherThreads() throws {
        let fixture = try RemoteFixture([40])
        let data = try fixture.open(fixture.shards(nil))
        let expected = try DataLoader(data, .small(threads: 1)).take(200).map(\.fingerprint)
        let loader = try DataLoader(data, .small(threads: 2))
        let isDone = Atomic(false)
        let group = DispatchGroup()
        for number in 0..<2 {
            group.enter()
            Thread {
                var threads = number
                while !isDone.load(ordering: .relaxed) {
                    threads = (threads * 5 + 3) % 8
                    try? loader.setThreads(1 + threads)
                }
                group.leave()
            }.start()
        }
        let found = try loader.take(200).map(\.fingerprint)
        isDone.store(true, ordering: .relaxed)
        group.wait()
        #expect(found == expected)
        loader.shutdown()
    }

    @Test func endsInAnyState() throws {
        let fixture = try RemoteFixture([20, 20])
        let data = try fixture.open(fixture.shards(.command))
        func loader() throws -> DataLoader {
            try DataLoader(data, .small(order: .blocks(window: 1)), isUneven: true)
        }
        let fresh = try loader()
        fresh.shutdown()
        let full = try loader()
        full.start(at: 0)
        // Its window is full and all workers wait.
        while full.timing.read == 0 { usleep(1000) }
        full.shutdown()
        let shrinking = try loader()
        _ = try shrinking.next()
        try shrinking.setThreads(6)
        try shrinking.setThreads(1)
        shrinking.shutdown()
        try shrinking.setThreads(4)
        #expect(throws: LoaderError.self) { try shrinking.next() }
        let dropped = try loader()
        _ = try dropped.next()
        try dropped.setThreads(5)
    }

    @Test func aSlowCommandHoldsTheEndNoLongerThanItRuns() throws {
        let fixture = try RemoteFixture([6, 6])
        let flag = fixture.directory.path + "/slow"
        let shards = (0..<2).map {
            "pipe:if test -e '\(flag)'; then touch '\(flag)-seen'; sleep 0.5; fi; cat '\(fixture.plain($0))'"
        }
        for threads in [1, 4] {
            let data = try fixture.open(shards)
            try fixture.emptyCache()
            try fixture.directory.write([], "slow")
            let loader = try DataLoader(data, .small(order: .blocks(window: 1), threads: threads))
            loader.start(at: 0)
            while !FileManager.default.fileExists(atPath: flag + "-seen") { usleep(1000) }
            try loader.setThreads(2)
            loader.shutdown()
            #expect(throws: LoaderError.self) { try loader.next() }
            for name in ["slow", "slow-seen"] {
                try FileManager.default.removeItem(atPath: fixture.directory.path + "/" + name)
            }
            loader.start(at: 0)
            #expect(try loader.next()?.count == 8)
        }
    }

    @Test(arguments: [LoaderSettings.Order.shuffled, .blocks(window: 1)])
    func aCommandEndsWithTheLoader(order: LoaderSettings.Order) throws {
        let fixture = try RemoteFixture([6, 6, 6])
        let flag = fixture.directory.path + "/slow"
        let shards = (0..<3).map {
            "pipe:if test -e '\(flag)'; then touch '\(flag)-seen'; sleep 600; fi; cat '\(fixture.plain($0))'"
        }
        let expected = try DataLoader(fixture.open(fixture.shards(nil)), .small(order: order)).take(3)
        for restarts in [false, true] {
            let data = try fixture.open(shards)
            try fixture.emptyCache()
            try fixture.directory.write([], "slow")
            let loader = try DataLoader(data, .small(order: order, threads: 3))
            loader.start(at: 0)
            while !FileManager.default.fileExists(atPath: flag + "-seen") { usleep(1000) }
            if !restarts {
                loader.shutdown()
                #expect(throws: LoaderError.self) { try loader.next() }
            }
            for name in ["slow", "slow-seen"] {
                try FileManager.default.removeItem(atPath: fixture.directory.path + "/" + name)
            }
            // Ends the first workers where that was not done, and reads what they wanted.
            loader.start(at: 0)
            #expect(try loader.take(3).map(\.fingerprint) == expected.map(\.fingerprint))
            loader.shutdown()
        }
    }

    /// Memory for a few batches only.
    private struct ShortAllocator: HostAllocator {
        struct OutOfMemory: Error {}
        let given = AtomicCount()

        func allocate(byteCount: Int) throws -> HostBuffer {
            guard given.next() < 3 else { throw OutOfMemory() }
            return PageableAllocator().allocate(byteCount: byteCount)
        }
    }

    @Test func noWorkersAreHiredAfterAFailure() throws {
        let fixture = try RemoteFixture([20])
        let loader = try DataLoader(
            source: fixture.open(fixture.shards(nil)),
            settings: .small(),
            images: NumberImages(),
            tokenize: byteTokens,
            allocator: ShortAllocator()
        )
        #expect(try loader.take(3).count == 3)
        #expect(throws: ShortAllocator.OutOfMemory.self) { try loader.next() }
        try loader.setThreads(8)
        #expect(throws: ShortAllocator.OutOfMemory.self) { try loader.next() }
        loader.shutdown()
    }
}
