/// A benchmark that cannot be run as asked.
public enum BenchmarkError: Error, Equatable, CustomStringConvertible {
    /// A setting is out of its range.
    case setting(name: String, found: String, expected: String)
    /// There are no captions to work on.
    case noCaptions

    /// What was found, and what was expected.
    public var description: String {
        switch self {
        case .setting(let name, let found, let expected): "\(name) is \(found); expected \(expected)"
        case .noCaptions: "there are no captions; expected a file with one caption on each line"
        }
    }

    static func check(_ name: String, _ value: Int, _ limits: ClosedRange<Int>) throws(BenchmarkError) {
        guard limits.contains(value) else {
            throw .setting(
                name: name,
                found: "\(value)",
                expected: "\(limits.lowerBound) to \(limits.upperBound)"
            )
        }
    }
}
