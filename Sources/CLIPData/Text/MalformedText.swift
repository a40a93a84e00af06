/// A row of a text that cannot be read.
struct MalformedText: Error, Equatable {
    /// Where it goes wrong, from 1.
    var line: Int
    var problem: String

    static func tooLong(line: Int, limit: Int) -> MalformedText {
        MalformedText(line: line, problem: "the row is longer than \(limit) bytes")
    }
}
