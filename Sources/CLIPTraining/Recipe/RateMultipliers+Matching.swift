import CLIPData

extension RateMultipliers {
    /// The factor of each name that a pattern matches.
    ///
    /// - Throws: ``RecipeError`` where a pattern takes no name, with names that are near it.
    func factors(for names: [String], at path: String) throws -> [String: Double] {
        var factors: [String: Double] = [:]
        var used: Set<Int> = []
        for name in names {
            guard let index = entries.firstIndex(where: { NamePattern($0.pattern).matches(name) }) else {
                continue
            }
            factors[name] = entries[index].factor
            used.insert(index)
        }
        let problems = entries.indices.filter { !used.contains($0) }.map { index in
            let pattern = entries[index].pattern
            return RecipeProblem(
                .conflict(reason: Self.reason(pattern, names)),
                path: path.appending(key: pattern)
            )
        }
        guard problems.isEmpty else { throw RecipeError(problems) }
        return factors
    }

    private static func reason(_ pattern: String, _ names: [String]) -> String {
        if names.contains(where: NamePattern(pattern).matches) {
            return "patterns before it take every parameter that it matches; write it before them."
        }
        if NamePattern(pattern).matches("logit_scale") {
            return "the temperature's rate is `temperature.learningRate`."
        }
        let wanted = Array(pattern.filter { $0 != "*" && $0 != "?" })
        let near = names.map { (name: $0, distance: Spelling.distance(wanted, Array($0))) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map { "`\($0.name)`" }
        return "no trained parameter has such a name; near it are \(near.joined(separator: ", "))."
    }
}

/// A name in which `*` stands for any characters, dots among them, and `?` for one.
struct NamePattern {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (place, next) = (0, 0)
        // Where to go on when the last star has to take one more character.
        var retry: (place: Int, next: Int)?
        while place < name.count {
            if next < pattern.count, pattern[next] == "*" {
                retry = (place, next)
                next += 1
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[place] {
                (place, next) = (place + 1, next + 1)
            } else if let last = retry {
                retry = (last.place + 1, last.next)
                (place, next) = (last.place + 1, last.next + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
