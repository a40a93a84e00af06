import CLIPObjectives
import Foundation
import Testing

@testable import CLIPTraining

@Suite struct StoredSampleStatesTests {
    private let fixture: SampleStateFixture

    init() throws { fixture = try SampleStateFixture() }

    @Test(arguments: [1, 2, 8, 33])
    func holdsWhatWasWritten(width: Int) throws {
        fixture.width = width
        let states = try fixture.create()
        #expect(states.width == width)
        #expect(states.count == 40)
        #expect(try fixture.all(states) == [Float](repeating: 0, count: 40 * width))
        let reference = MemorySampleStates(count: 40, width: width)
        for number in 1...20 {
            try fixture.step(number, states)
            try fixture.step(number, reference)
        }
        #expect(try fixture.all(states) == fixture.all(reference))
        #expect(try states.read([]) == [])
        try states.write([], at: [])
    }

    @Test func theLaterRowStays() throws {
        let states = try fixture.create()
        try states.write([1, 2, 3, 4, 5, 6, 7, 8], at: [39, 0, 39, 1])
        #expect(try states.read([39, 0, 1, 39]) == [5, 6, 3, 4, 7, 8, 5, 6])
    }

    @Test func bitsOfNumbersAreKept() throws {
        let states = try fixture.create()
        let values: [Float] = [-0.0, .infinity, Float(bitPattern: 0x7FC0_1234), .leastNonzeroMagnitude]
        try states.write(values, at: [7, 3])
        #expect(try states.read([7, 3]).map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test(arguments: [[0, 40], [-1, 0], [Int64.max, 1], [1, Int64.min]])
    func ordinalsOfOtherDataAreRefused(ordinals: [Int64]) throws {
        let states = try fixture.create()
        let bad = try #require(ordinals.first { !(0..<40).contains($0) })
        #expect(throws: ObjectiveError.unknownSample(ordinal: bad, count: 40)) { try states.read(ordinals) }
        let before = try fixture.contents()
        #expect(throws: ObjectiveError.unknownSample(ordinal: bad, count: 40)) {
            try states.write([1, 2, 3, 4], at: ordinals)
        }
        #expect(throws: ObjectiveError.shape("sample states", found: [3], expected: "[2]")) {
            try states.write([1, 2, 3], at: [0])
        }
        #expect(try fixture.contents() == before)
    }

    @Test func aBillionSamplesCostNothing() throws {
        fixture.count = 1_000_000_000
        let states = try fixture.create()
        let last = Int64(fixture.count - 1)
        try states.write([1, 2, 3, 4], at: [last, 500_000_000])
        #expect(try states.read([last, 0, 500_000_000]) == [1, 2, 0, 0, 3, 4])
        try states.checkpoint(step: 1)
        var blocks = 0
        for (name, length) in [("live.bin", 8_000_004_096), ("journalled.bits", 125_000_000)] {
            var info = stat()
            #expect(stat(fixture.url(name).path, &info) == 0)
            #expect(Int(info.st_size) == length)
            blocks += Int(info.st_blocks)
        }
        // Units of 512 bytes: the header's page, two pages of records, and what a file system keeps its books in.
        #expect(blocks <= 1024, "\(blocks)")
    }

    @Test func nothingGoesOnAfterClosing() throws {
        let states = try fixture.create()
        try fixture.step(1, states)
        try states.close()
        try states.close()
        let closed = SampleStateError.closed(path: fixture.url("live.bin").path)
        #expect(throws: closed) { try states.read([0]) }
        #expect(throws: closed) { try states.write([1, 2], at: [0]) }
        #expect(throws: closed) { try states.checkpoint(step: 1) }
        #expect(fixture.folder.names("run/states") == ["journal-0.bin", "live.bin"])
    }

    @Test(arguments: [0, -1, 1025, Int.max])
    func otherWidthsAreRefused(width: Int) {
        fixture.width = width
        #expect(throws: SampleStateError.size(count: 40, width: width)) { try fixture.create() }
        #expect(fixture.folder.names("run/states").isEmpty)
    }

    @Test func aCountThatFitsNoFileIsRefused() {
        fixture.count = Int.max / 4
        #expect(throws: SampleStateError.size(count: Int.max / 4, width: 2)) { try fixture.create() }
    }

    @Test func stateThatLiesThereIsNotOverwritten() throws {
        do { try fixture.step(1, fixture.create()) }
        let before = try fixture.contents()
        #expect(throws: SampleStateError.exists(path: fixture.url("live.bin").path)) { try fixture.create() }
        #expect(try fixture.contents() == before)
    }
}
