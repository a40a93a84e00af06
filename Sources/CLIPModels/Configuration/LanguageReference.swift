public import CLIPLanguage
import Foundation

/// The language model whose vectors a text side takes: where it lies, and what makes it the same one.
///
/// Its place is `swift_clip.text.language`: `{"path": …, "fingerprint": …, "encoding": {…}, "adapter": …}`.
public struct LanguageReference: Sendable, Hashable {
    /// The directory in Hugging Face's layout or the GGUF file; a relative path counts from the checkpoint's directory.
    public var path: String
    /// The directory of low-rank changes (PEFT's layout), as `path`; nil for the plain model.
    public var adapter: String?
    /// SHA-256 of all that decides over the vectors, in hexadecimal digits (`SentenceEncoder.fingerprint`).
    public var fingerprint: String
    /// How texts become vectors.
    public var encoding: SentenceEncoding

    /// Names a language model.
    public init(path: String, adapter: String? = nil, fingerprint: String, encoding: SentenceEncoding) {
        self.path = path
        self.adapter = adapter
        self.fingerprint = fingerprint
        self.encoding = encoding
    }

    /// Reads a `language` object.
    init(_ reader: inout ConfigurationReader) throws {
        path = try reader.requiredText("path")
        fingerprint = try reader.requiredText("fingerprint")
        adapter = reader.raw("adapter") == nil ? nil : try reader.requiredText("adapter")
        guard let encoding = reader.raw("encoding") else {
            throw ModelConfigurationError.missing(reader.name("encoding"))
        }
        self.encoding = try Self.decoded(encoding, named: reader.name("encoding"))
        try reader.finish()
    }

    private static func decoded(_ value: Any, named key: String) throws -> SentenceEncoding {
        do {
            let data = try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed])
            return try JSONDecoder().decode(SentenceEncoding.self, from: data)
        } catch {
            throw ModelConfigurationError.type(
                key: key,
                found: "something else",
                expected: "an object that says how texts become vectors, as features of captions have it"
            )
        }
    }

    /// The `language` object.
    var json: [String: Any] {
        var json: [String: Any] = ["path": path, "fingerprint": fingerprint]
        if let adapter { json["adapter"] = adapter }
        if let data = try? JSONEncoder().encode(encoding),
            let object = try? JSONSerialization.jsonObject(with: data)
        {
            json["encoding"] = object
        }
        return json
    }

    /// The same with absolute paths in place of those that count from a directory.
    public func located(in directory: String) -> LanguageReference {
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") ? path : directory + (directory.hasSuffix("/") ? "" : "/") + path
        }
        var located = self
        located.path = absolute(path)
        located.adapter = adapter.map(absolute)
        return located
    }
}
