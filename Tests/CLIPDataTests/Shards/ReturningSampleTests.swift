import Foundation
import Testing

@testable import CLIPData

/// Samples that were gone and are back have the numbers that they had.
@Suite struct ReturningSampleTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Rows or lines without keys, whose numbers are all that names them.
    private func open(
        _ name: String,
        _ samples: [Int],
        seconds: Double,
        caption: (Int) -> String = { "caption \($0)" }
    ) throws -> ShardDataset {
        let text =
            name.hasSuffix("csv")
            ? "image,caption\n" + samples.map { "p/\($0).jpg,\(caption($0))\n" }.joined()
            : samples.map { "{\"image\": \"p/\($0).jpg\", \"caption\": \"\(caption($0))\"}\n" }.joined()
        try directory.write(Array(text.utf8), name)
        try directory.touch(name, at: seconds)
        for sample in samples { try directory.write(Array("\(sample)".utf8), "p/\(sample).jpg") }
        return try ShardDataset.open(["\(directory.path)/\(name)"])
    }

    private static let lists = ["l.csv", "l.jsonl"]

    @Test(arguments: lists)
    func anEditThatIsUndoneGivesTheOldNumbersBack(name: String) throws {
        let rows = try open(name, [0, 1, 2, 3], seconds: 1).rows()
        let edited = try open(name, [0, 2, 3], seconds: 2)
        #expect(try edited.rows() == ["0: 0 caption 0", "4: 2 caption 2", "5: 3 caption 3"])
        let undone = try open(name, [0, 1, 2, 3], seconds: 3)
        #expect(try undone.rows() == rows && undone.ordinalCount == 6)
        #expect(undone.index.changes?.returnedSamples == 3 && undone.index.changes?.newSamples == 0)
        #expect(
            undone.index.changes?.description
                == "of the shards, 1 is edited; samples: 3 came back, 2 went; all others keep their numbers"
        )
        #expect(
            (0..<4).map { undone.identity(at: $0) } == (0..<4).map { undone.index.identity(ofOrdinal: $0) }
        )
        // Both states are known from now on, however often they change, and no number is used up.
        for round in 0..<3 {
            let seconds = Double(10 + 2 * round)
            let again = try open(name, [0, 2, 3], seconds: seconds)
            #expect(
                try again.rows() == ["0: 0 caption 0", "4: 2 caption 2", "5: 3 caption 3"]
                    && again.ordinalCount == 6
            )
            let back = try open(name, [0, 1, 2, 3], seconds: seconds + 1)
            #expect(try back.rows() == rows && back.ordinalCount == 6)
        }
        let options = IndexOptions(verifies: true)
        #expect(try ShardDataset.open(["\(directory.path)/\(name)"], options: options).index.changes == nil)
    }

    @Test(arguments: lists)
    func aPictureThatIsExchangedAndPutBack(name: String) throws {
        let rows = try open(name, [0, 1, 2], seconds: 1).rows()
        // Samples come in the order of their numbers.
        #expect(try open(name, [0, 9, 2], seconds: 2).rows()[2] == "3: 9 caption 9")
        #expect(try open(name, [0, 8, 2], seconds: 3).rows()[2] == "4: 8 caption 8")
        #expect(try open(name, [0, 9, 2], seconds: 4).rows()[2] == "3: 9 caption 9")
        #expect(try open(name, [0, 1, 2], seconds: 5).rows() == rows)
        // Another text does not make it another sample, whenever it comes.
        let other = try open(name, [0, 8, 2], seconds: 6) { "other \($0)" }
        #expect(try other.rows() == ["0: 0 other 0", "2: 2 other 2", "4: 8 other 8"])
    }

    @Test(arguments: lists)
    func anEndThatWasCutOffReturns(name: String) throws {
        let rows = try open(name, [0, 1, 2, 3], seconds: 1).rows()
        #expect(try open(name, [0, 1], seconds: 2).count == 2)
        // What was kept of those that are gone stays where other shards change the index.
        let longer = try open(name, [0, 1, 2, 3, 4], seconds: 3)
        #expect(try longer.rows() == rows + ["4: 4 caption 4"] && longer.ordinalCount == 5)
    }

    @Test func whatIsKeptOutlivesChangesOfOtherShards() throws {
        let index = directory.path + "/all.clipidx"
        func all() throws -> ShardDataset {
            try ShardDataset.open(Self.lists.map { "\(directory.path)/\($0)" }, index: index)
        }
        _ = try open("l.csv", [0, 1, 2], seconds: 1)
        _ = try open("l.jsonl", [10, 11], seconds: 1)
        let rows = try all().rows()
        _ = try open("l.csv", [0, 2], seconds: 2)
        _ = try all()
        _ = try open("l.jsonl", [11], seconds: 2)
        _ = try all()
        _ = try open("l.csv", [0, 1, 2], seconds: 3)
        _ = try open("l.jsonl", [10, 11], seconds: 3)
        #expect(try all().rows() == rows)
        // Of a row, 24 bytes: nothing of a picture's path or a text.
        let file = try IndexFile(index)
        let gone = try (0..<file.sampleCount).compactMap { try file.fields(of: $0).first }
            .filter { $0.place == FieldRecord.Place.gone.rawValue }
        #expect(gone.count == 2 && gone.allSatisfy { $0.size == 0 })
    }

    /// An index of an earlier build kept nothing of what was gone.
    @Test func withoutMemoryNumbersAreNewOnce() throws {
        _ = try open("l.csv", [0, 1, 2], seconds: 1)
        _ = try open("l.csv", [0, 2], seconds: 2)
        let path = directory.path + "/l.csv.clipidx"
        var contents = try IndexContents(IndexFile(path))
        let gone = contents.fields.indices.filter {
            contents.fields[$0].place == FieldRecord.Place.gone.rawValue
        }
        #expect(gone.count == 2)
        for number in contents.fieldStarts.indices {
            contents.fieldStarts[number] -= UInt64(gone.count { $0 < contents.fieldStarts[number] })
        }
        for place in gone.reversed() { contents.fields.remove(at: place) }
        try contents.write(to: path)
        let back = try open("l.csv", [0, 1, 2], seconds: 3)
        #expect(try back.rows() == ["0: 0 caption 0", "4: 1 caption 1", "5: 2 caption 2"])
        _ = try open("l.csv", [0, 2], seconds: 4)
        #expect(try open("l.csv", [0, 1, 2], seconds: 5).rows() == back.rows())
    }

    /// In a folder or a tar file a number is a name like any other.
    @Test func filesThatAreNamedByNumbersReturn() throws {
        func folder(_ samples: [Int]) throws -> ShardDataset {
            for sample in 0..<3 where directory.exists("f/\(sample).jpg") {
                try directory.remove("f/\(sample).jpg")
            }
            for sample in samples { try directory.write(Array("\(sample)".utf8), "f/\(sample).jpg") }
            return try ShardDataset.open([directory.path + "/f"])
        }
        func tar(_ samples: [Int], seconds: Double) throws -> ShardDataset {
            var tar = TestTar()
            for sample in samples { tar.add("\(sample).jpg", "\(sample)") }
            try directory.write(tar.closed, "t/s.tar")
            try directory.touch("t/s.tar", at: seconds)
            return try ShardDataset.open([directory.path + "/t"])
        }
        let rows = try folder([0, 1, 2]).rows()
        _ = try folder([0, 2])
        #expect(try folder([0, 1, 2]).rows() == rows)
        #expect(try tar([0, 1, 2], seconds: 1).rows() == rows)
        _ = try tar([0, 2], seconds: 2)
        #expect(try tar([0, 1, 2], seconds: 3).rows() == rows)
    }
}
