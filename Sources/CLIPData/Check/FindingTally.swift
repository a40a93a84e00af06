/// Samples counted by kind, with the first few of each kind; may be added up in any order.
struct FindingTally: Sendable {
    struct Example: Sendable {
        var place: Int
        var text: String
    }

    static let exampleLimit = 8

    private(set) var counts: [String: Int] = [:]
    private(set) var examples: [String: [Example]] = [:]

    /// Counts a sample; the text is made only if it is kept.
    mutating func add(_ kind: String, _ place: Int, _ text: @autoclosure () -> String) {
        counts[kind, default: 0] += 1
        let kept = examples[kind, default: []]
        // A thread takes its samples in order, so that later ones never come before those kept.
        if kept.count < Self.exampleLimit {
            examples[kind, default: []].append(Example(place: place, text: PlainLine.of(text())))
        }
    }

    mutating func merge(_ other: FindingTally) {
        counts.merge(other.counts, uniquingKeysWith: +)
        examples.merge(other.examples) { first, second in
            Array((first + second).sorted { $0.place < $1.place }.prefix(Self.exampleLimit))
        }
    }
}
