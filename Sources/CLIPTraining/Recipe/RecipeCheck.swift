/// A rule for a value, with the words that state it.
struct RecipeCheck<Value> {
    var rule: String
    var holds: (Value) -> Bool
}

extension RecipeCheck where Value: Comparable & Sendable {
    static func above(_ bound: Value) -> Self { Self(rule: "greater than \(bound)") { $0 > bound } }

    static func atLeast(_ bound: Value) -> Self { Self(rule: "\(bound) or more") { $0 >= bound } }

    static func within(_ range: ClosedRange<Value>) -> Self {
        Self(rule: "between \(range.lowerBound) and \(range.upperBound)", holds: range.contains)
    }

    static func within(_ range: Range<Value>) -> Self {
        Self(rule: "\(range.lowerBound) or more and less than \(range.upperBound)", holds: range.contains)
    }
}

extension RecipeCheck where Value == Int {
    /// Pairs of a batch: some negatives, and no more than can be counted on in products with their bytes.
    static var pairs: Self {
        Self(rule: "2 or more, and less than 2^31") { (2...Int(Int32.max)).contains($0) }
    }
}

extension RecipeCheck where Value == String {
    static var notEmpty: Self { Self(rule: "not empty") { !$0.isEmpty } }
}

extension RecipeCheck where Value == ClosedRange<Double> {
    static var aspectRatios: Self {
        Self(rule: "two numbers between 0.01 and 100") { $0.lowerBound >= 0.01 && $0.upperBound <= 100 }
    }

    static var shareOfOne: Self {
        Self(rule: "two numbers above 0 and at most 1") { $0.lowerBound > 0 && $0.upperBound <= 1 }
    }
}

extension RecipeCheck where Value == [String] {
    static var namesOnce: Self {
        Self(rule: "a list of one or more different, non-empty names") { names in
            !names.isEmpty && Set(names).count == names.count && !names.contains("")
        }
    }
}
