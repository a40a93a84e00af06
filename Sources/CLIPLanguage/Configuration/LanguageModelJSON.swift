import Foundation

/// Reads one object of a `config.json`. Keys that are not asked for are passed over: such files hold many that say nothing of what
/// is computed.
struct LanguageModelJSON {
    let path: String
    private let prefix: String
    private let values: [String: Any]

    init(_ data: Data, path: String) throws {
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw LanguageModelError.unreadable(
                path: path,
                reason: data.isEmpty ? "it is empty; expected a JSON object" : "it is no JSON object"
            )
        }
        self.init(object, path: path, prefix: "")
    }

    private init(_ values: [String: Any], path: String, prefix: String) {
        self.values = values
        self.path = path
        self.prefix = prefix
    }

    func name(_ key: String) -> String { prefix + key }

    func has(_ key: String) -> Bool { values[key] != nil }

    /// Nil where the key is missing or null.
    func raw(_ key: String) -> Any? { values[key].flatMap { $0 is NSNull ? nil : $0 } }

    func object(_ key: String) throws -> LanguageModelJSON? {
        guard let value = raw(key) else { return nil }
        guard let object = value as? [String: Any] else { throw wrong(key, value, "an object") }
        return LanguageModelJSON(object, path: path, prefix: "\(name(key)).")
    }

    func text(_ key: String) throws -> String? {
        guard let value = raw(key) else { return nil }
        guard let text = value as? String else { throw wrong(key, value, "a word") }
        return text
    }

    func texts(_ key: String) throws -> [String] {
        guard let value = raw(key) else { return [] }
        guard let texts = value as? [String] else { throw wrong(key, value, "a list of words") }
        return texts
    }

    func flag(_ key: String) throws -> Bool? {
        guard let value = raw(key) else { return nil }
        guard Self.isFlag(value), let flag = value as? Bool else { throw wrong(key, value, "true or false") }
        return flag
    }

    func real(_ key: String, in range: ClosedRange<Double> = 0x1p-126...0x1p126) throws -> Double? {
        guard let value = raw(key) else { return nil }
        guard let number = Self.number(value), range.contains(number) else {
            throw wrong(key, value, "a number above 0")
        }
        return number
    }

    /// The limit is far beyond any model, and keeps products of sizes within 64 bits.
    func size(_ key: String, limit: Int = 1 << 24) throws -> Int? {
        guard let value = raw(key) else { return nil }
        guard let size = Self.number(value).flatMap(Int.init(exactly:)), (1...limit).contains(size) else {
            throw wrong(key, value, "a whole number, 1 to \(limit)")
        }
        return size
    }

    func requiredSize(_ key: String, limit: Int = 1 << 24) throws -> Int {
        guard let size = try size(key, limit: limit) else {
            throw LanguageModelError.missingKey(path: path, key: name(key))
        }
        return size
    }

    /// One id, or a list of them, of a vocabulary of so many.
    func ids(_ key: String, below count: Int) throws -> [Int32] {
        guard let value = raw(key) else { return [] }
        let ids = (value as? [Any] ?? [value]).map { Self.number($0).flatMap(Int32.init(exactly:)) }
        guard ids.allSatisfy({ ($0 ?? -1) >= 0 }) else { throw wrong(key, value, "an id or a list of ids") }
        guard ids.allSatisfy({ Int($0 ?? 0) < count }) else {
            throw wrong(key, value, "ids below the vocabulary's \(count)")
        }
        return ids.compactMap(\.self)
    }

    func wrong(_ key: String, _ value: Any, _ expected: String) -> LanguageModelError {
        .value(path: path, key: name(key), found: Self.text(of: value), expected: expected)
    }

    private static func isFlag(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return value is Bool }
        return String(cString: number.objCType) == "c"
    }

    private static func number(_ value: Any) -> Double? {
        isFlag(value) ? nil : (value as? NSNumber)?.doubleValue
    }

    static func text(of value: Any) -> String {
        if isFlag(value), let flag = value as? Bool { return String(flag) }
        if let number = number(value) { return Int(exactly: number).map(String.init) ?? "\(number)" }
        if let text = value as? String { return "'\(text)'" }
        guard let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys]) else {
            return "something else"
        }
        return String(decoding: data, as: UTF8.self)
    }
}
