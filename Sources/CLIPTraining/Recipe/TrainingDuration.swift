/// A length of training, in the unit in which a person gave it.
public enum TrainingDuration: Equatable, Sendable {
    /// Passes over the data.
    case epochs(Double)
    /// Optimizer steps.
    case steps(Int)
    /// Image-text pairs seen.
    case samples(Int)
    /// Seconds of training, without evaluation and start-up.
    case seconds(Double)
    /// Percent of the whole run.
    case percent(Double)

    /// The number before the unit.
    public var amount: Double {
        switch self {
        case .epochs(let count), .seconds(let count), .percent(let count): count
        case .steps(let count), .samples(let count): Double(count)
        }
    }
}

extension TrainingDuration: RecipeText {
    static var expectation: String {
        "a duration with its unit, such as `3 epochs`, `500 steps`, `100k samples`, `10 minutes` or `5%`"
    }

    init?(recipeText text: String) {
        let compact = text.filter { $0 != " " && $0 != "_" }
        let number = compact.prefix { $0.isNumber || $0 == "." }
        guard let amount = Double(number), amount.isFinite else { return nil }
        // Zero needs no unit.
        if number.count == compact.count {
            guard amount == 0 else { return nil }
            self = .steps(0)
            return
        }
        let rest = compact.dropFirst(number.count)
        if let duration = Self(amount, unit: rest) { self = duration; return }
        let multiples: [Character: Double] = ["k": 1e3, "M": 1e6, "B": 1e9]
        guard let multiple = rest.first.flatMap({ multiples[$0] }),
            let duration = Self(amount * multiple, unit: rest.dropFirst())
        else { return nil }
        self = duration
    }

    private init?(_ amount: Double, unit: Substring) {
        switch unit {
        case "epoch", "epochs": self = .epochs(amount)
        case "second", "seconds", "s": self = .seconds(amount)
        case "minute", "minutes", "min": self = .seconds(amount * 60)
        case "hour", "hours", "h": self = .seconds(amount * 3600)
        case "%": self = .percent(amount)
        case "step", "steps", "sample", "samples":
            guard let count = Int(exactly: amount.rounded()), abs(amount - amount.rounded()) < 1e-6 else {
                return nil
            }
            self = unit.hasPrefix("step") ? .steps(count) : .samples(count)
        default: return nil
        }
    }

    var recipeText: String {
        switch self {
        case .epochs(let count): "\(Self.short(count)) \(Self.plural("epoch", count))"
        case .steps(let count): "\(count) \(Self.plural("step", Double(count)))"
        case .samples(let count): "\(count) \(Self.plural("sample", Double(count)))"
        case .seconds(let count): "\(Self.short(count)) \(Self.plural("second", count))"
        case .percent(let count): "\(Self.short(count))%"
        }
    }

    private static func plural(_ unit: String, _ count: Double) -> String { count == 1 ? unit : unit + "s" }

    private static func short(_ amount: Double) -> String {
        Int(exactly: amount).map(String.init) ?? amount.plainDescription
    }
}

extension Double {
    /// Decimal digits without an exponent, which a unit behind it could be mistaken for; as many as tell it from all others.
    fileprivate var plainDescription: String {
        let parts = description.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return description }
        let mantissa = parts[0].split(separator: ".")
        let digits = mantissa.joined(), point = mantissa[0].count + exponent
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        let padded = digits + String(repeating: "0", count: max(0, point - digits.count))
        return point == padded.count ? padded : "\(padded.prefix(point)).\(padded.dropFirst(point))"
    }
}

extension RecipeCheck where Value == TrainingDuration {
    static var positive: Self { Self(rule: "longer than 0") { $0.amount > 0 } }
}
