extension ShardError {
    /// A row of a listing that cannot be read.
    static func listing(_ path: String, _ error: MalformedText, expected: String) -> ShardError {
        .listing(path: path, line: error.line, problem: error.problem, expected: expected)
    }

    /// The same with what an index can do about a listing that does not say what it should.
    func advising(_ action: String) -> ShardError {
        guard case .listing(let path, let line, let problem, let expected) = self else { return self }
        return .listing(
            path: path,
            line: line,
            problem: problem,
            expected: "\(expected), or \(action) with `clip data index --keep-readable`"
        )
    }
}
