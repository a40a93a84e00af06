extension FieldBytes {
    /// The content as text, without a byte order mark.
    ///
    /// - Parameter field: What to call it.
    /// - Throws: `SampleProblem` for bytes that are not UTF-8.
    func text(of field: String) throws(SampleProblem) -> String {
        try withUnsafeBytes { (bytes) throws(SampleProblem) in
            let start = LineScanner.byteOrderMarkLength(of: bytes)
            let content = UnsafeRawBufferPointer(rebasing: bytes[start...])
            if let error = NotUTF8(content) {
                throw SampleProblem(kind: .damagedField, reason: "the .\(field) member: \(error)")
            }
            return String(decoding: content, as: UTF8.self)
        }
    }

    /// The wanted members of a `.json` field, in order.
    ///
    /// - Throws: `SampleProblem` where it is no object.
    func members(
        _ isWanted: (String) -> Bool = { _ in true }
    ) throws(SampleProblem) -> [JSONRow.Member] {
        try withUnsafeBytes { (bytes) throws(SampleProblem) in
            var row = JSONRow(bytes)
            do throws(JSONRow.Malformed) {
                return try row.members(isWanted)
            } catch {
                let problem = NotUTF8.wide(bytes).map { "\($0)" } ?? error.problem
                let words = problem == JSONRow.noObject ? "" : ": \(problem)"
                throw SampleProblem(
                    kind: .damagedField,
                    reason: "the .json member is no JSON object\(words)"
                )
            }
        }
    }
}
