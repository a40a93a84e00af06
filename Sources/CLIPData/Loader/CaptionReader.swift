import Foundation

/// Reads a sample's captions as a policy wants them.
struct CaptionReader: Sendable {
    let policy: CaptionPolicy

    /// The chosen captions with their source indices.
    ///
    /// - Throws: `SampleProblem` when there is no caption, or only blank ones; `ShardError` when data cannot be read.
    func captions(
        of index: Int,
        in source: any SampleSource,
        random: consuming CounterRandom
    ) throws -> [(source: Int, text: String)] {
        var texts: [Int: String] = [:]
        var isPresent = false
        for (number, field) in policy.fields.enumerated() {
            guard let text = try Self.text(of: field, at: index, in: source) else { continue }
            isPresent = true
            if !text.isEmpty {
                texts[number] = text
                // Nothing that comes later can be chosen.
                if policy.rule == .first && policy.captionsPerImage == 1 { break }
            }
        }
        guard !texts.isEmpty else {
            let names = policy.fields.map { "'\($0)'" }.joined(separator: " or ")
            throw isPresent
                ? SampleProblem(kind: .emptyCaption, reason: "\(names) is blank")
                : SampleProblem(kind: .missingCaption, reason: "no \(names)")
        }
        var random = random
        return policy.choose(among: texts.keys.sorted(), using: &random).compactMap { number in
            texts[number].map { (number, $0) }
        }
    }

    /// A field's text without white space at the ends, or nil where the sample does not have it.
    ///
    /// - Throws: `SampleProblem` for a `.json` member that is no object; `ShardError`.
    static func text(of field: CaptionField, at index: Int, in source: any SampleSource) throws -> String? {
        guard let bytes = try source.field(field.suffix, at: index) else { return nil }
        guard case .json(let key) = field else {
            return bytes.text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let object = bytes.withUnsafeBytes { bytes in
            try? JSONSerialization.jsonObject(with: Data(bytes))
        }
        guard let object = object as? [String: Any] else {
            throw SampleProblem(kind: .damagedField, reason: "the .json member is no JSON object")
        }
        return (object[key] as? String)?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Hashes of captions, by which equal captions in a batch are found.
public enum CaptionKey {
    /// The hash of a caption, lower-cased, with each run of white space as one blank and none at the ends.
    public static func of(_ caption: String) -> UInt64 {
        var hash = StableHash()
        var isFirst = true
        for word in caption.lowercased().split(whereSeparator: \.isWhitespace) {
            if !isFirst { hash.combine(CollectionOfOne(UInt8(ascii: " "))) }
            isFirst = false
            hash.combine(word.utf8)
        }
        return hash.value
    }
}
