import Yams

/// An amount of memory.
public struct ByteCount: Equatable, Sendable {
    /// The amount in bytes.
    public var bytes: Int

    /// Makes an amount of bytes.
    public init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads an amount such as `256 MiB`, `20GiB` or `1.5 GB`; nil for text that is none.
    public init?(_ text: String) { self.init(recipeText: text) }

    private static let units = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("B", 1),
    ]
}

extension ByteCount: RecipeText {
    static var expectation: String { "an amount of memory, such as `256 MiB`" }

    init?(recipeText text: String) {
        let (name, unit) = Self.units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let number = text.dropLast(name.count).filter { $0 != " " && $0 != "_" }
        guard let amount = Double(number), let bytes = Int(exactly: (amount * Double(unit)).rounded()) else {
            return nil
        }
        self.bytes = bytes
    }

    var recipeText: String {
        for (name, unit) in Self.units.prefix(3).reversed() where bytes >= unit && bytes % unit == 0 {
            return "\(bytes / unit) \(name)"
        }
        return "\(bytes)"
    }

    var node: Node { .plain(recipeText) }

    func problems(at path: String) -> [RecipeProblem] {
        guard bytes < 1 << 20 else { return [] }
        return [RecipeProblem(.invalidValue(found: recipeText, expected: "1 MiB or more"), path: path)]
    }
}
