/// Finds what a misspelt name was meant to be.
enum NearestName {
    /// The candidate that differs in at most two letters and not in all, regardless of case.
    static func of(_ name: String, among candidates: [String]) -> String? {
        candidates.map { ($0, distance(name, $0)) }.filter { $0.1 <= 2 && $0.1 < name.count }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// How many letters must be changed, added or removed, regardless of case; long names are far.
    private static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first.lowercased().utf8), b = Array(second.lowercased().utf8)
        guard a.count <= 64, b.count <= 64 else { return .max }
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(row[j] + 1, above + 1, diagonal + (left == right ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
