import Foundation

/// A value of a `tokenizer.json` and its place there.
struct TokenizerEntry {
    let file: URL
    /// As `pre_tokenizer.pretokenizers[1]`; empty for the whole file.
    let place: String
    private let value: Any

    init(contentsOf data: Data, file: URL) throws(TokenizerError) {
        self.file = file
        place = ""
        do {
            value = try JSONSerialization.jsonObject(with: data)
        } catch {
            let reason = (error as NSError).userInfo["NSDebugDescription"] as? String
            throw .badTokenizer(
                file: file.path,
                place: "",
                found: "no JSON (\(reason ?? error.localizedDescription))",
                expected: "a tokenizer.json of Hugging Face's tokenizers"
            )
        }
    }

    private init(file: URL, place: String, value: Any) {
        (self.file, self.place, self.value) = (file, place, value)
    }

    /// A member of an object; one that is null where there is none.
    subscript(key: String) -> TokenizerEntry {
        let member = (value as? [String: Any])?[key] ?? NSNull()
        return TokenizerEntry(file: file, place: place.isEmpty ? key : "\(place).\(key)", value: member)
    }

    var isNull: Bool { value is NSNull }

    /// Whether it is null or 0.
    var isNothing: Bool { isNull || value as? Double == 0 }

    func list() throws(TokenizerError) -> [TokenizerEntry] {
        try values().enumerated().map { number, value in
            TokenizerEntry(file: file, place: "\(place)[\(number)]", value: value)
        }
    }

    /// The values of a list that is too long for entries.
    func values() throws(TokenizerError) -> [Any] {
        guard let list = value as? [Any] else { throw bad("a list") }
        return list
    }

    func object() throws(TokenizerError) -> [String: Any] {
        guard let object = value as? [String: Any] else { throw bad("an object") }
        return object
    }

    func text() throws(TokenizerError) -> String {
        guard let text = value as? String else { throw bad("a text") }
        return text
    }

    /// True or false; false, or what is given, where nothing is.
    func flag(default fallback: Bool = false) throws(TokenizerError) -> Bool {
        if isNull { return fallback }
        guard let flag = value as? Bool else { throw bad("true or false") }
        return flag
    }

    func id() throws(TokenizerError) -> Int32 {
        guard let id = Self.id(value) else { throw bad("an id") }
        return id
    }

    /// A token's id; larger ones than this are no ids of any model, and would make tables huge.
    static func id(_ value: Any?) -> Int32? {
        guard let number = value as? Int, number >= 0, number < 1 << 22 else { return nil }
        return Int32(number)
    }

    /// What kind of step an object describes.
    func type() throws(TokenizerError) -> String {
        _ = try object()
        return try self["type"].text()
    }

    /// An error that says what was expected here.
    func bad(_ expected: String, found: String? = nil) -> TokenizerError {
        .badTokenizer(file: file.path, place: place, found: found ?? phrase, expected: expected)
    }

    /// An error that says that the step here is none of those that there are.
    func unsupported(_ step: String, supported: [String]) -> TokenizerError {
        .unsupportedStep(file: file.path, place: place, step: step, supported: supported)
    }

    /// What stands here.
    var phrase: String {
        switch value {
        case is NSNull: "nothing"
        case let text as String: "'\(text.prefix(60))'"
        case is [Any]: "a list"
        case is [String: Any]: "an object"
        default: "\(value)"
        }
    }
}
