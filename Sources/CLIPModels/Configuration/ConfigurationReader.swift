import Foundation

/// Reads one object of a JSON configuration and remembers which keys were understood.
struct ConfigurationReader {
    let path: String
    private let values: [String: Any]
    private var understood: Set<String> = []

    init(_ values: [String: Any], path: String) {
        self.values = values
        self.path = path
    }

    /// The JSON object that a file holds.
    static func parse(_ data: Data) throws -> [String: Any] {
        let parsed: Any
        do {
            parsed = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw ModelConfigurationError.notJSON(data.isEmpty ? "it is empty" : "its text is malformed")
        }
        guard let object = parsed as? [String: Any] else {
            throw ModelConfigurationError.notJSON("it holds something else")
        }
        return object
    }

    /// All keys, sorted.
    var keys: [String] { values.keys.sorted() }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    mutating func raw(_ key: String) -> Any? {
        understood.insert(key)
        let value = values[key]
        return value is NSNull ? nil : value
    }

    mutating func integer(_ key: String, default fallback: Int) throws -> Int {
        guard let value = raw(key) else { return fallback }
        guard let number = Self.number(value), let integer = Int(exactly: number) else {
            throw wrongType(key, value, expected: "a whole number")
        }
        return integer
    }

    /// A positive whole number. The limits are far beyond any model, and keep products of sizes within 64 bits.
    mutating func size(
        _ key: String,
        default fallback: Int,
        least: Int = 1,
        limit: Int = 1 << 16
    ) throws -> Int {
        let value = try integer(key, default: fallback)
        guard (least...limit).contains(value) else {
            throw ModelConfigurationError.value(
                key: name(key),
                found: "\(value)",
                expected: "\(least) … \(limit)"
            )
        }
        return value
    }

    /// Width of a block's hidden layer as a multiple of the block's own width.
    mutating func hiddenRatio(width: Int) throws -> Double {
        let ratio = try real("mlp_ratio") ?? 4
        guard (1...Double(1 << 20)).contains(ratio * Double(width)) else {
            throw ModelConfigurationError.value(
                key: name("mlp_ratio"),
                found: "\(ratio)",
                expected: "a ratio that gives a width of 1 … \(1 << 20)"
            )
        }
        return ratio
    }

    /// One number for each of the three channels; a single number stands for all three.
    mutating func channels(_ key: String) throws -> [Double]? {
        guard let value = raw(key) else { return nil }
        let numbers = Self.number(value).map { [$0, $0, $0] } ?? (value as? [Any])?.compactMap(Self.number)
        guard let numbers, numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
            throw wrongType(key, value, expected: "three numbers")
        }
        return numbers
    }

    mutating func requiredSize(_ key: String) throws -> Int {
        guard raw(key) != nil else { throw ModelConfigurationError.missing(name(key)) }
        return try size(key, default: 1)
    }

    mutating func requiredText(_ key: String) throws -> String {
        guard let value = raw(key) else { throw ModelConfigurationError.missing(name(key)) }
        guard let text = value as? String else { throw wrongType(key, value, expected: "a word") }
        return text
    }

    mutating func real(_ key: String) throws -> Double? {
        guard let value = raw(key) else { return nil }
        guard let number = Self.number(value), number.isFinite else {
            throw wrongType(key, value, expected: "a number")
        }
        return number
    }

    mutating func flag(_ key: String) throws -> Bool {
        guard let value = raw(key) else { return false }
        guard Self.isBoolean(value), let flag = value as? Bool else {
            throw wrongType(key, value, expected: "true or false")
        }
        return flag
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        default fallback: Choice
    ) throws -> Choice where Choice.RawValue == String {
        guard let value = raw(key) else { return fallback }
        guard let text = value as? String else { throw wrongType(key, value, expected: "a word") }
        guard let choice = Choice(rawValue: text) else {
            throw ModelConfigurationError.unsupported(key: name(key), value: "'\(text)'")
        }
        return choice
    }

    mutating func object(_ key: String) throws -> ConfigurationReader {
        guard let value = raw(key) else { throw ModelConfigurationError.missing(name(key)) }
        guard let object = value as? [String: Any] else { throw wrongType(key, value, expected: "an object") }
        return ConfigurationReader(object, path: name(key))
    }

    /// Fails on any key that was not read, unless it says what is the default anyway.
    func finish(defaults: [String: String] = [:]) throws {
        // A name of something foreign says more than its details, which would come first by the alphabet.
        let keys = values.keys.sorted {
            ($0.hasSuffix("_name") ? 0 : 1, $0) < ($1.hasSuffix("_name") ? 0 : 1, $1)
        }
        for key in keys where !understood.contains(key) {
            let value = values[key].map(Self.text) ?? "null"
            if value == "null" || value == "false" || defaults[key] == value { continue }
            throw ModelConfigurationError.unsupported(key: name(key), value: value)
        }
    }

    private func wrongType(_ key: String, _ value: Any, expected: String) -> ModelConfigurationError {
        .type(key: name(key), found: Self.text(value), expected: expected)
    }

    private static func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return value is Bool }
        return String(cString: number.objCType) == "c"
    }

    private static func number(_ value: Any) -> Double? {
        isBoolean(value) ? nil : (value as? NSNumber)?.doubleValue
    }

    private static func text(_ value: Any) -> String {
        if isBoolean(value), let flag = value as? Bool { return String(flag) }
        if let number = value as? NSNumber {
            return Int(exactly: number.doubleValue).map(String.init) ?? "\(number.doubleValue)"
        }
        if let text = value as? String { return text }
        guard let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys]) else {
            return "?"
        }
        return String(decoding: data, as: UTF8.self)
    }
}
